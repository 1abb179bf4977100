import Glibc
import Pipeline
import Platform
import Tracks

/// Writes a file piece by piece, so that its size costs no memory: beside its place first, then renamed over it. Into a
/// device or a pipe it writes straight.
///
/// A stream that goes without `finish` leaves what was in the file's place, and nothing beside it.
final class OutputStream {
  private static let pieceSize = 1 << 20

  private let path: FilePath
  /// The file beside its place; `nil` where it is written straight.
  private let temporary: FilePath?
  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private var isFinished = false

  /// Opens a file to be written.
  ///
  /// - Throws: `PipelineFailure` where it cannot be made.
  init(to path: FilePath) throws(PipelineFailure) {
    self.path = path
    var status = stat()
    let exists = path.withCString { stat($0, &status) } == 0
    if exists, status.st_mode & S_IFMT != S_IFREG {
      temporary = nil
      descriptor = path.withCString { open($0, O_WRONLY | O_CLOEXEC) }
    } else {
      let folder = path.parent.bytes.isEmpty ? FilePath(".") : path.parent
      let name = FilePath(bytes: Array(".".utf8) + path.name.bytes.prefix(200) + Array(".\(getpid()).new".utf8))
      let beside = folder.appending(name)
      temporary = beside
      // What is there under this name is no file of this process.
      _ = beside.withCString { unlink($0) }
      descriptor = beside.withCString { open($0, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o640) }
    }
    guard descriptor >= 0 else { throw Self.failure(path) }
  }

  deinit {
    discard()
  }

  /// Ends the stream and leaves what was in the file's place; does nothing after `finish`.
  func discard() {
    guard !isFinished, descriptor >= 0 else { return }
    isFinished = true
    close(descriptor)
    if let temporary { _ = temporary.withCString { unlink($0) } }
  }

  /// Adds bytes.
  ///
  /// - Throws: `PipelineFailure` where they cannot be written.
  func write(_ bytes: [UInt8]) throws(PipelineFailure) {
    buffer += bytes
    if buffer.count >= Self.pieceSize { try flush() }
  }

  /// Puts the file in its place.
  ///
  /// - Throws: `PipelineFailure` where it cannot be written; then nothing has changed.
  func finish() throws(PipelineFailure) {
    try flush()
    if let temporary {
      guard fsync(descriptor) == 0, RegularFile.rename(temporary, to: path) else { throw Self.failure(path) }
    }
    isFinished = true
    close(descriptor)
  }

  private func flush() throws(PipelineFailure) {
    guard RegularFile.write(buffer, to: descriptor) else { throw Self.failure(path) }
    buffer.removeAll(keepingCapacity: true)
  }

  private static func failure(_ path: FilePath) -> PipelineFailure {
    PipelineFailure("\(path.display): cannot be written (\(SystemError.text()))")
  }
}
