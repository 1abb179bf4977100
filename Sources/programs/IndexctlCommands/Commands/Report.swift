import ArgumentParser
import Glibc
import MusicIndex
import Pipeline
import Platform
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
      would help, what harmonic-percussive separation adds. --quick leaves these out. The file keeps the answers: a \
      report that replaces it takes them over while the judged songs and the model are the same.

      Examples:
        indexctl report taste.html
        indexctl report --quick taste.html
      """)

  @OptionGroup var common: Common
  @Flag(help: "Leave out what takes minutes.") var quick = false
  @Argument(help: ArgumentHelp("The file to write; - for standard output.", valueName: "file.html")) var file: String

  /// The most bytes of an earlier report.
  private static let largest = 64 << 20

  func run() async throws {
    DiskWatch.add(files: file == "-" ? [] : [file], isPatient: true)
    let (workspace, index) = try common.index(forGood: false)
    let beginning = "<!DOCTYPE html>\n<html lang=\"en\">"
    let path: FilePath? =
      file == "-"
      ? nil
      : try StateOwner.asCaller {
        let path = try OutputFile.place(file)
        try OutputFile.check(path, beginning: beginning)
        return path
      }
    let bar = ProgressBar()
    defer { bar.clear() }
    var configuration = workspace.configuration
    configuration.isGentle = false
    let old = path.flatMap { path in StateOwner.asCaller { RegularFile.contents(path, limit: Self.largest) } }
    let report = try await Pipeline.report(
      of: index, configuration: configuration, version: Version.text, isQuick: quick,
      earlier: old.flatMap { KeptStudies(inReport: $0) }
    ) { bar.update($0) }
    bar.clear()
    if let path {
      try StateOwner.asCaller { try OutputFile.write(Array(report.html.utf8), to: path, beginning: beginning) }
    }
    if report.model == nil {
      Terminal.tell("indexctl: there is no model yet; the report only tells what is in the library")
    }
    if let path { Terminal.say(path.display) } else { Terminal.write(report.html, to: STDOUT_FILENO) }
  }
}
