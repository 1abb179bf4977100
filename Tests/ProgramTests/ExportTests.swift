import Foundation
import TestSupport
import Testing

/// Labels, scores and features for whoever has models of their own.
@Suite(.blocking) struct ExportTests {
  @Test func everyFormTellsTheSame() throws {
    let library = try OwnersLibrary()
    let odd = library.folder["music/a, \"b\"\nc.wav"]
    try FileManager.default.moveItem(atPath: library.folder["music/unheard 0.wav"], toPath: odd)
    _ = try library.tryOnce()
    for form in ["jsonl", "csv", "npz"] {
      let run = try library.command(["export", "--format", form, library.folder["out.\(form)"]])
      #expect(run.code == 0, "\(run.errors)")
      let before = try Data(contentsOf: URL(fileURLWithPath: library.folder["out.\(form)"]))
      // One of its own is replaced, with the same bytes.
      #expect(try library.command(["export", "--format", form, library.folder["out.\(form)"]]).code == 0)
      #expect(try Data(contentsOf: URL(fileURLWithPath: library.folder["out.\(form)"])) == before)
    }
    let foreign = try library.command(["export", "--format", "npz", library.folder["out.csv"]])
    #expect(foreign.code == 1 && foreign.errors.contains("is there already"))
    #expect(try library.command(["export", "--format", "xls", library.folder["x"]]).code == 64)

    let rows = try String(contentsOfFile: library.folder["out.jsonl"], encoding: .utf8).split(separator: "\n").map {
      try #require(try json(String($0)) as? [String: Any])
    }
    #expect(rows.count == 60)
    let table = try String(contentsOfFile: library.folder["out.csv"], encoding: .utf8)
    let lines = table.components(separatedBy: "\r\n")
    #expect(lines.count == 62 && lines.last?.isEmpty == true)
    let name = odd.replacingOccurrences(of: "\"", with: "\"\"")
    #expect(table.contains("\r\n\"\(name)\",,"))
    let columns = lines[0].components(separatedBy: ",").count
    for (line, row) in zip(lines.dropFirst(), rows) where row["path"] as? String != odd {
      let cells = line.components(separatedBy: ",")
      #expect(cells.count == columns && cells[0] == row["path"] as? String && cells[3] == row["label"] as? String)
      // JSON has 15 digits.
      let probability = try #require(row["probability"] as? Double)
      #expect(abs((Double(cells[6]) ?? .nan) - probability) <= 1e-15)
      let summary = try #require(row["summary"] as? [Double])
      #expect(cells.suffix(summary.count).compactMap(Float.init) == summary.map(Float.init))
    }
    guard numpyIsThere() else { return }
    let script = """
      import csv, json, numpy, sys
      data = numpy.load(sys.argv[1] + "/out.npz")
      rows = [json.loads(line) for line in open(sys.argv[1] + "/out.jsonl")]
      table = list(csv.DictReader(open(sys.argv[1] + "/out.csv", newline="")))
      assert sorted(data.files) == sorted(["path", "track", "label", "reason", "plays", "probability", "features",
                                           "featureNames"]), data.files
      assert len(rows) == len(table) == len(data["path"]) == 60
      assert data["features"].dtype == numpy.float32 and data["features"].shape == (60, len(data["featureNames"]))
      for number, row in enumerate(rows):
          assert data["path"][number].decode() == row["path"] == table[number]["path"]
          assert data["label"][number] == row["label"] == table[number]["label"]
          assert data["reason"][number] == row["reason"]
          # Of the song with the odd name no import tells anything.
          assert data["plays"][number] == (-1 if row["plays"] is None else row["plays"]) and data["track"][number] == 0
          assert data["probability"][number] == float(table[number]["probability"])
          assert (data["features"][number] == numpy.array(row["summary"], dtype=numpy.float32)).all()
      assert numpy.float32(table[3][data["featureNames"][7]]) == numpy.float32(rows[3]["summary"][7])
      """
    let run = try python(script, library.folder.path)
    #expect(run.code == 0, "\(run.words)")
    // Through a pipe it is the same.
    let piped = try library.command(["export", "--format", "csv", "-"])
    #expect(piped.output == table)
  }

  private func numpyIsThere() -> Bool {
    // Without Python there is no numpy either.
    (try? python("import numpy", ""))?.code == 0
  }

  private func python(_ script: String, _ argument: String) throws -> (code: Int32, words: String) {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script, argument]
    process.standardError = output
    try process.run()
    let words = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, words)
  }
}
