/// A path of a file or folder as the kernel knows it: bytes without NUL, in no particular encoding.
///
/// Swift's `String` treats composed and decomposed names as equal and cannot hold names that are not UTF-8, so a path
/// is compared, hashed and ordered by its bytes. The path is never normalised.
public struct FilePath: Hashable, Comparable, Sendable {
  /// The bytes of the path, without a terminating NUL.
  public let bytes: [UInt8]

  /// A path of these bytes.
  public init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The path spelled by a string, in UTF-8, with the string's own normalisation form.
  public init(_ string: String) {
    bytes = Array(string.utf8)
  }

  /// The path as text, or `nil` where its bytes are not UTF-8.
  public var string: String? {
    String(validating: bytes, as: UTF8.self)
  }

  /// The path for people: bytes that are not UTF-8 appear as U+FFFD.
  public var display: String {
    String(decoding: bytes, as: UTF8.self)
  }

  /// What follows the last slash; the whole path where there is none.
  public var name: FilePath {
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return self }
    return FilePath(bytes: Array(bytes[(slash + 1)...]))
  }

  /// The folder that holds this path: what precedes the last slash, `/` for a child of the root, empty for a bare name.
  public var parent: FilePath {
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return FilePath(bytes: []) }
    return FilePath(bytes: slash == 0 ? [UInt8(ascii: "/")] : Array(bytes[..<slash]))
  }

  /// The ASCII-lower-cased bytes after the last dot of the name, as text; empty where the name has none or only a
  /// leading one.
  public var fileExtension: String {
    let name = name.bytes
    guard let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > 0 else { return "" }
    return String(decoding: name[(dot + 1)...].map { (65...90).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
  }

  /// This path, a slash where one is missing, and a child's name.
  public func appending(_ child: FilePath) -> FilePath {
    if bytes.isEmpty { return child }
    if bytes.last == UInt8(ascii: "/") { return FilePath(bytes: bytes + child.bytes) }
    return FilePath(bytes: bytes + [UInt8(ascii: "/")] + child.bytes)
  }

  /// This path, a slash where one is missing, and a child's name.
  public func appending(_ child: String) -> FilePath {
    appending(FilePath(child))
  }

  /// Whether this path is `folder` itself or lies anywhere below it, by whole components.
  public func isInside(_ folder: FilePath) -> Bool {
    guard bytes.starts(with: folder.bytes) else { return false }
    return bytes.count == folder.bytes.count || folder.bytes.last == UInt8(ascii: "/")
      || bytes[folder.bytes.count] == UInt8(ascii: "/")
  }

  /// Calls `body` with the path as a NUL-terminated C string that lives as long as the call.
  ///
  /// - Throws: what `body` throws.
  public func withCString<Result, Failure: Error>(
    _ body: (UnsafePointer<CChar>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    var terminated = bytes.map(CChar.init(bitPattern:))
    terminated.append(0)
    return try terminated.withUnsafeBufferPointer { buffer throws(Failure) in
      // The buffer holds at least the terminator, so it has an address.
      try body(buffer.baseAddress!)
    }
  }

  /// Hashes the bytes as one block: an array would hash them one by one.
  public func hash(into hasher: inout Hasher) {
    bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    hasher.combine(bytes.count)
  }

  /// Orders paths by their bytes.
  public static func < (left: FilePath, right: FilePath) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }
}
