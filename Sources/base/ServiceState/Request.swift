import Glibc
public import Platform
public import Tracks

/// What `indexctl` asks the daemon to do, as a file in the folder of requests.
///
/// The file is text: the verb, then its arguments, each ended by a line break. Its name ends in `.request`; a daemon that has
/// done it replaces it by a file of the same name that ends in `.answer` and holds what came of it (`RequestAnswer`).
public enum Request: Sendable, Equatable {
  /// Look at these folders, or at everything, and believe what is found.
  case rescan([FilePath])
  /// Train a model even if nothing changed.
  case retrain
  /// Note what the owner says of the audio of a track, or forget it with `nil`.
  case label(TrackPlace, Correction?)
  /// Use the model of this number from now on, or let the gate decide again with `nil`.
  case use(Int64?)
  /// Measure the study's features of the judged songs that lack them.
  case study

  private static let suffix = ".request"

  private var text: [[UInt8]] {
    switch self {
    case .rescan(let folders): [Array("rescan".utf8)] + folders.map(\.bytes)
    case .retrain: [Array("retrain".utf8)]
    case .study: [Array("study".utf8)]
    case .label(let track, let word):
      [Array("label".utf8), Array((word?.rawValue ?? "auto").utf8), track.path.bytes]
        + (track.number > 0 ? [Array(String(track.number).utf8)] : [])
    case .use(let id): [Array("use".utf8), Array((id.map(String.init) ?? "auto").utf8)]
    }
  }

  /// Drops the request for the daemon of a state folder.
  ///
  /// - Returns: the request's file.
  /// - Throws: `PipelineFailure` where the folder cannot be written, and for a path that a line of the file cannot hold.
  public func drop(in state: StateFolder) throws(PipelineFailure) -> FilePath {
    if let name = text.first(where: { $0.contains(0x0A) || $0.last == 0x0D }) {
      // Read back it would be another path, and what is said would be said of that.
      throw PipelineFailure("\(FilePath(bytes: name).display): has a line break in its name; rename it first")
    }
    let moment = Int(Clock.now() * 1_000_000)
    let file = state.requests.appending("\(moment)-\(getpid())\(Self.suffix)")
    // The daemon may be another user, and the folder's group another one than this user's own.
    try SmallFile.write(Array(text.map { $0 + [0x0A] }.joined()), to: file, isForOthers: true)
    return file
  }

  /// The request in a file, `nil` for one that holds none.
  public init?(_ file: FilePath) {
    guard let bytes = SmallFile.read(file) else { return nil }
    let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: true).map { Array($0) }
    guard let verb = lines.first.map({ String(decoding: $0, as: UTF8.self) }) else { return nil }
    let arguments = lines.dropFirst().map { FilePath(bytes: $0.last == 0x0D ? Array($0.dropLast()) : $0) }
    switch verb.trimmed {
    case "rescan": self = .rescan(arguments)
    case "retrain": self = .retrain
    case "study": self = .study
    case "label":
      guard arguments.count == 2 || arguments.count == 3, let word = arguments[0].string,
        word == "auto" || Correction(rawValue: word) != nil
      else { return nil }
      let number = arguments.count == 3 ? arguments[2].string.flatMap { Int($0) } : 0
      guard let number, number >= 0 else { return nil }
      self = .label(TrackPlace(path: arguments[1], number: number), Correction(rawValue: word))
    case "use":
      guard arguments.count == 1, let word = arguments[0].string, word == "auto" || Int64(word) != nil else {
        return nil
      }
      self = .use(Int64(word))
    default: return nil
    }
  }

  /// The requests that wait in a state folder, the oldest first.
  ///
  /// - Parameter isBusy: Whether a file is still being written; it is left for later.
  public static func waiting(
    in state: StateFolder, isBusy: (FilePath) -> Bool = { _ in false }
  ) -> [FilePath] {
    DropFolder(state.requests).files(suffix: suffix).filter { $0.string != nil && !isBusy($0) }
  }

  /// Where the answer to a request is written.
  public static func answer(to file: FilePath) -> FilePath {
    FilePath(bytes: Array(file.bytes.dropLast(suffix.utf8.count)) + Array(".answer".utf8))
  }

  /// Replaces a request by its answer.
  ///
  /// - Throws: `PipelineFailure` where the answer cannot be written; the request stays.
  public static func end(_ file: FilePath, answer: RequestAnswer) throws(PipelineFailure) {
    try SmallFile.write(answer.bytes, to: self.answer(to: file))
    _ = file.withCString { unlink($0) }
  }

  /// Removes answers that nobody waits for any more: those older than an hour.
  public static func cleanUp(_ state: StateFolder) {
    for file in DropFolder(state.requests).files(suffix: ".answer") {
      var status = stat()
      guard file.withCString({ stat($0, &status) }) == 0 else { continue }
      if KernelNumber.seconds(status.st_mtim) < Clock.now() - 3_600 { _ = file.withCString { unlink($0) } }
    }
  }
}

extension String {
  fileprivate var trimmed: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
