import Foobar2000
import Glibc
import Pipeline
import Platform
import ServiceState
public import Tracks

/// A place that somebody names for what foobar2000 knows: an export, a profile folder, or a folder of exports.
public enum ExportPlace {
  /// What there is to import at a place: a profile folder or a file as it is, of any other folder what lies in it. A folder
  /// of nothing stands for itself, so that whoever reads it says so.
  public static func files(_ place: FilePath) -> [FilePath] {
    if ProfileSnapshot.isProfile(place) { return [place] }
    let inside = Inbox.files(in: place) + Inbox.profiles(in: place)
    return inside.isEmpty ? [place] : inside
  }

  /// Why nothing can be imported from a place, as a sentence; `nil` where something can, for an empty folder, in which it may
  /// be saved later, and where whoever looks may not ask: what others could have lead elsewhere is read with their rights.
  public static func fault(_ place: FilePath) -> String? {
    func fault() -> String? { isEmpty(place) ? nil : obstacle(place) }
    guard geteuid() == 0 else { return fault() }
    switch StateOwner.keeper(of: place) {
    case .root: return fault()
    case .user(let user): return StateOwner.asUser(user, fault) ?? nil
    case .everybody: return nil
    }
  }

  /// The files of a folder that are exports, and why each of the others is none, a sentence each. Any other place stands
  /// for itself.
  ///
  /// - Throws: `PipelineFailure` for a folder without exports.
  static func sorted(_ place: FilePath) throws(PipelineFailure) -> (exports: [FilePath], others: [String]) {
    guard isFolder(place) else { return ([place], []) }
    if let obstacle = obstacle(place) { throw PipelineFailure(obstacle) }
    var (exports, others): ([FilePath], [String]) = ([], [])
    for file in files(place) {
      if let refusal = refusal(of: file) { others.append(refusal) } else { exports.append(file) }
    }
    return (exports, others)
  }

  private static func obstacle(_ place: FilePath) -> String? {
    var first: String?
    for file in files(place) {
      guard let refusal = refusal(of: file) else { return nil }
      if first == nil { first = refusal }
    }
    guard isFolder(place) else { return first }
    return "\(place.display): is no profile of foobar2000 and holds no export; name the folder of the statistics (XML) "
      + "and of the playlist (M3U8), or an empty one for them"
  }

  private static func refusal(of file: FilePath) -> String? {
    if ProfileSnapshot.isProfile(file) { return nil }
    do throws(ImportFailure) {
      _ = try ExportReader.recognise(file)
      return nil
    } catch {
      return error.description
    }
  }

  /// Whether a place is a folder in which nothing lies that somebody has put there.
  static func isEmpty(_ place: FilePath) -> Bool {
    isAnyFolder(place) && place.withCString { access($0, R_OK | X_OK) } == 0 && Inbox.files(in: place).isEmpty
      && DropFolder(place).folders().isEmpty
  }

  /// Whether a place is a folder, a profile or any other.
  static func isAnyFolder(_ place: FilePath) -> Bool {
    var status = stat()
    return place.withCString { stat($0, &status) } == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  private static func isFolder(_ place: FilePath) -> Bool { isAnyFolder(place) && !ProfileSnapshot.isProfile(place) }
}
