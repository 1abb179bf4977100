import CSoxr

/// libsoxr at its high quality for audio that comes piece by piece.
struct StreamResampler: ~Copyable {
  private let handle: OpaquePointer
  private let ratio: Double

  /// A resampler between two rates in Hz; `nil` where libsoxr refuses them.
  init?(from source: Int, to target: Int) {
    guard let handle = Resampler.handle(from: source, to: target) else { return nil }
    self.handle = handle
    ratio = Double(target) / Double(source)
  }

  deinit {
    soxr_delete(handle)
  }

  /// Takes a piece and appends what it became, which may lag behind.
  func feed(_ piece: UnsafePointer<Float>, count: Int, into output: inout [Float]) {
    var used = 0
    while used < count {
      var taken = 0
      let made = append(to: &output, room: Int(Double(count - used) * ratio) + 64) { target, room, given in
        soxr_process(handle, piece + used, count - used, &taken, target, room, &given)
      }
      if made == 0, taken == 0 { return }
      used += taken
    }
  }

  /// Appends what is still inside, after the last piece.
  func drain(into output: inout [Float]) {
    while append(to: &output, room: 4_096, { soxr_process(handle, nil, 0, nil, $0, $1, &$2) }) > 0 {}
  }

  private func append(
    to output: inout [Float], room: Int,
    _ process: (UnsafeMutablePointer<Float>, Int, inout Int) -> soxr_error_t?
  ) -> Int {
    var given = 0
    let made = [Float](unsafeUninitializedCapacity: room) { buffer, count in
      if let target = buffer.baseAddress, process(target, room, &given) != nil { given = 0 }
      count = given
    }
    output += made
    return given
  }
}
