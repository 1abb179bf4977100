public import Tracks

/// A file that the parent has opened for a worker.
public struct HandedFile: Sendable, Equatable {
  /// Its name, for messages.
  public var path: FilePath
  /// The open file, which is closed after the request; -1 where it could not be opened.
  public var descriptor: Int32
  /// Why it could not be opened; 0 where it is open.
  public var errorNumber: Int32
}
