/// The parts of a text that no line break may divide: words, and paths whatever blanks they hold.
///
/// A text does not say where a path in it ends. It is taken to end at the colon behind one that begins the text or a clause,
/// as the messages have it; else behind its last part with a slash in it and what may belong to the name: up to a
/// punctuation mark, a bracket or a word that names hardly begin anew with.
enum TextUnits {
  /// The parts of a text, in their order.
  ///
  /// - Parameter whole: what is in the text and known to be a name or a path.
  static func units(_ text: String, whole: [String] = []) -> [String] {
    let words = protected(text, whole).split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    var units: [String] = []
    var position = 0
    while position < words.count {
      // A mark at the beginning of a line stands beside what it marks.
      let start = marks.contains(words[position]) && position + 1 < words.count ? position + 1 : position
      let end = pathEnd(words, start) ?? start
      let unit = words[position...end].joined(separator: " ")
      if !unit.isEmpty { units.append(unit.replacing(stand, with: " ")) }
      position = end + 1
    }
    return units
  }

  /// What stands for a blank that is none for the time being: no character of any text.
  private static let stand = "\u{F1DD0}"

  private static func protected(_ text: String, _ whole: [String]) -> String {
    whole.filter { $0.contains(" ") }.reduce(text) { $0.replacing($1, with: $1.replacing(" ", with: stand)) }
  }

  private static let quotes: Set<Character> = ["'", "\"", "`"]

  /// The last word of the path that begins at a word; `nil` where none does.
  private static func pathEnd(_ words: [String], _ start: Int) -> Int? {
    let word = words[start]
    guard let first = word.first else { return nil }
    if quotes.contains(first), beginsPath(word.dropFirst()) {
      return words[start...].firstIndex { closes($0.dropFirst($0 == word ? 1 : 0), first) }
    }
    let isBracketed = first == "("
    guard beginsPath(isBracketed ? word.dropFirst() : word[...]) else { return nil }
    if start == 0 || words[start - 1].last == ":" || marks.contains(words[start - 1]),
      let colon = words[start...].firstIndex(where: { $0.last == ":" }),
      !words[start..<colon].contains(where: { $0.last == ";" || $0.last == "." })
    {
      return colon
    }
    var hard = start
    while hard + 1 < words.count, !ends(words[hard], isBracketed), !isNew(words, hard + 1) { hard += 1 }
    let lastSlash = words[start...hard].lastIndex { $0.dropFirst().contains("/") } ?? start
    var end = lastSlash
    while end < hard, !".,;:)".contains(words[end].last ?? " "), !going.contains(words[end + 1]) { end += 1 }
    return end
  }

  private static func beginsPath(_ word: Substring) -> Bool {
    if word.hasPrefix("~/") { return true }
    if word.hasPrefix("/") { return word.count > 1 }
    let start = Array(word.prefix(3))
    return start.count == 3 && start[0].isLetter && start[1] == ":" && (start[2] == "\\" || start[2] == "/")
  }

  /// Whether a word ends what a quote began.
  private static func closes(_ word: Substring, _ quote: Character) -> Bool {
    var word = word
    while let last = word.last, ".,;:)".contains(last) { word.removeLast() }
    return word.last == quote
  }

  private static func ends(_ word: String, _ isBracketed: Bool) -> Bool {
    guard let last = word.last else { return false }
    return last == ";" || last == ":" || isBracketed && last == ")"
  }

  /// Whether a word begins something else than a part of a path.
  private static func isNew(_ words: [String], _ position: Int) -> Bool {
    let word = words[position]
    guard let first = word.first else { return false }
    if quotes.contains(first) || marks.contains(word) || beginsPath(word[...]) { return true }
    guard first == "(" else { return false }
    // A bracket in a name is closed before the slash behind that name.
    let closing = words[position...].first { $0.contains(")") } ?? ""
    return !closing.contains("/")
  }

  private static let marks: Set<String> = ["!", "-", "->", "→", "note:"]

  /// Words by which a sentence goes on behind a path.
  private static let going: Set<String> = [
    "and", "as", "at", "because", "before", "belongs", "by", "can", "cannot", "comes", "contains", "could", "did", "do",
    "does", "for", "from", "had", "has", "have", "here", "holds", "in", "into", "is", "it", "itself", "lies", "may",
    "more",
    "must", "named", "needs", "not", "nothing", "now", "of", "on", "or", "says", "stays", "such", "than", "that", "the",
    "then", "there", "this", "to", "under", "until", "was", "were", "where", "which", "while", "will", "with",
    "without",
  ]
}
