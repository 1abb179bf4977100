import Tracks

/// Finds out in which character set a cue sheet is written.
public enum CueSheetText {
  /// The code pages that sheets are written in, the frequent ones first.
  private static let pages = [
    "CP1252", "CP932", "GB18030", "BIG5", "CP949", "CP1251", "CP1250", "CP1253", "CP1254", "CP1255", "CP1256", "CP1257",
    "CP1258", "CP874", "CP850", "CP437", "CP866", "EUC-JP", "KOI8-R",
  ]

  /// Whether a sheet's bytes say by themselves what they mean: UTF-16 with a mark, or UTF-8.
  public static func isUnicode(_ contents: [UInt8]) -> Bool {
    if let marked = TextEncoding.marked(contents), case .utf16 = marked { return true }
    return String(validating: contents, as: UTF8.self) != nil
  }

  /// The code page of a sheet that is no Unicode, and whether that is more than a guess.
  ///
  /// The owner's page is taken where the sheet's files are found with it; else the first one with which they all are, for
  /// what lies on the disk is the best witness; else the owner's, else Windows-1252.
  ///
  /// - Parameters:
  ///   - owners: the page that the owner names; `nil` where none is named.
  ///   - finds: whether all files of a sheet are found.
  public static func page(
    of contents: [UInt8], owners: String?, finds: (CueSheet) -> Bool
  ) -> (name: String, isSure: Bool) {
    let wanted = [owners].compactMap { $0 } + pages
    for name in wanted {
      guard let sheet = CueSheet(contents: contents, codePage: name), finds(sheet) else { continue }
      // Names in plain letters are found with every page and tell of none.
      let tells = sheet.files.contains { !$0.utf8.allSatisfy { $0 < 0x80 } }
      return tells ? (name, true) : (owners ?? "CP1252", owners != nil)
    }
    return (owners ?? "CP1252", owners != nil)
  }

  /// A sheet's text. Where most of its lines with foreign letters are UTF-8, only the others are in the code page;
  /// Windows-1252 where that is `nil` or unknown.
  static func text(_ contents: [UInt8], _ codePage: String?) -> String {
    switch TextEncoding.marked(contents) {
    case .utf8(let mark):
      return text(Array(contents.dropFirst(mark)), mixedWith: codePage)
    case .utf16(let bigEndian, let mark, _):
      let bytes = Array(contents.dropFirst(mark))
      let units = stride(from: 0, to: bytes.count - 1, by: 2).map { index in
        let unit = UInt16(bytes[index]) << 8 | UInt16(bytes[index + 1])
        return bigEndian ? unit : unit.byteSwapped
      }
      return String(decoding: units, as: UTF16.self)
    case .codePage, .mixed, nil: return text(contents, mixedWith: codePage)
    }
  }

  private static func text(_ contents: [UInt8], mixedWith codePage: String?) -> String {
    if let text = String(validating: contents, as: UTF8.self) { return text }
    let lines = contents.split(omittingEmptySubsequences: false) { $0 == 0x0A }
    let foreign = lines.filter { $0.contains { $0 >= 0x80 } }
    let unicode = foreign.count { String(validating: $0, as: UTF8.self) != nil }
    // Few bytes of an Asian page are UTF-8 by chance.
    guard unicode * 2 > foreign.count else { return converted(contents, codePage) }
    return lines.map { String(validating: $0, as: UTF8.self) ?? converted(Array($0), codePage) }.joined(separator: "\n")
  }

  private static func converted(_ contents: [UInt8], _ codePage: String?) -> String {
    var bytes = contents
    var text: [UInt8] = []
    for name in [codePage, "CP1252"].compactMap({ $0 }) {
      guard let converter = CodePageConverter(from: name) else { continue }
      converter.convert(&bytes, into: &text, isLast: true)
      break
    }
    return String(decoding: text, as: UTF8.self)
  }
}
