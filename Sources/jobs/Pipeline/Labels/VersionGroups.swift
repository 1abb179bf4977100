import Tracks

/// Puts judged files together that are versions of one recording, so that a model is never judged on a song of which it
/// has heard another version.
///
/// Files go together that the rules call copies or short versions of each other, and files whose artists and titles are
/// equal but for what a title says in brackets or behind a dash ("off vocal", "live", "TV size").
struct VersionGroups {
  private var group: [Int64: Int64] = [:]
  private var names: [Int64: String] = [:]

  /// Joins two files.
  mutating func join(_ first: Int64, _ second: Int64) {
    let (left, right) = (root(first), root(second))
    group[max(left, right)] = min(left, right)
  }

  /// Joins files whose tags name one song.
  mutating func join(named files: some Sequence<(file: Int64, tags: TrackTags)>) {
    var first: [String: Int64] = [:]
    for (file, tags) in files {
      guard let name = Self.name(of: tags) else { continue }
      if let earlier = first[name] { join(earlier, file) } else { first[name] = file }
    }
  }

  /// Joins files that comparisons found to be copies, short or other versions of one recording.
  mutating func join(recordings files: some Sequence<(file: Int64, recording: AudioIdentity)>) {
    var first: [AudioIdentity: Int64] = [:]
    for (file, recording) in files {
      if let earlier = first[recording] { join(earlier, file) } else { first[recording] = file }
    }
  }

  /// The number that stands for a file's group.
  func root(_ file: Int64) -> Int64 {
    var file = file
    while let next = group[file], next != file { file = next }
    return file
  }

  /// A text that the files of a group share and that does not depend on the order in which files came into the index:
  /// the identity that the group's first asker had. Ask in the order of identities.
  mutating func name(of file: Int64, identity: AudioIdentity) -> String {
    let root = root(file)
    if let known = names[root] { return known }
    let name = identity.hexadecimal
    names[root] = name
    return name
  }

  /// Artist and title without what marks a version; `nil` where either is missing.
  static func name(of tags: TrackTags) -> String? {
    guard let artist = tags.artist ?? tags.albumArtist, let title = tags.title else { return nil }
    let words = words(title)
    guard !words.isEmpty, !Self.words(artist).isEmpty else { return nil }
    let whole = words.joined(separator: " ")
    var plain = ""
    for word in words {
      if word.first.map({ "([{<（［【〈《~～〜-–—".contains($0) }) ?? false { break }
      plain += (plain.isEmpty ? "" : " ") + word.prefix { !"([（［【".contains($0) }
      if word.contains(where: { "([（［【".contains($0) }) { break }
    }
    return Self.words(artist).joined(separator: " ") + "\u{0}" + (plain.isEmpty ? whole : plain)
  }

  private static func words(_ text: String) -> [String] {
    text.lowercased().split(whereSeparator: \.isWhitespace).map(String.init)
  }
}
