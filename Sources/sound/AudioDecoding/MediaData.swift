import Platform
import Tracks

/// The parts of other containers that hold the encoded audio, and nothing of the tags.
enum MediaData {
  /// The hash of an MP4 file's media data, whatever boxes lie around it; `nil` without any.
  static func mp4(_ file: ByteFile, in bytes: Range<Int64>) -> AudioIdentity? {
    let hash = ContentHash()
    var isEmpty = true
    var position = bytes.lowerBound
    while position < bytes.upperBound {
      let head = file.bytes(at: position, count: 16)
      guard head.count >= 8 else { break }
      var size = Int64(head.big(0, as: UInt32.self))
      var body = position + 8
      if size == 1, head.count == 16 {
        size = head.big(8, as: Int64.self)
        body += 8
      } else if size == 0 {
        size = bytes.upperBound - position
      }
      guard size >= body - position else { break }
      // A file that was cut off ends inside its media data.
      let end = size > bytes.upperBound - position ? bytes.upperBound : position + size
      if head.has("mdat", at: 4), body < end {
        hash.add(file, from: body, to: end)
        isEmpty = false
      }
      position = end
    }
    return isEmpty ? nil : AudioIdentity(scheme: .mp4MediaData, digest: hash.digest)
  }

  /// The hash of the data object of an ASF (WMA) file; `nil` without one.
  static func asf(_ file: ByteFile, in bytes: Range<Int64>) -> AudioIdentity? {
    var position = bytes.lowerBound
    while position < bytes.upperBound {
      let head = file.bytes(at: position, count: 24)
      guard head.count == 24 else { return nil }
      let size = head.little(16, as: Int64.self)
      guard size >= 24 else { return nil }
      let end = size > bytes.upperBound - position ? bytes.upperBound : position + size
      // 75B22636-668E-11CF-A6D9-00AA0062CE6C is the header, 75B22636-... with 36 first the data.
      if head.little(0, as: UInt64.self) == 0x11CF_668E_75B2_2636 {
        // The object begins with the file's own identifier and the number of packets, which taggers may change.
        return hash(file, from: position + 50, to: end, scheme: .copiedPackets)
      }
      position = end
    }
    return nil
  }

  /// The hash of a DSF file's chunks before its tag; `nil` where it is none.
  static func dsf(_ file: ByteFile, in bytes: Range<Int64>) -> AudioIdentity? {
    let head = file.bytes(at: bytes.lowerBound, count: 28)
    guard head.count == 28, head.has("DSD ") else { return nil }
    let tag = head.little(20, as: Int64.self)
    let end = tag > 28 && tag < bytes.upperBound ? tag : bytes.upperBound
    return hash(file, from: bytes.lowerBound + 28, to: end, scheme: .wholeFile)
  }

  /// The hash of the samples of a DSDIFF file that are not compressed; `nil` without any.
  static func dsdiff(_ file: ByteFile, in bytes: Range<Int64>) -> AudioIdentity? {
    guard let sound = DSDLayout.Chunks(file, in: bytes).sound else { return nil }
    return hash(file, from: sound.lowerBound, to: sound.upperBound, scheme: .copiedPackets)
  }

  /// Whether an ASF (WMA) file announces that its packets are encrypted.
  static func isEncryptedASF(_ file: ByteFile, in bytes: Range<Int64>) -> Bool {
    let head = file.bytes(at: bytes.lowerBound, count: 30)
    guard head.count == 30 else { return false }
    let size = min(head.little(16, as: Int64.self), bytes.upperBound - bytes.lowerBound)
    var position = bytes.lowerBound + 30
    for _ in 0..<1_000 {
      let object = file.bytes(at: position, count: 24)
      guard position < bytes.lowerBound + size, object.count == 24 else { return false }
      switch object.little(0, as: UInt64.self) {
      // 2211B3FB-BD23-11D2-B4B7-00A0C955FC6E and 298AE614-2622-4C17-B935-DAE07EE9289C.
      case 0x11D2_BD23_2211_B3FB, 0x4C17_2622_298A_E614: return true
      default: break
      }
      let length = object.little(16, as: Int64.self)
      guard length >= 24, length < size else { return false }
      position += length
    }
    return false
  }

  /// The hash of everything between the tags at a file's ends.
  static func everything(_ file: ByteFile, in bytes: Range<Int64>) -> AudioIdentity? {
    hash(file, from: bytes.lowerBound, to: bytes.upperBound, scheme: .wholeFile)
  }

  private static func hash(
    _ file: ByteFile, from start: Int64, to end: Int64, scheme: AudioIdentity.Scheme
  ) -> AudioIdentity? {
    guard start < end else { return nil }
    let hash = ContentHash()
    hash.add(file, from: start, to: end)
    return AudioIdentity(scheme: scheme, digest: hash.digest)
  }
}
