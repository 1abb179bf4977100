/// A failure with the command that mends it, which is told in a line of its own: it can be copied whole.
struct RemediedFailure: Error {
  /// What is wrong, up to a colon.
  var words: String
  /// The command.
  var command: String
}
