import ArgumentParser
import MusicIndex
import Pipeline
import Platform
import Setup
import Tracks

/// `indexctl export`.
struct Export: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes everything that is known of every track to a file, a JSON object a line.",
    discussion: "Ordered by path: path, identity of the audio, label, reason, plays, probability, summary.")

  @OptionGroup var common: Common
  @Argument(help: ArgumentHelp("The file to write; - for standard output.", valueName: "file")) var file: String

  func run() async throws {
    DiskWatch.add(files: file == "-" ? [] : [file], isPatient: true)
    let (_, index) = try common.index(forGood: false)
    guard file != "-" else { return try TrackDump.forEachLine(index) { Terminal.say($0.line) } }
    let stream = try StateOwner.asCaller {
      let target = try OutputFile.place(file)
      try OutputFile.check(target, beginning: "{\"path\":")
      return try OutputStream(to: target)
    }
    do {
      try TrackDump.forEachLine(index) { try stream.write(line: $0.line) }
      try StateOwner.asCaller { try stream.finish() }
    } catch {
      StateOwner.asCaller { stream.discard() }
      throw error
    }
  }
}
