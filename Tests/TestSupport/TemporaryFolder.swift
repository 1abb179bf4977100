import Foundation

/// A folder of a test's own, removed with everything in it when the last reference goes.
public final class TemporaryFolder: Sendable {
  /// The folder's absolute path, with links resolved.
  public let path: String

  /// Makes a new empty folder.
  public init() throws {
    var template = Array((NSTemporaryDirectory() + "/indexd-test-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else {
      throw CocoaError(.fileWriteUnknown)
    }
    let made = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    path = URL(fileURLWithPath: made).resolvingSymlinksInPath().path
  }

  deinit {
    // A folder that cannot be removed is left to the system's own cleaning of temporary folders.
    try? FileManager.default.removeItem(atPath: path)
  }

  /// The path of a child.
  public subscript(child: String) -> String {
    path + "/" + child
  }

  /// Writes a file, making the folders above it, and returns its path.
  @discardableResult
  public func write(_ contents: some Sequence<UInt8>, to child: String) throws -> String {
    let file = self[child]
    try FileManager.default.createDirectory(
      atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data(contents).write(to: URL(fileURLWithPath: file))
    return file
  }

  /// Writes a text file in UTF-8, making the folders above it, and returns its path.
  @discardableResult
  public func write(_ text: String, to child: String) throws -> String {
    try write(text.utf8, to: child)
  }
}
