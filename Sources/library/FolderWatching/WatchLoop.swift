import CInotifyTools
import Glibc
import Tracks

/// The thread that owns libinotifytools: does what it is asked to, and turns events into places to look at.
struct WatchLoop: ~Copyable {
  private static let events =
    Int32(IN_CREATE) | Int32(IN_DELETE) | Int32(IN_MOVED_FROM) | Int32(IN_MOVED_TO) | Int32(IN_MODIFY)
    | Int32(IN_CLOSE_WRITE) | Int32(IN_ATTRIB) | Int32(IN_DELETE_SELF) | Int32(IN_MOVE_SELF) | Int32(IN_EXCL_UNLINK)
  private static let eventsAboveRoots =
    Int32(IN_CREATE) | Int32(IN_DELETE) | Int32(IN_MOVED_FROM) | Int32(IN_MOVED_TO) | Int32(IN_DELETE_SELF)
    | Int32(IN_MOVE_SELF)
  /// So many watches that the system removed by itself make the library start anew: it keeps their memory.
  private static let mostAbandoned = 20_000

  private let board: WatcherState
  private var library: InotifyLibrary
  private var tree = WatchTree()
  private var chains = AncestorWatches()
  private var wakeWatch: Int32
  /// The devices of the folders that were ever watched.
  private var devices: Set<UInt64> = []

  /// Starts the library; throws where the system does not allow it.
  init(board: WatcherState) throws(WatchError) {
    let library = try InotifyLibrary()
    let wakeWatch = try Self.watchWakeFile(of: board, with: library)
    self.board = board
    self.library = library
    self.wakeWatch = wakeWatch
  }

  private static func watchWakeFile(
    of board: WatcherState, with library: borrowing InotifyLibrary
  ) throws(WatchError) -> Int32 {
    guard let name = board.wakeName else { throw WatchError(number: EMFILE) }
    return try library.watch(named: FilePath(name), for: Int32(IN_ATTRIB) | Int32(IN_MODIFY))
  }

  /// Runs until the watcher is stopped; throws where inotify fails.
  mutating func run() throws(WatchError) {
    while let commands = board.takeCommands() {
      for command in commands { obey(command) }
      if let event = try library.next() { handle(event) }
      if library.abandoned > Self.mostAbandoned { try startAnew() }
    }
    try drain()
  }

  // MARK: Commands

  private mutating func obey(_ command: WatcherState.Command) {
    switch command {
    case .watch(let folders, let reply):
      var outcomes: [WatchOutcome] = []
      for folder in folders { outcomes.append(watch(folder)) }
      board.update(watches: tree.count) { troubles in
        for (folder, outcome) in zip(folders, outcomes) {
          if outcome == .limit { troubles.unwatched.insert(folder) } else { troubles.unwatched.remove(folder) }
        }
      }
      reply(outcomes)
    case .unwatch(let folder):
      remove(tree.removeAll(inside: folder))
      board.update(watches: tree.count) { troubles in
        troubles.unwatched = troubles.unwatched.filter { !$0.isInside(folder) }
      }
    case .follow(let root):
      if chains.add(root) { watchAncestors(of: root) }
    case .unfollow(let root):
      chains.remove(root)
    }
  }

  private mutating func watch(_ folder: FilePath) -> WatchOutcome {
    // A folder that is replaced between the two looks is watched once more.
    for _ in 0..<3 {
      guard let identity = Self.identity(of: folder) else {
        remove(tree.removeAll(inside: folder))
        return .missing
      }
      if tree.isWatched(folder, as: identity) { return .known }
      do throws(WatchError) {
        let number = try library.watch(folder, for: Self.events)
        if let unused = tree.insert(folder, watch: number, identity: identity) { library.remove(unused) }
        if devices.insert(identity.device).inserted { noteDevices() }
      } catch {
        return Self.outcome(of: error)
      }
      if Self.identity(of: folder) == identity { return .new }
    }
    return .missing
  }

  /// A link may have led to a file system that lies elsewhere.
  private func noteDevices() {
    let (devices, table) = (devices, MountTable.current())
    board.update { $0.note(devices: devices, in: table) }
  }

  private static func outcome(of error: WatchError) -> WatchOutcome {
    switch error.number {
    case ENOSPC, ENOMEM: .limit
    case ENOENT, ENOTDIR: .missing
    default: .refused(error.words)
    }
  }

  private mutating func watchAncestors(of root: FilePath) {
    for folder in AncestorWatches.ancestors(of: root) {
      do throws(WatchError) {
        chains.insert(folder, watch: try library.watch(folder, for: Self.eventsAboveRoots))
      } catch {
        // A folder that may not be read, or is not there: the one above it, or the regular scan, notices.
        continue
      }
    }
  }

  private mutating func remove(_ watches: [Int32]) {
    for watch in watches where !chains.has(watch: watch) { library.remove(watch) }
  }

  // MARK: Events

  private mutating func handle(_ event: InotifyLibrary.Event) {
    if event.has(Int32(IN_Q_OVERFLOW)) { return board.noteOverflow() }
    if event.watch == wakeWatch { return }
    handleAboveRoots(event)
    if event.has(Int32(IN_IGNORED)) { return forget(event.watch) }
    for folder in tree.folders(of: event.watch) { handle(event, in: folder) }
  }

  private mutating func handle(_ event: InotifyLibrary.Event, in folder: FilePath) {
    let isFolder = event.has(Int32(IN_ISDIR))
    guard !event.name.bytes.isEmpty else { return handle(event, on: folder) }
    let child = folder.appending(event.name)
    if event.has(Int32(IN_MODIFY)) {
      board.note { settling, now in settling.write(child, at: now) }
      return
    }
    if isFolder && event.has(Int32(IN_MOVED_FROM)) {
      remove(tree.removeAll(inside: child))
      board.update(watches: tree.count) { troubles in
        troubles.unwatched = troubles.unwatched.filter { !$0.isInside(child) }
      }
    }
    if event.has(Int32(IN_CLOSE_WRITE)) {
      board.noteWritten { written, now in written.write(child, at: now) }
    } else if event.cookie != 0 {
      board.noteWritten { written, now in
        if event.has(Int32(IN_MOVED_FROM)) { written.leave(child, isFolder: isFolder, cookie: event.cookie, at: now) }
        if event.has(Int32(IN_MOVED_TO)) { written.arrive(child, cookie: event.cookie) }
      }
    }
    let isOpen = !isFolder && event.has(Int32(IN_CREATE)) && Self.hasOneName(child)
    let isComplete = event.has(
      Int32(IN_CLOSE_WRITE) | Int32(IN_MOVED_FROM) | Int32(IN_MOVED_TO) | Int32(IN_DELETE))
    board.note { settling, now in
      if isOpen { settling.create(child, at: now) }
      if isFolder && event.has(Int32(IN_MOVED_FROM)) { settling.finishAll(inside: child) }
      if isComplete { settling.finish(child) }
      settling.touch(folder, at: now)
    }
    if isComplete, event.name == IgnoreRules.fileName { board.post(.rules(folder)) }
  }

  /// An event of a watched folder itself.
  private mutating func handle(_ event: InotifyLibrary.Event, on folder: FilePath) {
    if event.has(Int32(IN_MOVE_SELF)) {
      guard let identity = Self.identity(of: folder), tree.isWatched(folder, as: identity) else {
        remove(tree.removeAll(inside: folder))
        board.update(watches: tree.count) { _ in }
        board.note { settling, now in settling.touch(folder, at: now) }
        return
      }
    }
    board.note { settling, now in settling.touch(folder, at: now) }
  }

  /// The system has removed a watch: its folder was deleted or its file system unmounted, or it was asked to.
  private mutating func forget(_ watch: Int32) {
    let folders = tree.forget(watch: watch)
    guard !folders.isEmpty else { return }
    library.abandon()
    board.update(watches: tree.count) { _ in }
    board.note { settling, now in
      for folder in folders { settling.touch(folder, at: now) }
    }
  }

  private mutating func handleAboveRoots(_ event: InotifyLibrary.Event) {
    guard chains.has(watch: event.watch) else { return }
    let concerned: [FilePath]
    if event.has(Int32(IN_IGNORED)) {
      concerned = chains.forget(watch: event.watch)
      if tree.folders(of: event.watch).isEmpty { library.abandon() }
    } else if event.name.bytes.isEmpty
      || !event.has(Int32(IN_CREATE) | Int32(IN_DELETE) | Int32(IN_MOVED_FROM) | Int32(IN_MOVED_TO))
    {
      concerned = event.has(Int32(IN_MOVE_SELF)) ? chains.roots(concernedBy: event.watch, name: event.name) : []
    } else {
      concerned = chains.roots(concernedBy: event.watch, name: event.name)
    }
    for root in concerned {
      // What the path means may have changed: watches of what it meant would tell of the wrong place.
      if Self.identity(of: root).map({ tree.isWatched(root, as: $0) }) != true {
        remove(tree.removeAll(inside: root))
        board.update(watches: tree.count) { _ in }
      }
      watchAncestors(of: root)
      board.note { settling, now in settling.touch(root, at: now) }
    }
  }

  // MARK: Ends

  /// Starts the library anew, for it never gives back the memory of folders that were deleted. Every folder has to be watched
  /// again, which a look at everything does.
  private mutating func startAnew() throws(WatchError) {
    try drain()
    try library.restart()
    wakeWatch = try Self.watchWakeFile(of: board, with: library)
    tree = WatchTree()
    let roots = chains.roots
    chains = AncestorWatches()
    for root in roots where chains.add(root) { watchAncestors(of: root) }
    board.update(watches: 0) { $0.unwatched = [] }
    board.noteOverflow()
  }

  /// Reads what is left: the library keeps what it has read of the system's queue, even beyond its own end.
  private mutating func drain() throws(WatchError) {
    for watch in tree.watches + chains.watches { library.remove(watch) }
    board.markEnd()
    while true {
      guard let event = try library.next() else { continue }
      if event.watch == wakeWatch && event.has(Int32(IN_MODIFY)) { return }
      if event.has(Int32(IN_Q_OVERFLOW)) { board.markEnd() }
    }
  }

  // MARK: Files

  private static func identity(of folder: FilePath) -> WatchTree.Identity? {
    var info = stat()
    guard folder.withCString({ stat($0, &info) }) == 0, info.st_mode & S_IFMT == S_IFDIR else { return nil }
    return WatchTree.Identity(
      device: UInt64(truncatingIfNeeded: info.st_dev), inode: UInt64(truncatingIfNeeded: info.st_ino))
  }

  /// Whether a new name is a file's only one, so that somebody made the file and has it open: a further name of an older file,
  /// or a link, is never closed.
  private static func hasOneName(_ file: FilePath) -> Bool {
    var info = stat()
    return file.withCString { lstat($0, &info) } == 0 && info.st_mode & S_IFMT == S_IFREG && info.st_nlink == 1
  }
}
