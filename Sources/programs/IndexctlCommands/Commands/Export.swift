public import ArgumentParser
import Glibc
import MusicIndex
public import Pipeline
import Platform
import Setup
import Tracks

// Both are of this package, and no one else will conform it.
extension ExportForm: ExpressibleByArgument {}

/// `indexctl export`.
struct Export: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes the labels, scores and features of every track to a file.",
    usage: """
      indexctl export [--config <file>] [--format <format>] [--no-features]
                      <file>
      """,
    discussion: """
      Ordered by path. jsonl: a JSON object a line. csv: a table (RFC 4180). npz: arrays for numpy.load, named path, \
      track, label, reason, plays, probability and features. The features are 736 numbers a track; for a spreadsheet \
      leave them out.

      Examples:
        indexctl export --format csv --no-features library.csv
        indexctl export --format npz library.npz
      """)

  @OptionGroup var common: Common
  @Option(help: ArgumentHelp("jsonl, csv or npz.", valueName: "format")) var format = ExportForm.jsonl
  @Flag(help: "Leave out what was measured of the sound.") var noFeatures = false
  @Argument(help: ArgumentHelp("The file to write; - for standard output.", valueName: "file")) var file: String

  func run() async throws {
    DiskWatch.add(files: file == "-" ? [] : [file], isPatient: true)
    let (_, index) = try common.index(forGood: false)
    guard file != "-" else { return try print(index) }
    let (target, stream) = try StateOwner.asCaller {
      let target = try OutputFile.place(file)
      try OutputFile.check(target, beginning: format.beginning)
      return (target, try OutputStream(to: target))
    }
    do {
      try format.write(index, features: !noFeatures) { try stream.write($0) }
      try StateOwner.asCaller { try stream.finish() }
    } catch {
      StateOwner.asCaller { stream.discard() }
      throw error
    }
    Terminal.say(target.display)
  }

  private func print(_ index: MusicIndex) throws {
    if format == .npz, Terminal.isOutputTerminal {
      throw ValidationError("npz is no text for a terminal: name a file, or send standard output to one.")
    }
    try format.write(index, features: !noFeatures) { bytes in
      // Whoever reads it has seen enough.
      if Terminal.isOutputClosed { throw ExitCode.success }
      if format == .npz {
        Terminal.write(bytes, to: STDOUT_FILENO)
      } else if format == .csv, !Terminal.isOutputTerminal {
        Terminal.write(bytes, to: STDOUT_FILENO)
      } else {
        Terminal.say(String(decoding: bytes, as: UTF8.self).trimmingLineEnd)
      }
    }
  }
}

extension String {
  /// The text without the line's end that it ends with.
  fileprivate var trimmingLineEnd: String {
    last?.isNewline == true ? String(dropLast()) : self
  }
}
