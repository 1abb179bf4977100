import CLinux
import Glibc

/// The worker's end of the channel: frames, read and written whole.
struct WorkerChannel {
  let input: Int32
  let output: Int32

  /// Writes a frame; `false` where nobody reads any more.
  func write(_ kind: FrameHeader.Kind, _ payload: [UInt8]) -> Bool {
    writeAll(FrameHeader(kind: kind, length: payload.count).bytes) && writeAll(payload)
  }

  /// Reads a frame, and the descriptor that came with it, -1 for none; `nil` at the end of the channel and where there is
  /// no frame.
  func read(descriptor: inout Int32) -> (FrameHeader.Kind, [UInt8])? {
    guard let bytes = readAll(FrameHeader.size, descriptor: &descriptor) else { return nil }
    do {
      let header = try FrameHeader(bytes: bytes)
      return readAll(Int(clamping: header.length), descriptor: &descriptor).map { (header.kind, $0) }
    } catch {
      return nil
    }
  }

  /// Reads a frame; a descriptor that came with it is closed.
  func read() -> (FrameHeader.Kind, [UInt8])? {
    var descriptor: Int32 = -1
    let frame = read(descriptor: &descriptor)
    if descriptor >= 0 { close(descriptor) }
    return frame
  }

  private func writeAll(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { buffer in
      var offset = 0
      while offset < buffer.count {
        let count = Glibc.write(output, buffer.baseAddress! + offset, buffer.count - offset)
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { return false }
        offset += count
      }
      return true
    }
  }

  private func readAll(_ length: Int, descriptor: inout Int32) -> [UInt8]? {
    var isWhole = true
    let bytes = [UInt8](unsafeUninitializedCapacity: length) { buffer, initialized in
      while initialized < length {
        var received: Int32 = -1
        let count = linux_receive_descriptor(input, buffer.baseAddress! + initialized, length - initialized, &received)
        if received >= 0 {
          if descriptor >= 0 { close(descriptor) }
          descriptor = received
        }
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else {
          isWhole = false
          return
        }
        initialized += count
      }
    }
    return isWhole ? bytes : nil
  }
}
