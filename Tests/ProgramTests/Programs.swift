import Foundation
import TestSupport
import Testing

let indexctl = BuiltProgram("indexctl")
let indexd = BuiltProgram("indexd")

/// The JSON value that a program printed.
func json(_ text: String) throws -> Any {
  try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
}

extension OwnersLibrary {
  /// Runs `indexctl try` on the music folder with both exports.
  func tryOnce(_ exports: [String] = ["Statistics.xml", "Active.m3u8"]) throws -> BuiltProgram.Run {
    try indexctl.run(["try", folder["music"]] + exports.map { folder[$0] }, environment: environment)
  }

  /// The configuration that `try` wrote.
  func configuration() throws -> String {
    let state = folder["state/indexd"]
    let trial = try #require(try FileManager.default.contentsOfDirectory(atPath: state).first { $0.hasPrefix("try-") })
    return "\(state)/\(trial)/indexd.yaml"
  }

  /// Runs a command on what `try` made.
  func command(_ arguments: [String]) throws -> BuiltProgram.Run {
    try indexctl.run(["--config", try configuration()] + arguments, environment: environment)
  }

  /// The JSON that a command on what `try` made prints.
  func answer(_ arguments: [String]) throws -> Any {
    let run = try command(arguments)
    #expect(run.code == 0, "\(run.errors)")
    return try json(run.output)
  }

  /// The files that `try` could not read, by path, and why.
  func failures() throws -> [(path: String, reason: String, detail: String)] {
    let rows = try #require(try answer(["failures", "--json"]) as? [[String: String]])
    return rows.map { ($0["path", default: ""], $0["reason", default: ""], $0["detail", default: ""]) }
  }

  /// The playlist that `try` wrote.
  func playlist() throws -> String {
    try configuration().replacingOccurrences(of: "indexd.yaml", with: "Probably liked.m3u8")
  }
}
