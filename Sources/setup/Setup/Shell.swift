public import Tracks

/// Words for a shell.
public enum Shell {
  /// A path in single quotes, as a shell takes it for one word.
  public static func quoted(_ path: FilePath) -> String {
    "'\(path.display.replacing("'", with: "'\\''"))'"
  }
}
