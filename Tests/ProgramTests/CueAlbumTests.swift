import Foundation
import TestSupport
import Testing

@Suite(.blocking) struct CueAlbumTests {
  /// A library in which one WAV file holds three songs by a cue sheet: the first liked, the second thrown out, the third
  /// never played.
  private func library() throws -> OwnersLibrary {
    let library = try OwnersLibrary(liked: 20, rejected: 20, unheard: 4)
    let songs = ["liked 0.wav", "rejected 0.wav", "unheard 0.wav"]
    var samples: [UInt8] = []
    for song in songs {
      samples += try Data(contentsOf: URL(fileURLWithPath: library.folder["music/\(song)"])).dropFirst(44)
    }
    // Other loudness makes it another recording than the single files.
    let scaled = stride(from: 0, to: samples.count, by: 2).map { place -> Float in
      Float(Int16(bitPattern: UInt16(samples[place]) | UInt16(samples[place + 1]) << 8)) / 32_768 * 0.9
    }
    try library.folder.write(WaveFile.bytes(scaled, rate: 22_050), to: "music/album/Album.wav")
    try library.folder.write(Self.sheet(3), to: "music/album/Album.cue")
    let entries = [(1, 12), (2, 1), (3, 0)].map { number, plays in
      "<Entry ID=\"a\(number)\" Count=\"\(plays)\" Added=\"132223104000000000\">"
        + "<Item Subsong=\"\(number)\" Path=\"D:\\Music\\album\\Album.cue\"/></Entry>\n"
    }
    let whole = library.statistics().replacingOccurrences(of: "</Play", with: entries.joined() + "</Play")
    try library.folder.write(whole, to: "Statistics.xml")
    let list = try String(contentsOfFile: library.folder["Active.m3u8"], encoding: .utf8)
    let inside = [1, 3].map { "D:\\Music\\album\\Album.cue|subsong:\($0)\r\n" }.joined()
    try library.folder.write(list + inside, to: "Active.m3u8")
    return library
  }

  private static func sheet(_ tracks: Int) -> String {
    "PERFORMER \"Band\"\r\nTITLE \"Album\"\r\nFILE \"Album.wav\" WAVE\r\n"
      + (0..<tracks).map {
        "  TRACK 0\($0 + 1) AUDIO\r\n    TITLE \"Song \($0 + 1)\"\r\n    INDEX 01 00:\($0 * 6 / 10)\($0 * 6 % 10):00\r\n"
      }.joined()
  }

  private func row(_ library: OwnersLibrary) throws -> [String: Any] {
    let rows = try #require(try library.answer(["labels", "--json"]) as? [[String: Any]])
    #expect(rows.count == 45)
    return try #require(rows.first { ($0["path"] as? String)?.hasSuffix("Album.wav") == true })
  }

  @Test func everyTrackOfASheetIsATrackOfItsOwn() throws {
    let library = try library()
    let run = try library.tryOnce()
    #expect(run.code == 0, "\(run.errors)")
    let album = try row(library)
    #expect(album["label"] as? String == "excluded" && album["reason"] as? String == "multiTrack")
    let tracks = try #require(album["tracks"] as? [[String: Any]])
    #expect(tracks.map { $0["label"] as? String } == ["good", "bad", "unheard"])
    #expect(tracks.map { $0["reason"] as? String } == ["plays", "archivedNotActive", "neverPlayed"])
    #expect(tracks.map { $0["plays"] as? Int } == [12, 1, 0])
    #expect(tracks.map { $0["start"] as? Double } == [0, 6, 12] && tracks.last?["end"] as? Double == 18)
    #expect(tracks.map { $0["title"] as? String } == ["Song 1", "Song 2", "Song 3"])

    let status = try #require(try library.answer(["status", "--json"]) as? [String: Any])
    #expect(
      status["cueTracks"] as? [String: Int] == [
        "tracks": 3, "analysed": 3, "good": 1, "bad": 1, "undecided": 0, "unheard": 1, "excluded": 0,
        "unaddressable": 1,
      ])
    #expect((status["model"] as? [String: Any])?["songs"] as? Int == 42)
    #expect((status["imports"] as? [[String: Any]])?.allSatisfy { $0["missing"] as? Int == 0 } == true)
    #expect(run.output.contains("3 tracks of cue sheets, 3 analysed"))

    // Each was listened to for itself: the calm one scores above the rough one.
    let scores = try #require(try library.answer(["scores", "--json"]) as? [[String: Any]])
    let inside = scores.filter { $0["track"] is Int }
    func probability(_ number: Int) -> Double {
      inside.first { $0["track"] as? Int == number }?["probability"] as? Double ?? -1
    }
    #expect(inside.count == 3 && probability(1) > 0.5 && probability(2) < 0.5)
    #expect(try !String(contentsOfFile: library.playlist(), encoding: .utf8).contains("Album"))

    let file = library.folder["music/album/Album.wav"]
    let told = try library.command(["explain", file + "|subsong:2"])
    #expect(told.code == 0 && told.output.contains("bad (archived, not active)"), "\(told.output)\(told.errors)")
    let unheard = try library.command(["explain", file + "|subsong:3"]).output.split(whereSeparator: \.isWhitespace)
    #expect(unheard.joined(separator: " ").contains("a playlist file cannot name a track of a cue sheet"))
    #expect(try library.command(["explain", file + "|subsong:4"]).errors.contains("has no track 4"))
    let similar = try #require(try library.answer(["similar", file + "|subsong:1", "--json"]) as? [[String: Any]])
    #expect(similar.first.flatMap { $0["path"] as? String }?.hasSuffix("liked 0.wav") == true)
  }

  @Test func theOwnersWordHoldsForATrackAndASheetMayChange() throws {
    let library = try library()
    _ = try library.tryOnce()
    let file = library.folder["music/album/Album.wav"]
    _ = try library.command(["label", file + "|subsong:3", "bad"])
    _ = try library.command(["label", library.folder["music/liked 1.wav"], "ignore"])
    let once = try indexd.run(
      ["--config", try library.configuration(), "--once"], environment: library.environment)
    #expect(once.code == 0, "\(once.errors)")
    let tracks = try #require(try row(library)["tracks"] as? [[String: Any]])
    #expect(tracks.last?["label"] as? String == "bad" && tracks.last?["reason"] as? String == "ownersWord")

    try library.folder.write(Self.sheet(2), to: "music/album/Album.cue")
    let changed = try library.tryOnce()
    #expect(changed.code == 0, "\(changed.errors)")
    let fewer = try #require(try row(library)["tracks"] as? [[String: Any]])
    #expect(fewer.count == 2 && fewer.last?["end"] as? Double == 18)
    try FileManager.default.removeItem(atPath: library.folder["music/album/Album.cue"])
    let removed = try library.tryOnce()
    #expect(removed.code == 0, "\(removed.errors)")
    let alone = try row(library)
    #expect((alone["tracks"] as? [Any])?.isEmpty == true && alone["reason"] as? String != "multiTrack")
  }

  @Test func aSheetInsideTheFileCountsAndASheetOfManyFilesNamesThem() throws {
    let library = try library()
    let music = library.folder["music/album"]
    func convert(_ from: String, _ to: String, _ options: [String] = []) throws {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = ["ffmpeg", "-v", "error", "-i", from] + options + [to]
      try process.run()
      process.waitUntilExit()
      try #require(process.terminationStatus == 0)
    }
    let inner = Self.sheet(3).replacingOccurrences(of: "Album.wav", with: "CDImage.wav")
    try convert("\(music)/Album.wav", "\(music)/Inner.flac", ["-metadata", "CUESHEET=\(inner)"])
    try FileManager.default.removeItem(atPath: "\(music)/Album.wav")
    try FileManager.default.removeItem(atPath: "\(music)/Album.cue")
    // A disc that was ripped to a file a track: the sheet's subsongs are whole files.
    try library.folder.write(
      "FILE \"..\\unheard 1.wav\" WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n"
        + "FILE \"unheard 2.flac\" WAVE\nTRACK 02 AUDIO\nINDEX 01 00:00:00\n", to: "music/Disc.cue")
    let entries =
      "<Entry ID=\"b1\" Count=\"7\"><Item Subsong=\"2\" Path=\"D:\\Music\\Disc.cue\"/></Entry>\n"
      + "<Entry ID=\"b2\" Count=\"8\"><Item Subsong=\"3\" Path=\"D:\\Music\\album\\Inner.flac\"/></Entry>\n"
    let statistics = library.statistics().replacingOccurrences(of: "</Play", with: entries + "</Play")
    try library.folder.write(statistics, to: "Statistics.xml")
    #expect(try library.tryOnce(["Statistics.xml"]).code == 0)
    let rows = try #require(try library.answer(["labels", "--json"]) as? [[String: Any]])
    func row(_ name: String) -> [String: Any] { rows.first { ($0["path"] as? String)?.hasSuffix(name) == true } ?? [:] }
    #expect(row("unheard 2.wav")["plays"] as? Int == 7 && row("unheard 1.wav")["plays"] as? Int == 0)
    #expect((row("unheard 2.wav")["tracks"] as? [Any])?.isEmpty == true)
    let inside = try #require(row("Inner.flac")["tracks"] as? [[String: Any]])
    #expect(
      inside.map { $0["plays"] as? Int } == [nil, nil, 8] && inside.map { $0["start"] as? Double } == [0, 6, 12])
    #expect(row("Inner.flac")["reason"] as? String == "multiTrack")
  }
}
