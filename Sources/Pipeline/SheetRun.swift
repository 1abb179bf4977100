import Foobar2000
import MusicIndex
import Tracks

/// Reads the cue sheets beside and inside files, and stores which tracks they name.
struct SheetRun {
  let index: MusicIndex
  /// The character set of sheets that are not Unicode.
  let codePage: String?

  /// A sheet of a folder with the audio file that each of its files is.
  private struct FolderSheet {
    var name: FilePath
    var sheet: CueSheet
    var audio: [FilePath?]
  }

  /// Reads what has changed since it was read last.
  ///
  /// - Returns: the number of files whose sheets were read.
  /// - Throws: `IndexFailure` or `CancellationError`.
  func run() throws -> Int {
    let version = FeatureVariant.dense.version
    let files = try index.read { try $0.filesAwaitingSheets(version: version) }
    var folders: [FilePath: [FolderSheet]] = [:]
    for file in files {
      try Task.checkCancellation()
      let folder = file.path.parent
      let sheets = folders[folder] ?? read(folder)
      folders = [folder: sheets]
      guard let properties = file.properties, let identity = file.identity else { continue }
      let tracks = tracks(in: file, identity, properties.duration, sheets)
      try index.write {
        try $0.setCueTracks(tracks, of: file.id, properties: properties, arrival: file.arrival)
      }
    }
    return files.count
  }

  private func read(_ folder: FilePath) -> [FolderSheet] {
    // A folder that cannot be read now is looked at again by the next scan.
    guard let listing = try? FolderListing(folder) else { return [] }
    let names = listing.entries.filter { !$0.isFolder }.map(\.name)
    return listing.sheetNames.compactMap { name in
      guard let bytes = SmallFile.read(folder.appending(name)),
        let sheet = CueSheet(contents: bytes, codePage: codePage)
      else { return nil }
      return FolderSheet(name: name, sheet: sheet, audio: sheet.audioFiles(among: names, sheet: name))
    }
  }

  /// What the sheet beside a file names in it, one of its name before others; without one the sheet inside the file.
  private func tracks(
    in file: KnownFile, _ identity: AudioIdentity, _ duration: Double, _ sheets: [FolderSheet]
  ) -> [CueTrackRow] {
    let name = file.path.name
    let naming = sheets.filter { $0.audio.contains(name) }
    let own = naming.first { FolderListing.isSheet($0.name, of: name) } ?? naming.first
    if let own, let place = own.audio.firstIndex(of: name) {
      return rows(own.sheet, file: place, named: own.name, of: file, identity, duration)
    }
    // A sheet inside a file means that file, whatever name it gives.
    guard let inside = file.tags.cueSheet.flatMap({ CueSheet(text: $0) }), inside.files.count <= 1 else { return [] }
    return rows(inside, file: 0, named: nil, of: file, identity, duration)
  }

  private func rows(
    _ sheet: CueSheet, file place: Int, named name: FilePath?, of file: KnownFile, _ identity: AudioIdentity,
    _ duration: Double
  ) -> [CueTrackRow] {
    let spans = sheet.spans(of: place, duration: duration)
    return spans.enumerated().map { number, part in
      var tags = file.tags
      tags.cueSheet = nil
      tags.statistics = [:]
      tags.title = part.track.title
      tags.artist = part.track.performer ?? sheet.performer ?? tags.artist
      tags.album = sheet.title ?? tags.album
      tags.albumArtist = sheet.performer ?? tags.albumArtist
      tags.genre = sheet.genre ?? tags.genre
      tags.date = sheet.date ?? tags.date
      tags.trackNumber = String(part.track.number)
      // The one track of a file is the file.
      guard spans.count > 1 else {
        return CueTrackRow(number: part.track.number, sheet: name, span: nil, identity: nil, tags: tags)
      }
      let isLast = number + 1 == spans.count
      let end = isLast ? "end" : String(spans[number + 1].track.start)
      let hash = ContentHash()
      hash.add(identity.bytes)
      hash.add("\(part.track.start) to \(end)")
      return CueTrackRow(
        number: part.track.number, sheet: name, span: part.span,
        identity: AudioIdentity(scheme: .span, digest: hash.digest), tags: tags)
    }
  }
}
