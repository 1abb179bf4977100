import Glibc
import Synchronization
public import Tracks

/// Finds the disks that do not answer: a network disk whose server is gone keeps whoever looks at it waiting for ever.
public enum SilentDisks {
  /// The seconds that a disk has to answer; one that sleeps needs several to spin up.
  public static let seconds = 8.0

  /// The paths of which the system says nothing, neither what they are nor that they are not there. Takes `seconds` where
  /// there is one, else no time worth mentioning. The threads that ask go on waiting.
  ///
  /// - Parameters:
  ///   - paths: The paths.
  ///   - look: What asks the system of a path.
  public static func among(
    _ paths: [FilePath], seconds: Double = seconds, look: @escaping @Sendable (FilePath) -> Void = look
  ) -> [FilePath] {
    let answers = Answers(paths.count)
    for (number, path) in paths.enumerated() {
      let isAsked = OwnThread.start {
        look(path)
        answers.add(number)
      }
      // Without a thread nothing is known of the disk.
      if !isAsked { answers.add(number) }
    }
    let there = answers.wait(seconds: seconds)
    return paths.enumerated().filter { !there.contains($0.offset) }.map(\.element)
  }

  /// What to say of a path whose disk does not answer.
  public static func words(_ path: FilePath) -> String {
    "\(path.display): its disk does not answer; check the mount, the cable or the server, then try again"
  }

  /// Asks for what a path is and, of a folder, for its first entry: what is known of the path itself may come from memory.
  public static func look(_ path: FilePath) {
    var status = stat()
    guard path.withCString({ stat($0, &status) }) == 0, status.st_mode & S_IFMT == S_IFDIR,
      let folder = path.withCString({ opendir($0) })
    else { return }
    _ = readdir(folder)
    closedir(folder)
    var room = statvfs()
    _ = path.withCString { statvfs($0, &room) }
  }

  /// The numbers of those that answered.
  private final class Answers: Sendable {
    private let numbers = Mutex<Set<Int>>([])
    private let signal = TimedSignal()
    private let count: Int

    init(_ count: Int) {
      self.count = count
    }

    func add(_ number: Int) {
      numbers.withLock { _ = $0.insert(number) }
      signal.signal()
    }

    func wait(seconds: Double) -> Set<Int> {
      let end = Clock.steady() + seconds
      for _ in 0..<count {
        guard signal.wait(seconds: end - Clock.steady()) else { break }
      }
      return numbers.withLock { $0 }
    }
  }
}
