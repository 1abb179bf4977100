/// What the names in a path say of a track: people and programs name files and folders by tags.
///
/// Everything is compared by letters and digits alone, since programs replace and drop all other characters.
struct PathNames {
  /// What may be the title: the name of the file, without its number, and what follows each dash in it.
  private(set) var titles: [FoldedText] = []
  /// What may be artist or album: the names of the folders above, nearest first, and their parts.
  private(set) var folders: [FoldedText] = []
  /// What precedes a dash in the name of the file: it may be the artist.
  private(set) var prefixes: [FoldedText] = []
  /// The track's number and its disc's, where the names say them.
  private(set) var track: Int?
  private(set) var disc: Int?

  /// The number of folders above the file that are looked at.
  private static let depth = 3

  /// Takes the folded names of a path apart; the last one is the file's.
  init(_ names: [FoldedText]) {
    guard let name = names.last else { return }
    let stem = Self.withoutExtension(name)
    let (numbers, rest) = Self.leadingNumbers(stem)
    track = numbers.last
    disc = numbers.count > 1 ? numbers[0] : nil
    for text in rest.isEmpty ? [stem[...]] : [stem[...], rest] {
      let parts = Self.parts(text)
      for start in parts.indices {
        add(parts[start...], to: \.titles)
        // `Artist - 03 - Title` has its number in the middle.
        let (inner, after) = Self.leadingNumbers(Array(parts[start]))
        if start > 0, track == nil, parts.count > start + 1 || !after.isEmpty { track = inner.last }
        if start > 0, !after.isEmpty, !inner.isEmpty { add([after] + parts[(start + 1)...], to: \.titles) }
        if start > 0 { add(parts[..<start], to: \.prefixes) }
      }
    }
    for folder in names.dropLast().suffix(Self.depth).reversed() {
      if let number = Self.discNumber(folder) {
        disc = disc ?? number
        continue
      }
      add([folder[...]], to: \.folders)
      let bare = Self.withoutBrackets(folder)
      for part in Self.parts(bare[...]) + [bare[...]] {
        add([part], to: \.folders)
        let (_, name) = Self.leadingNumbers(Array(part))
        if !name.isEmpty { add([name], to: \.folders) }
      }
    }
  }

  /// Letters and digits of a folded text; marks that decomposition leaves stay with their letters. A text of nothing but
  /// signs stands for itself.
  static func letters(_ text: some Sequence<UInt8>) -> FoldedText {
    let skeleton = Folding.skeleton(Array(text))
    let letters = skeleton.filter { $0 >= 0x80 || (48...57).contains($0) || (97...122).contains($0) }
    return letters.isEmpty ? skeleton.filter { $0 != 0x20 } : letters
  }

  private mutating func add(
    _ parts: some Sequence<ArraySlice<UInt8>>, to list: WritableKeyPath<PathNames, [FoldedText]>
  ) {
    let letters = Self.letters(parts.joined())
    if !letters.isEmpty, !self[keyPath: list].contains(letters) { self[keyPath: list].append(letters) }
  }

  /// The texts between dashes that stand between spaces.
  private static func parts(_ text: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    var parts: [ArraySlice<UInt8>] = []
    var start = text.startIndex
    var index = text.startIndex
    while index + 2 < text.endIndex {
      if text[index] == 0x20, text[index + 1] == UInt8(ascii: "-"), text[index + 2] == 0x20 {
        parts.append(text[start..<index])
        start = index + 3
        index += 2
      }
      index += 1
    }
    return parts + [text[start...]]
  }

  private static func withoutExtension(_ name: FoldedText) -> FoldedText {
    guard let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > 0, name.count - dot <= 5 else { return name }
    return Array(name[..<dot])
  }

  /// One or two numbers of up to three digits in front (`03`, `1-03`, `1.03`), and what follows their separators. A
  /// year is no such number.
  private static func leadingNumbers(_ text: FoldedText) -> (numbers: [Int], rest: ArraySlice<UInt8>) {
    var numbers: [Int] = []
    var index = text.first == UInt8(ascii: "[") || text.first == UInt8(ascii: "(") ? 1 : 0
    while numbers.count < 2 {
      let digits = text[index...].prefix { (48...57).contains($0) }
      guard (1...3).contains(digits.count), let number = LocationString.decimal(digits) else { break }
      let after = text[digits.endIndex...].prefix { Array(" .-_)]".utf8).contains($0) }
      guard !after.isEmpty || numbers.isEmpty && digits.endIndex == text.count else { break }
      numbers.append(number)
      index = after.endIndex
      // Two numbers belong together only where a single dash or dot parts them.
      if Array(after) != [UInt8(ascii: "-")], Array(after) != [UInt8(ascii: ".")] { break }
    }
    if numbers.isEmpty { return ([], text[...].dropFirst(text.count)) }
    return (numbers, text[index...])
  }

  /// The number in `cd 2`, `disc2`, `disk 02`.
  private static func discNumber(_ folder: FoldedText) -> Int? {
    for word in ["cd", "disc", "disk"] where folder.starts(with: word.utf8) {
      let rest = folder.dropFirst(word.utf8.count).drop { $0 == 0x20 || $0 == UInt8(ascii: "-") || $0 == 0x5F }
      let digits = rest.prefix { (48...57).contains($0) }
      if digits.count == rest.count || rest.dropFirst(digits.count).first == 0x20 {
        return LocationString.decimal(digits)
      }
    }
    return nil
  }

  /// A name without what stands in brackets, and without a leading year.
  private static func withoutBrackets(_ name: FoldedText) -> FoldedText {
    var result: FoldedText = []
    var depth = 0
    for byte in name {
      if byte == UInt8(ascii: "(") || byte == UInt8(ascii: "[") { depth += 1 }
      if depth == 0 { result.append(byte) }
      if byte == UInt8(ascii: ")") || byte == UInt8(ascii: "]") { depth = max(0, depth - 1) }
    }
    let year = result.prefix { (48...57).contains($0) }
    if year.count == 4 { result = Array(result[4...].drop { Array(" .-_".utf8).contains($0) }) }
    while result.last == 0x20 { result.removeLast() }
    return result.first == 0x20 ? Array(result.drop { $0 == 0x20 }) : result
  }
}
