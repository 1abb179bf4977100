import Platform

extension ContentHash {
  /// Adds the bytes of a file from `offset` to before `end`, or to the file's end.
  func add(_ file: ByteFile, from offset: Int64, to end: Int64) {
    var position = offset
    while position < end {
      let piece = file.bytes(at: position, count: Int(min(Int64(ByteFile.capacity), end - position)))
      if piece.isEmpty { return }
      add(piece)
      position += Int64(piece.count)
    }
  }

  /// Adds a number, as 8 little-endian bytes.
  func add(_ number: some BinaryInteger) {
    withUnsafeBytes(of: UInt64(truncatingIfNeeded: number).littleEndian) { add($0) }
  }
}
