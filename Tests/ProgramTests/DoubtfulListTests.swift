import Foundation
import TestSupport
import Testing

/// Lists that lost something on their way, through the built programs.
@Suite(.blocking) struct DoubtfulListTests {
  /// A music folder of these names, all of one short sound each, and a state folder with a configuration.
  private func library(_ names: [String], configuration: String = "") throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (number, name) in names.enumerated() {
      let samples = (0..<22_050).map { Float(sin(Double($0 * (number + 3)) / 40)) * 0.5 }
      let file = try folder.write(WaveFile.bytes(samples, rate: 11_025), to: "music/\(name)")
      let old = Date(timeIntervalSince1970: 1_500_000_000)
      try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: file)
    }
    try folder.write(
      "music: [\(folder["music"])]\nstate: \(folder["state"])\n\(configuration)", to: "indexd.yaml")
    return folder
  }

  /// Runs the daemon once with these exports in its inbox.
  private func run(_ folder: TemporaryFolder, _ exports: [String: [UInt8]] = [:]) throws {
    for (name, bytes) in exports { try folder.write(bytes, to: "state/inbox/\(name)") }
    let run = try indexd.run(["--config", folder["indexd.yaml"], "--once"])
    #expect(run.code == 0, "\(run.errors)")
  }

  private func answer(_ folder: TemporaryFolder, _ arguments: [String]) throws -> Any {
    let run = try indexctl.run(["--config", folder["indexd.yaml"]] + arguments)
    #expect(run.code == 0, "\(run.errors)")
    return try json(run.output)
  }

  /// `label reason` by the path below the music folder.
  private func labels(_ folder: TemporaryFolder) throws -> [String: String] {
    let rows = try #require(try answer(folder, ["labels", "--json"]) as? [[String: Any]])
    return Dictionary(
      uniqueKeysWithValues: rows.map { row in
        let path = (row["path"] as? String ?? "").dropFirst(folder["music/"].count)
        return (String(path), "\(row["label"] ?? "") \(row["reason"] ?? "")")
      })
  }

  private func advice(_ folder: TemporaryFolder) throws -> [String] {
    let status = try #require(try answer(folder, ["status", "--json"]) as? [String: Any])
    return status["advice"] as? [String] ?? []
  }

  private static let songs = (1...12).map { number in
    "Artist/Album/\(number < 10 ? "0" : "")\(number) S\(number < 7 ? "ö" : "o")ng.wav"
  }

  /// The bytes of the list of `songs`: those of the third line in Windows-1252, the others in UTF-8.
  private var mixed: [UInt8] {
    Array("#EXTM3U\r\n".utf8)
      + Self.songs.enumerated().flatMap { number, name -> [UInt8] in
        let line = "D:\\Music\\" + name.replacingOccurrences(of: "/", with: "\\") + "\r\n"
        guard number == 2 else { return Array(line.utf8) }
        return line.unicodeScalars.map { UInt8(min($0.value, 255)) }
      }
  }

  @Test func oneLineInAnotherEncodingCostsNoTrack() throws {
    let folder = try library(Self.songs + ["Artist/Album/13 Archived.wav"])
    try run(folder, ["Active.m3u8": mixed])
    let labels = try labels(folder)
    #expect(Self.songs.allSatisfy { labels[$0] == "unheard neverPlayed" }, "\(labels)")
    #expect(labels["Artist/Album/13 Archived.wav"] == "bad archivedNotActive")
    let status = try #require(try answer(folder, ["status", "--json"]) as? [String: Any])
    let warnings = try #require((status["imports"] as? [[String: Any]])?.first?["warnings"] as? [String])
    #expect(warnings.count == 1 && warnings[0].hasPrefix("1 of 13 lines is not UTF-8"))
  }

  @Test func questionMarksAreToldAndMakeNothingBad() throws {
    let archived = "Artist/Album/13 Archived.wav"
    let folder = try library(Self.songs + [archived])
    let text = Self.songs.map { "D:\\Music\\" + $0.replacingOccurrences(of: "/", with: "\\") + "\r\n" }.joined()
    let list = Array(text.replacingOccurrences(of: "ö", with: "?").utf8)
    try folder.write(list, to: "exports/Active.m3u")
    try run(folder)
    let preview = try indexctl.run([
      "--config", folder["indexd.yaml"], "import", "--dry-run", folder["exports/Active.m3u"],
    ])
    #expect(preview.output.contains("trustedPlaylists: ['Active']"), "\(preview.output)\(preview.errors)")
    try run(folder, ["Active.m3u": list])
    let before = try labels(folder)
    #expect(Self.songs.prefix(6).allSatisfy { before[$0] == "undecided doubtfulEntry" }, "\(before)")
    #expect(Self.songs.dropFirst(6).allSatisfy { before[$0] == "unheard neverPlayed" })
    #expect(before[archived] == "unheard neverPlayed")
    let told = try advice(folder)
    #expect(told.contains { $0.contains("save the list as .m3u8") && $0.contains("trustedPlaylists: ['Active']") })
    let rows = try #require(try answer(folder, ["unmatched", "--json"]) as? [[String: Any]])
    #expect(rows.count == 6 && rows.allSatisfy { ($0["mayMean"] as? [String])?.count == 1 })
    let explained = try indexctl.run(["--config", folder["indexd.yaml"], "explain", folder["music/\(Self.songs[0])"]])
    #expect(explained.output.contains("doubtful entry"))

    let yaml = try String(contentsOfFile: folder["indexd.yaml"], encoding: .utf8)
    try folder.write(yaml + "labels: {trustedPlaylists: ['Active']}\n", to: "indexd.yaml")
    try run(folder)
    let after = try labels(folder)
    #expect(after[archived] == "bad archivedNotActive")
    #expect(Self.songs.prefix(6).allSatisfy { after[$0] == "undecided doubtfulEntry" })
  }

  /// A list keeps the short names that Windows made for one of its folders and files.
  @Test func shortNamesMakeNothingBad() throws {
    let short = "Artist/Album/Song of the Night.wav"
    let folder = try library(Self.songs + [short, "Gone/01 Archived.wav"])
    let text = (Self.songs + ["ARTIST~1/ALBUM~1/SONGOF~1.WAV"]).map {
      "D:\\Music\\" + $0.replacingOccurrences(of: "/", with: "\\") + "\r\n"
    }
    try run(folder, ["Active.m3u8": Array(text.joined().utf8)])
    let labels = try labels(folder)
    #expect(labels[short] == "undecided doubtfulEntry", "\(labels)")
    #expect(labels["Gone/01 Archived.wav"] == "bad archivedNotActive")
  }

  @Test func tracksOfASheetThatAnEntryMayMeanAreUndecided() throws {
    let folder = try library(Self.songs + ["Band/Älbum.wav", "Gone/01 Archived.wav"])
    let sheet = (1...3).map { "  TRACK 0\($0) AUDIO\r\n    TITLE \"T\($0)\"\r\n    INDEX 01 00:00:\($0 * 40 - 40)\r\n" }
    try folder.write("FILE \"Älbum.wav\" WAVE\r\n" + sheet.joined(), to: "music/Band/Älbum.cue")
    let lines = Self.songs.map { "D:\\Music\\" + $0.replacingOccurrences(of: "/", with: "\\") + "\r\n" }
    let lost = (1...2).map { "D:\\Music\\Band\\?lbum.cue|subsong:\($0)\r\n" }
    try run(folder, ["Active.m3u8": Array((lines + lost).joined().utf8)])
    let rows = try #require(try answer(folder, ["labels", "--json"]) as? [[String: Any]])
    let album = try #require(rows.first { ($0["path"] as? String)?.hasSuffix("Älbum.wav") == true })
    let tracks = try #require(album["tracks"] as? [[String: Any]])
    let told = tracks.map { "\($0["label"] ?? "") \($0["reason"] ?? "")" }
    #expect(told.prefix(2).allSatisfy { $0 == "undecided doubtfulEntry" }, "\(told)")
    #expect(tracks.count == 3 && tracks.allSatisfy { $0["label"] as? String != "bad" }, "\(tracks)")
    #expect(try labels(folder)["Gone/01 Archived.wav"] == "bad archivedNotActive")
  }

  @Test func foldersThatBeginWithAHashAreRead() throws {
    let names = (1...3).map { "#1 Band/Album/0\($0) Song.wav" } + ["Other/Album/01 Song.wav", "Gone/01 Other.wav"]
    let folder = try library(names)
    let text =
      "\u{FEFF}#EXTM3U\r\n"
      + names.dropLast().enumerated().map { number, name in
        "#EXTINF:2,Band - Song \(number)\r\n\(name.replacingOccurrences(of: "/", with: "\\"))\r\n"
      }.joined()
    try run(folder, ["Active.m3u8": Array(text.utf8)])
    let labels = try labels(folder)
    #expect(names.dropLast().allSatisfy { labels[$0] == "unheard neverPlayed" }, "\(labels)")
    #expect(labels["Gone/01 Other.wav"] == "bad archivedNotActive")
  }

  @Test func movedDiscsWithEqualNamesMakeNothingBad() throws {
    let names = ["CD1/01 Part 1", "CD1/02 Part 2", "CD2/01 Part 1", "CD2/02 Part 2"].map { "Artist/Album/\($0).wav" }
    let folder = try library(names)
    let places = [1, 2].flatMap { disc in
      [1, 2].map { "D:\\Music\\Artist\\Album (disc \(disc))\\0\($0) Part \($0).wav" }
    }
    let entries = places.enumerated().map { number, place in
      "<Entry ID=\"a\(number)\" Count=\"8\" Added=\"131909040000000000\"><Item Path=\"\(place)\"></Item></Entry>"
    }
    try run(
      folder,
      [
        "Active.m3u8": Array(("#EXTM3U\r\n" + places.map { $0 + "\r\n" }.joined()).utf8),
        "Statistics.xml": Array(
          "<PlaybackStatistics Version=\"3.0\">\(entries.joined())</PlaybackStatistics>".utf8),
      ])
    let labels = try labels(folder)
    #expect(labels.count == 4 && labels.values.allSatisfy { $0 == "undecided doubtfulEntry" }, "\(labels)")
    #expect(try !advice(folder).isEmpty)
  }
}
