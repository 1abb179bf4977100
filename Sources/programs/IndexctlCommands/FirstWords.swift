/// What `indexctl` says without arguments: the commands that one needs first.
enum FirstWords {
  static let text = """
    indexctl finds the unheard tracks of your own music that you will probably like.

      indexctl try [MUSIC EXPORT..]  do the whole job once; alone on a demonstration
      indexctl setup                 make a service of it (with sudo: the system's)
      indexctl status                how it stands: library, model, playlist, daemon
      indexctl explain TRACK         why a track has its label and its score
      indexctl doctor                what is wrong, and the command that mends it

    All commands: indexctl --help. One of them: indexctl COMMAND --help.
    """
}
