import CXXHash
import Glibc
public import Tracks

/// A 128-bit hash (XXH3) of files and values, for telling whether something was seen before.
public struct ContentHash: ~Copyable {
  private let state: OpaquePointer

  /// A hash of nothing yet.
  public init() {
    guard let state = XXH3_createState() else { preconditionFailure("no memory for the state of a hash") }
    self.state = state
    XXH3_128bits_reset(state)
  }

  deinit {
    XXH3_freeState(state)
  }

  /// Adds bytes.
  public func add(_ bytes: [UInt8]) {
    XXH3_128bits_update(state, bytes, bytes.count)
  }

  /// Adds bytes that lie in memory.
  public func add(_ bytes: UnsafeRawBufferPointer) {
    XXH3_128bits_update(state, bytes.baseAddress, bytes.count)
  }

  /// Adds a text and a mark that ends it.
  public func add(_ text: String) {
    add(Array(text.utf8) + [0])
  }

  /// Adds the contents of a file.
  ///
  /// - Throws: `PipelineFailure` where it cannot be read.
  public func add(contentsOf path: FilePath) throws(PipelineFailure) {
    guard let (descriptor, _) = RegularFile.open(path) else {
      throw PipelineFailure("\(path.display): cannot be read (\(SystemError.text()))")
    }
    defer { close(descriptor) }
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw PipelineFailure("\(path.display): cannot be read (\(SystemError.text()))")
      }
      if count == 0 { return }
      XXH3_128bits_update(state, chunk, count)
    }
  }

  /// The 16 bytes of the hash of everything that was added.
  public var digest: [UInt8] {
    let hash = XXH3_128bits_digest(state)
    return withUnsafeBytes(of: (hash.high64.bigEndian, hash.low64.bigEndian)) { Array($0) }
  }

  /// The hash as 32 hexadecimal digits.
  public var text: String { hexadecimal(digest) }
}

/// Hashes as text, for names and comparisons.
public enum Fingerprints {
  /// Eight hexadecimal digits of a hash of some bytes.
  public static func short(_ bytes: [UInt8]) -> String {
    String(long(bytes).prefix(8))
  }

  /// All 32 hexadecimal digits of a hash of some bytes.
  public static func long(_ bytes: [UInt8]) -> String {
    let hash = ContentHash()
    hash.add(bytes)
    return hash.text
  }
}
