import CXXHash
import Tracks

/// A 128-bit hash (XXH3) that is fed piece by piece.
struct AudioHash: ~Copyable {
  private let state: OpaquePointer

  init() {
    guard let state = XXH3_createState() else { preconditionFailure("no memory for the state of a hash") }
    self.state = state
    XXH3_128bits_reset(state)
  }

  deinit {
    XXH3_freeState(state)
  }

  /// Feeds bytes.
  func update(_ bytes: UnsafeRawBufferPointer) {
    XXH3_128bits_update(state, bytes.baseAddress, bytes.count)
  }

  /// Feeds the bytes of a file from `offset` to before `end`, or to the file's end.
  func update(_ file: ByteFile, from offset: Int64, to end: Int64) {
    var position = offset
    while position < end {
      let piece = file.bytes(at: position, count: Int(min(Int64(ByteFile.capacity), end - position)))
      if piece.isEmpty { return }
      update(piece)
      position += Int64(piece.count)
    }
  }

  /// Feeds a number, as 8 little-endian bytes.
  func update(_ number: some BinaryInteger) {
    withUnsafeBytes(of: UInt64(truncatingIfNeeded: number).littleEndian) { update($0) }
  }

  /// The hash of what was fed, most significant byte first.
  var digest: [UInt8] {
    let hash = XXH3_128bits_digest(state)
    return withUnsafeBytes(of: hash.high64.bigEndian, Array.init)
      + withUnsafeBytes(of: hash.low64.bigEndian, Array.init)
  }
}
