import ArgumentParser
import MusicIndex
import Pipeline
import Reports
import Setup
import Tracks

/// `indexctl report`.
struct Report: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes one HTML file about your taste, the model and the playlist.",
    discussion: """
      The file needs no network and refers to nothing. Beside what is known already it answers questions by training \
      models anew on your songs, which takes minutes: which properties of the sound matter, whether more judged songs \
      would help, what harmonic-percussive separation adds. --quick leaves these out.

      Examples:
        indexctl report taste.html
        indexctl report --quick taste.html
      """)

  @OptionGroup var common: Common
  @Flag(help: "Leave out what takes minutes.") var quick = false
  @Argument(help: ArgumentHelp("The file to write.", valueName: "file.html")) var file: String

  func run() async throws {
    DiskWatch.add(files: [file], isPatient: true)
    let (workspace, index) = try common.index(forGood: false)
    let path = try StateOwner.asCaller { try OutputFile.place(file) }
    let beginning = "<!DOCTYPE html>\n<html lang=\"en\">"
    try StateOwner.asCaller { try OutputFile.check(path, beginning: beginning) }
    let bar = ProgressBar()
    defer { bar.clear() }
    var configuration = workspace.configuration
    configuration.isGentle = false
    let report = try await Pipeline.report(
      of: index, configuration: configuration, version: Version.text, isQuick: quick
    ) { bar.update($0) }
    bar.clear()
    try StateOwner.asCaller { try OutputFile.write(Array(report.html.utf8), to: path, beginning: beginning) }
    if report.model == nil {
      Terminal.tell("indexctl: there is no model yet; the report only tells what is in the library")
    }
    Terminal.say(path.display)
  }
}
