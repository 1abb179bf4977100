import Glibc

/// What ASCII remains of names in East Asian code pages where somebody reads them as Western ones: the second byte of
/// many characters is a letter.
final class LegacyNames {
  private let pages: [iconv_t]

  /// The code pages of Windows for Japanese, Chinese and Korean, as far as the C library knows them.
  init() {
    pages = ["CP932", "GBK", "BIG5", "CP949"].compactMap { page in
      guard let handle = iconv_open(page, "UTF-8"), Int(bitPattern: handle) != -1 else { return nil }
      return handle
    }
  }

  deinit {
    for page in pages { iconv_close(page) }
  }

  /// The ASCII letters and digits of a name's bytes in each code page that has all of its characters, each once.
  func rests(_ name: [UInt8]) -> [FoldedText] {
    var rests: [FoldedText] = []
    for page in pages {
      guard let bytes = Self.encoded(name, page) else { continue }
      var rest: FoldedText = []
      for byte in bytes {
        if (48...57).contains(byte) { rest.append(byte) }
        if (97...122).contains(byte | 0x20), byte < 0x80 { rest.append(byte | 0x20) }
      }
      if !rests.contains(rest) { rests.append(rest) }
    }
    return rests
  }

  private static func encoded(_ name: [UInt8], _ page: iconv_t) -> [UInt8]? {
    iconv(page, nil, nil, nil, nil)
    var input = name.map(CChar.init(bitPattern:))
    var output = [CChar](repeating: 0, count: 2 * name.count + 16)
    var (inputLeft, outputLeft) = (input.count, output.count)
    let failures = input.withUnsafeMutableBufferPointer { source in
      output.withUnsafeMutableBufferPointer { target in
        var (from, to) = (source.baseAddress, target.baseAddress)
        return iconv(page, &from, &inputLeft, &to, &outputLeft)
      }
    }
    guard failures == 0, inputLeft == 0 else { return nil }
    return output[..<(output.count - outputLeft)].map(UInt8.init(bitPattern:))
  }
}
