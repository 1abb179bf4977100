import ArgumentParser
import IndexDaemon
import MusicIndex
import Pipeline
import Tracks

/// `indexctl export`.
struct Export: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes everything that is known of every track to a file, a JSON object a line.",
    discussion: "Ordered by path: path, identity of the audio, label, reason, plays, probability, summary.")

  @OptionGroup var common: Common
  @Argument(help: ArgumentHelp("The file to write; - for standard output.", valueName: "file")) var file: String

  func run() async throws {
    let (_, index) = try common.index(forGood: false)
    var text = ""
    try TrackDump.forEachLine(index) { line in
      if file == "-" { Terminal.say(line.line) } else { text += line.line + "\n" }
    }
    guard file != "-" else { return }
    try StateOwner.asCaller {
      try OutputFile.write(Array(text.utf8), to: try OutputFile.place(file), beginning: "{\"path\":")
    }
  }
}
