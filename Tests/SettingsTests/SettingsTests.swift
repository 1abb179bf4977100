import Settings
import TestSupport
import Testing
import Tracks

private let file = FilePath("indexd.yaml")
private let home = FilePath("/home/owner")

private func parse(_ text: String) throws -> Settings {
  try Settings.parse(text, file: file, home: home)
}

/// The complaint that a text causes, or what else happens.
private func complaint(_ text: String) -> String {
  do {
    _ = try parse(text)
    return "accepted"
  } catch {
    return "\(error)"
  }
}

@Suite struct SettingsTests {
  @Test func absentKeysHaveTheirDefaults() throws {
    var expected = Settings()
    expected.music = [FilePath("/srv/music")]
    #expect(try parse("music: [/srv/music]") == expected)
    // Headings whose keys are commented out, CRLF and a byte order mark change nothing.
    #expect(try parse("\u{FEFF}music:\r\n  - /srv/music/\r\nplaylist:\r\n  #precision: .5\r\nlabels:\r\n") == expected)
  }

  @Test func everyKeyIsRead() throws {
    let settings = try parse(
      #"""
      music: [/srv/music, ~/Music, "~"]
      exclude: [Audiobooks/, '*.tmp']
      state: ~/state
      paths:
        'D:\Music': /srv/music
        E:\: /srv/more
        \\nas\music: ~/nas
        'davs://cloud.example/me': /srv/cloud
      sources: [/srv/profile, ~/Statistics.xml]
      playlist: {file: /srv/music/x.m3u8, precision: .75, atLeast: 0, atMost: 7, perArtist: 8, perAlbum: 9, explore: 4,
        shortest: 12.5, paths: windows}
      labels: {goodPlays: 3, archived: ignore, activePlaylists: [no], trustedPlaylists: [yes],
        multiTrackMinutes: 12.5, shortMarkers: [cut], karaokeMarkers: , duplicateSeconds: 1, ratings: on, ratingGood: 5, ratingBad: 3, neglected: yes, neglectedPlays: 4,
        neglectedAddedDays: 100, neglectedIdleDays: 50, skips: on, skippedTimes: 4, skippedPlays: 5, frequent: on, frequentPlays: 6, frequentPerYear: 7,
        faded: on, fadedDays: 8, corrections: ~/c.txt}
      import: {codePage: cp932, timeZone: Asia/Tokyo}
      analysis: {workers: 3, samples: 10, timeLimit: 60, memoryLimit: 256}
      model: {learner: extra-trees, source: audio, seed: 4294967295, retrainAfterLabels: 5, retrainAfterHours: 6, folds: 10}
      scan: {intervalMinutes: 5, keepMissingDays: 0, settleSeconds: 0.5}
      log: {level: debug}
      """#)
    #expect(settings.music.map(\.display) == ["/srv/music", "/home/owner/Music", "/home/owner"])
    #expect(settings.exclude == ["Audiobooks/", "*.tmp"])
    #expect(settings.state == FilePath("/home/owner/state"))
    #expect(settings.paths.map(\.windows) == [#"D:\Music"#, #"E:\"#, #"\\nas\music"#, "davs://cloud.example/me"])
    #expect(settings.paths.map(\.here.display) == ["/srv/music", "/srv/more", "/home/owner/nas", "/srv/cloud"])
    #expect(settings.sources.map(\.display) == ["/srv/profile", "/home/owner/Statistics.xml"])
    #expect(settings.playlist.file == FilePath("/srv/music/x.m3u8"))
    #expect(settings.playlist.precision == 0.75)
    #expect(
      [
        settings.playlist.selection.atLeast, settings.playlist.selection.atMost, settings.playlist.selection.perArtist,
        settings.playlist.selection.perAlbum,
      ]
        == [0, 7, 8, 9])
    #expect(settings.playlist.selection.explore == 4 && settings.playlist.selection.shortest == 12.5)
    #expect(settings.playlist.paths == .windows)
    #expect(settings.labels.rules.goodPlays == 3)
    #expect(settings.labels.rules.archived == .ignore)
    #expect(settings.labels.rules.activePlaylists == ["no"] && settings.labels.rules.trustedPlaylists == ["yes"])
    #expect(settings.labels.rules.multiTrackMinutes == 12.5)
    #expect(settings.labels.rules.shortMarkers == ["cut"])
    #expect(settings.labels.rules.karaokeMarkers == [])
    #expect(settings.labels.rules.duplicateSeconds == 1)
    #expect(settings.labels.rules.usesRatings && settings.labels.rules.usesNeglect)
    #expect([settings.labels.rules.ratingGood, settings.labels.rules.ratingBad] == [5, 3])
    #expect(
      [
        settings.labels.rules.neglectedPlays, settings.labels.rules.neglectedAddedDays,
        settings.labels.rules.neglectedIdleDays,
      ]
        == [4, 100, 50])
    #expect(settings.labels.rules.usesSkips && settings.labels.rules.usesFrequency && settings.labels.rules.usesFading)
    #expect(
      [
        settings.labels.rules.skippedTimes, settings.labels.rules.skippedPlays, settings.labels.rules.frequentPlays,
        settings.labels.rules.frequentPerYear, settings.labels.rules.fadedDays,
      ] == [4, 5, 6, 7, 8])
    #expect(settings.labels.corrections == FilePath("/home/owner/c.txt"))
    #expect(settings.imports.codePage == "cp932")
    #expect(settings.imports.timeZone == "Asia/Tokyo")
    #expect(settings.analysis.workers == 3)
    #expect([settings.analysis.samples, settings.analysis.timeLimit, settings.analysis.memoryLimit] == [10, 60, 256])
    #expect(settings.model.learner == .extraTrees && settings.model.source == .audio)
    #expect(settings.model.seed == 4_294_967_295)
    #expect(
      [settings.model.retrainAfterLabels, settings.model.retrainAfterHours, settings.model.folds] == [5, 6, 10])
    #expect([settings.scan.intervalMinutes, settings.scan.keepMissingDays] == [5, 0])
    #expect(settings.scan.settleSeconds == 0.5)
    #expect(settings.log.level == .debug)
    // Nothing was left at its default, so every key of the table is in the list above.
    let written = try settings.yaml()
    for key in Settings.keys {
      let name = key.name.split(separator: ".").last!
      #expect(written.contains("\(name):"), "\(key.name) is not covered")
    }
  }

  @Test(arguments: [
    ("analysis: {}", "1:1: music is missing; it must be a list of folders, each absolute or starting with ~/"),
    ("", "1:1: music is missing; it must be a list of folders, each absolute or starting with ~/"),
    ("music: [/m]\nanalysis:\n  workers: two", "3:12: analysis.workers must be a whole number from 1 to 64"),
    ("music: [/m]\nanalysis:\n  workers: 65", "3:12: analysis.workers must be a whole number from 1 to 64"),
    ("music: [/m]\nanalysis:\n  workers: -1", "3:12: analysis.workers must be a whole number from 1 to 64"),
    (
      "music: [/m]\nanalysis: {workers: 99999999999999999999}",
      "2:21: analysis.workers must be a whole number from 1 to 64"
    ),
    ("music: [/m]\nanalysis:\n  wokers: 2", "3:3: unknown key analysis.wokers; did you mean analysis.workers?"),
    (
      "music: [/m]\nanalysis:\n  precision: .5", "3:3: unknown key analysis.precision; did you mean playlist.precision?"
    ),
    ("music: [/m]\nmuisc: [/n]", "2:1: unknown key muisc; did you mean music?"),
    ("music: [/m]\nplaylits: {}", "2:1: unknown key playlits; did you mean playlist?"),
    ("music: [/m]\nprecision: .5", "2:1: unknown key precision; did you mean playlist.precision?"),
    ("music: [/m]\nfrobnicate: 1", "2:1: unknown key frobnicate"),
    ("music: [/m]\nplaylist: {precision: nan}", "2:23: playlist.precision must be a number from 0.05 to 0.99"),
    ("music: [/m]\nplaylist: {precision: '0,6'}", "2:23: playlist.precision must be a number from 0.05 to 0.99"),
    ("music: [/m]\nplaylist:\n  precision:", "3:13: playlist.precision must be a number from 0.05 to 0.99"),
    ("music: [/m]\nplaylist: {paths: linux}", "2:19: playlist.paths must be auto, relative, absolute or windows"),
    ("music: [/m]\nlabels: {ratings: maybe}", "2:19: labels.ratings must be on or off"),
    (
      "music: [/m]\nlabels:\n  ratingBad: 4", "3:14: labels.ratingBad must be below labels.ratingGood, which is 4"
    ),
    (
      "music: [/m]\nlabels: {ratingGood: 2}", "2:9: labels.ratingBad must be below labels.ratingGood, which is 2"
    ),
    ("music: [/m]\nlabels: {ratingGood: 6}", "2:22: labels.ratingGood must be a whole number from 2 to 5"),
    ("music: [/m]\nlabels: 5", "2:9: labels must be a section of keys, each on its own line"),
    ("music: [music]", "1:8: music must be a list of folders, each absolute or starting with ~/"),
    ("music: /m", "1:8: music must be a list of folders, each absolute or starting with ~/"),
    ("music: []", "1:8: music must be a list of folders, each absolute or starting with ~/"),
    ("music: [[/m]]", "1:8: music must be a list of folders, each absolute or starting with ~/"),
    (
      "music: [/m]\npaths: {Music: /m}",
      #"2:8: paths must be a mapping of Windows folders to absolute folders here, such as 'D:\Music': /srv/music"#
    ),
    (
      "music: [/m]\npaths: {'smb://me:secret@nas/m': /m}",
      #"2:8: paths must be a mapping of Windows folders to absolute folders here, such as 'D:\Music': /srv/music"#
    ),
    (
      "music: [/m]\nsources: /p",
      "2:10: sources must be a list of profile folders, folders of exports and files, each absolute or starting with ~/"
    ),
    (
      "music: [/m]\nimport: {codePage: klingon}",
      "2:20: import.codePage must be a code page that iconv knows, such as windows-1252 or cp932"
    ),
    ("music: [/m]\nimport: {timeZone: Moon/Sea}", "2:20: import.timeZone must be a time zone such as Europe/Berlin"),
    ("- a", "1:1: a configuration is a mapping of keys to values"),
    ("music: [/m]\nmusic: [/n]", "2:1: the key music stands here for the second time; keep one of the two"),
    (
      "music: [/m]\nscan:\n  settleSeconds: 1\n  \"settleSeconds\" : 2",
      "4:3: the key settleSeconds stands here for the second time; keep one of the two"
    ),
    ("music: &m [/m]", "1:8: anchors and aliases (& and *) are not allowed; write the value out"),
    (
      "music: [/m]\nexclude: [*.tmp]",
      "2:12: while scanning an alias: did not find expected alphabetic or numeric character; put a text that starts with *, & or ! in quotes"
    ),
    ("music: [/m]\nexclude: [*x]", "2:11: found undefined alias; put a text that starts with *, & or ! in quotes"),
    ("music: !!seq [/m]", "1:8: tags (!) are not allowed; put a text that starts with ! in quotes"),
    ("music: [/m]\nexclude: [!keep x]", "2:11: tags (!) are not allowed; put a text that starts with ! in quotes"),
    ("music: [/m]\n? [a]\n: b", "2:3: a key must be a word, not a list or a mapping"),
    (
      "music: [/m]\npaths: {\"D:\\Music\": /m}",
      "2:12: while parsing a quoted scalar: found unknown escape character; write Windows paths in single quotes"
    ),
    (
      "music: [/m]\nscan:\n\tsettleSeconds: 1",
      "3:1: while scanning for the next token: found character that cannot start any token; indent with spaces, not tabs"
    ),
  ])
  func aMistakeIsToldWithItsPlace(text: String, expected: String) {
    #expect(complaint(text) == "indexd.yaml:" + expected)
  }

  @Test func severalDocumentsAreRefused() {
    #expect(complaint("music: [/m]\n---\nmusic: [/n]").hasPrefix("indexd.yaml:2:1: expected a single document"))
  }

  @Test func textThatYAMLForbidsIsToldWithItsPlace() {
    #expect(complaint("music: [/m]\nexclude: [\u{1}]") == "indexd.yaml:2:11: control characters are not allowed")
  }

  @Test func withoutAHomeTheTildeIsExplained() {
    #expect {
      try Settings.parse("music: [/m]\nstate: ~/x", file: file, home: nil)
    } throws: {
      "\($0)"
        == "indexd.yaml:2:8: state must be a folder, absolute or starting with ~/; there is no home folder here that ~ could stand for"
    }
  }

  @Test func aFileIsLoaded() throws {
    let folder = try TemporaryFolder()
    let path = FilePath(try folder.write("music: [/m]\nscan: {settleSeconds: 2}\n", to: "a.yaml"))
    #expect(try Settings.load(path).scan.settleSeconds == 2)
    let missing = FilePath(folder["none.yaml"])
    #expect(
      throws: SettingsFailure(
        reason: .unreadable, file: missing, message: "cannot be opened: No such file or directory")
    ) { try Settings.load(missing) }
    #expect { try Settings.load(FilePath(folder.path)) } throws: { ($0 as? SettingsFailure)?.reason == .unreadable }
    let latin = FilePath(try folder.write(Array("music: [/m]\n# caf".utf8) + [0xE9, 0x0A], to: "latin.yaml"))
    #expect { try Settings.load(latin) } throws: {
      "\($0)" == "\(latin.display):2:6: is not text in UTF-8 from here on; save the file as UTF-8"
    }
    let large = FilePath(try folder.write([UInt8](repeating: 0x20, count: 1 << 20 | 1), to: "large.yaml"))
    #expect { try Settings.load(large) } throws: { ($0 as? SettingsFailure)?.reason == .unreadable }
  }

  @Test func stateFollowsTheConfigurationsPlace() {
    func state(_ file: String, _ home: FilePath?, _ stateHome: String? = nil) -> String {
      Settings.defaultState(
        forConfiguration: FilePath(file), home: home, stateHome: stateHome.map { FilePath($0) }
      ).display
    }
    #expect(state("/etc/indexd/indexd.yaml", home) == "/var/lib/indexd")
    #expect(state("/etcetera/indexd.yaml", home) == "/home/owner/.local/state/indexd")
    #expect(state("/home/owner/.config/indexd/indexd.yaml", home, "/x") == "/x/indexd")
    #expect(state("/home/owner/.config/indexd/indexd.yaml", home, "x") == "/home/owner/.local/state/indexd")
    #expect(state("/x/indexd.yaml", nil) == "/x")
  }
}
