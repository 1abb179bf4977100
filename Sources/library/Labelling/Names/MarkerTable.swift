import Tracks

/// The marks of versions, folded once, and the search for them in titles.
struct MarkerTable: Sendable {
  private let short: Set<FoldedText>
  private let karaoke: Set<FoldedText>
  private let full: Set<FoldedText>
  private let longest: Int
  /// The first bytes of all marks: most words begin none.
  private let beginnings: Set<UInt8>

  init(_ rules: LabelRules) {
    func fold(_ markers: [String]) -> Set<FoldedText> {
      Set(markers.map { Self.canonical(TextFolding.words($0)) }.filter { !$0.isEmpty })
    }
    short = fold(rules.shortMarkers)
    karaoke = fold(rules.karaokeMarkers)
    full = fold(["full ver.", "full size", "long ver.", "album ver.", "original ver."])
    beginnings = Set(short.union(karaoke).union(full).compactMap(\.bytes.first))
    longest = (short.union(karaoke).union(full).map(\.bytes.count).max() ?? 0)
  }

  /// The words of a title without the mark of a short version, or `nil` where it bears none or nothing remains.
  func withoutShortMark(_ words: [FoldedWord]) -> [FoldedWord]? {
    without(short, words)
  }

  /// The words of a title without the mark of a full version.
  func withoutFullMark(_ words: [FoldedWord]) -> [FoldedWord] {
    without(full, words) ?? words
  }

  /// The words of a title without the mark of a version without vocals, or `nil` where it bears none at its end or in
  /// brackets, or nothing remains.
  func withoutKaraokeMark(_ words: [FoldedWord]) -> [FoldedWord]? {
    without(karaoke, words)
  }

  /// Whether words mark a version without its vocals, anywhere.
  func marksKaraoke(_ words: [FoldedWord]) -> Bool {
    let spelled = words.map { Self.canonical($0.text) }
    return words.indices.contains { find(karaoke, in: words, spelled, from: $0) != nil }
  }

  /// Removes the first mark that stands in brackets or at the end of its piece, with the filler words beside it.
  private func without(_ marks: Set<FoldedText>, _ words: [FoldedWord]) -> [FoldedWord]? {
    let spelled = words.map { Self.canonical($0.text) }
    for start in words.indices {
      guard let end = find(marks, in: words, spelled, from: start) else { continue }
      var range = start..<end
      let segment = words[start].segment
      while range.upperBound < words.endIndex, words[range.upperBound].segment == segment,
        Self.fillers.contains(words[range.upperBound].text)
      {
        range = range.lowerBound..<(range.upperBound + 1)
      }
      let endsPiece = range.upperBound == words.endIndex || words[range.upperBound].segment != segment
      guard words[start].isBracketed || endsPiece, range.count < words.count else { continue }
      return Array(words[..<range.lowerBound] + words[range.upperBound...])
    }
    return nil
  }

  /// The end of a mark that starts at a word, the longest one.
  private func find(_ marks: Set<FoldedText>, in words: [FoldedWord], _ spelled: [FoldedText], from start: Int) -> Int?
  {
    guard let first = spelled[start].bytes.first, beginnings.contains(first) else { return nil }
    var text = FoldedText()
    var found: Int?
    for end in start..<words.endIndex where words[end].segment == words[start].segment {
      text.append(spelled[end])
      if text.bytes.count > longest { break }
      if marks.contains(text) { found = end + 1 }
    }
    return found
  }

  private static let fillers: Set<FoldedText> = ["ver", "version", "edit", "size", "mix", "cut", "the"]

  /// Words of other languages and spellings that marks are compared by, folded.
  private static let synonyms: [(folded: FoldedText, word: FoldedText)] = [
    ("バージョン", "ver"), ("ヴァージョン", "ver"), ("サイズ", "size"), ("エディット", "edit"), ("ミックス", "mix"), ("テレビ", "tv"),
    ("ショート", "short"),
    ("アニメ", "anime"), ("ゲーム", "game"), ("ラジオ", "radio"), ("フル", "full"), ("ロング", "long"), ("アルバム", "album"),
    ("オリジナル", "original"),
    ("オープニング", "opening"), ("エンディング", "ending"), ("ヴォーカル", "vocal"), ("ボーカル", "vocal"), ("オフ", "off"),
  ].map { (TextFolding.joined($0.0), FoldedText($0.1)) }

  private static func canonical(_ words: [FoldedWord]) -> FoldedText {
    FoldedText.joined(words.map { canonical($0.text) }, by: "")
  }

  private static func canonical(_ word: FoldedText) -> FoldedText {
    word.isASCII ? spellings[word] ?? word : word.replacing(synonyms)
  }

  private static let spellings: [FoldedText: FoldedText] = ["version": "ver", "vers": "ver", "vocals": "vocal"]
}
