import Glibc

/// What a person is told who stops a long job: that its work is kept.
enum KeptWork {
  /// Has SIGINT and SIGTERM end this process as they do without it, after a line on standard error.
  static func tellWhenInterrupted() {
    for number in [SIGINT, SIGTERM] {
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { number in
        // Only calls that signal-safety(7) allows: whatever thread was interrupted may hold a lock.
        let words: StaticString = "\r\u{1B}[K"
        let line: StaticString =
          "indexctl: stopped; what was done until now is kept, and the same command goes on from there\n"
        if isatty(STDERR_FILENO) == 1 { _ = write(STDERR_FILENO, words.utf8Start, words.utf8CodeUnitCount) }
        _ = write(STDERR_FILENO, line.utf8Start, line.utf8CodeUnitCount)
        // The shell learns that it was the signal.
        raise(number)
      }
      action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND)) | SA_NODEFER
      sigaction(number, &action, nil)
    }
  }
}
