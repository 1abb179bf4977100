import Tracks

/// Kinds of files that are music, or are called so, and that no decoder here knows.
enum ForeignFormat {
  /// The format that a file's first bytes announce and that neither these libraries nor any FFmpeg decodes; `nil` for
  /// everything else.
  static func name(_ file: ByteFile, at start: Int64, path: FilePath) -> String? {
    let head = file.bytes(at: start, count: 16)
    if head.has("OFR ") { return "OptimFROG" }
    if head.has("ADIF") { return "AAC with a header of the ADIF kind" }
    if head.has("LA02") || head.has("LA03") || head.has("LA04") { return "Lossless Audio (LA)" }
    if head.has("RKA7") { return "RK Audio" }
    if head.has("LPAC") { return "LPAC" }
    if head.has("MThd") || head.has("RIFF") && head.has("RMID", at: 8) {
      return "MIDI, which holds notes and no sound"
    }
    return isOldMusepack(head, path) ? "Musepack of the versions 4 to 6" : nil
  }

  /// The format of music that some decoders know, for files that these made nothing of; `nil` where it is none.
  static func rareName(_ file: ByteFile, at start: Int64) -> String? {
    if file.bytes(at: start, count: 17).has("Extended Module: ") { return "tracker modules" }
    if file.bytes(at: start, count: 4).has("IMPM") { return "tracker modules" }
    if file.bytes(at: start + 44, count: 4).has("SCRM") { return "tracker modules" }
    let mark = file.bytes(at: start + 1_080, count: 4)
    let marks: [StaticString] = ["M.K.", "M!K!", "FLT4", "FLT8", "4CHN", "6CHN", "8CHN", "OCTA", "CD81"]
    if marks.contains(where: { mark.has($0) }) { return "tracker modules" }
    if file.bytes(at: start, count: 4).has("ajkg") { return "Shorten" }
    if file.bytes(at: start, count: 4).has("tBaK") { return "TAK" }
    let head = file.bytes(at: start, count: 16)
    if head.has("FRM8"), head.has("DSD ", at: 12) { return "compressed DSDIFF (DST)" }
    return nil
  }

  /// Musepack before version 7 has no mark, only numbers, so the name must agree.
  private static func isOldMusepack(_ head: UnsafeRawBufferPointer, _ path: FilePath) -> Bool {
    let name = path.display.lowercased()
    guard [".mpc", ".mp+", ".mpp"].contains(where: { name.hasSuffix($0) }), head.count >= 8 else { return false }
    let bits = head.little(0, as: UInt32.self)
    let version = bits >> 11 & 0x3FF
    let isIntensity = bits >> 22 & 1 == 1
    let blockSize = bits & 0x3F
    return (4...6).contains(version) && !isIntensity && blockSize == 1
  }
}
