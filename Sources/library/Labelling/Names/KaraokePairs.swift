public import Tracks

/// A version of a song without its vocals, beside the song.
public struct KaraokePair: Sendable, Equatable {
  /// The version's number.
  public var version: Int64
  /// The song's number.
  public var original: Int64

  /// A pair of these numbers.
  public init(version: Int64, original: Int64) {
    self.version = version
    self.original = original
  }
}

/// The versions without vocals whose originals are there too: the same artist, and the same title but for the mark of
/// such a version. Of several originals the one with the smallest number; in the order of the versions' numbers.
public func karaokePairs(files: [LabellingFile], rules: LabelRules) -> [KaraokePair] {
  let markers = MarkerTable(rules)
  var originals: [FoldedText: Int64] = [:]
  var versions: [(id: Int64, base: FoldedText)] = []
  for file in files.sorted(by: { $0.id < $1.id }) {
    guard let name = SongName(file.tags, markers: markers), !name.isShort else { continue }
    if name.isKaraoke {
      var tags = file.tags
      guard let title = tags.title.flatMap({ markers.withoutKaraokeMark(TextFolding.words($0)) }) else { continue }
      tags.title = String(decoding: FoldedText.joined(title.map(\.text)).bytes, as: UTF8.self)
      if let song = SongName(tags, markers: markers) { versions.append((file.id, song.base)) }
    } else if originals[name.base] == nil {
      originals[name.base] = file.id
    }
  }
  return versions.compactMap { version in
    originals[version.base].map { KaraokePair(version: version.id, original: $0) }
  }
}
