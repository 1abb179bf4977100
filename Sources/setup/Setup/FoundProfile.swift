public import Foobar2000
import Foundation
import Glibc
import Pipeline
public import Platform
public import Tracks

/// A profile folder of foobar2000 on this machine, with how its drives are to be read here.
public struct FoundProfile: Sendable, Equatable {
  /// The folder.
  public var folder: FilePath
  /// Where it lies, in a few words: `Wine`, `Bottles`, `a Windows disk`.
  public var place: String
  /// What the drives of its machine are here: `Z:\` is `/`. In the order of the letters.
  public var drives: [PathMapping] = []

  /// How much of what a profile names is there.
  public struct Coverage: Sendable, Equatable {
    /// The entries that name a file.
    public var entries = 0
    /// Those of which the file lies in the music.
    public var matched = 0
    /// The drives that lead to one, as `paths` in the configuration takes them.
    public var drives: [PathMapping] = []
  }

  /// How many of the profile's entries name a file of the music: through its drives where they lead there, else through
  /// the folders that both have in common. The profile is only read.
  ///
  /// - Parameters:
  ///   - music: every file of the music folders.
  ///   - scratch: a folder for copies of a database that is being written; the system's own for `nil`.
  /// - Throws: `PipelineFailure` where the profile cannot be read.
  public func coverage(of music: [FilePath], scratch: FilePath? = nil) throws(PipelineFailure) -> Coverage {
    var places: Set<String> = []
    do {
      for file in ExportReader.files(in: folder) where file.name == FilePath("metadb.sqlite") {
        _ = try ExportReader.read(file, options: ReadingOptions(scratch: scratch)) { record in
          for location in record.locations { places.insert(location.path) }
        }
      }
    } catch {
      throw PipelineFailure("\(folder.display): cannot be read (\(error))")
    }
    let names = places.sorted()
    let files = Set(music)
    var coverage = Coverage(entries: names.count)
    var used: Set<PathMapping> = []
    for drive in drives {
      let map = PathMap([drive])
      guard names.contains(where: { map.local($0).map { files.contains(MusicFolders.resolved($0)) } ?? false }) else {
        continue
      }
      used.insert(drive)
    }
    coverage.drives = drives.filter(used.contains)
    let derived = PathMapDerivation.derive(foreign: names, library: music).map(\.mapping)
    let map = PathMap(coverage.drives, derived: derived)
    coverage.matched = names.count { name in
      map.local(name).map { files.contains($0) || files.contains(MusicFolders.resolved($0)) } ?? false
    }
    return coverage
  }

  /// Every audio file below the music folders, links resolved.
  public static func files(below folders: [FilePath]) -> [FilePath] {
    var found: [FilePath] = []
    var waiting = folders.map(MusicFolders.resolved)
    while let folder = waiting.popLast() {
      Rights.forEachEntry(of: folder) { name, kind in
        if kind == UInt8(DT_DIR), !SystemFolders.contains(name.bytes[...]) { waiting.append(folder.appending(name)) }
        if kind == UInt8(DT_REG) { found.append(folder.appending(name)) }
        return true
      }
    }
    return found
  }
}
