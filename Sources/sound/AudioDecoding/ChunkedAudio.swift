import Tracks

/// Where the sample data lies in the chunks of a WAV, AIFF or CAF file.
enum ChunkedAudio {
  /// The bytes of the sample data, cut at the file's end, or `nil` where there are none.
  static func data(_ file: ByteFile, in container: Container) -> Range<Int64>? {
    guard [.riff, .aiff, .caf].contains(container.kind) else { return nil }
    let start = container.bytes.lowerBound
    let head = file.bytes(at: start, count: 12)
    let isBig = head.has("FORM") || head.has("RIFX") || head.has("caff")
    let isWide = head.has("caff")
    var wideSize: Int64?
    var position = start + (isWide ? 8 : 12)
    while true {
      let chunk = file.bytes(at: position, count: 32)
      guard chunk.count >= (isWide ? 12 : 8) else { return nil }
      var size: Int64
      var body = position + 8
      if isWide {
        size = chunk.big(4, as: Int64.self)
        body += 4
      } else {
        size = Int64(isBig ? chunk.big(4, as: UInt32.self) : chunk.little(4, as: UInt32.self))
      }
      if chunk.has("ds64"), chunk.count >= 24 { wideSize = chunk.little(16, as: Int64.self) }
      if chunk.has("data") || chunk.has("SSND") {
        if size == 0xFFFF_FFFF, let wideSize { size = wideSize }
        // Recorders that were cut off leave the size open: the data goes on to the end.
        let isOpen = size <= 0 || size == 0xFFFF_FFFF || body + size > file.size || body + size < body
        let end = isOpen ? file.size : body + size
        return body < end ? body..<end : nil
      }
      guard size >= 0, body + size > position, body + size < file.size else { return nil }
      position = body + size + (isWide ? 0 : size & 1)
    }
  }
}
