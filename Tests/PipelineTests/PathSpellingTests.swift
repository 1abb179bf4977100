import Foobar2000
import Platform
import ServiceState
import Testing
import Tracks

@testable import Pipeline

/// How the list spells paths by itself, and what it says where no spelling is right.
@Suite struct PathSpellingTests {
  private func library(_ place: String) async throws -> ListenedLibrary {
    let library = try await ListenedLibrary(["x/a.flac", "x/b.flac"])
    let export = try library.export(
      library.document("<Entry ID=\"1\" Count=\"1\"><Item Path=\"\(place)\"/></Entry>\n"), as: "s.xml")
    try await library.imported([export])
    return library
  }

  private func spelling(_ library: ListenedLibrary) throws -> PathSpelling {
    try PathSpelling(configuration: library.configuration, index: library.index)
  }

  @Test(arguments: [(#"D:\Songs\Old\zzz.mp3"#, #"D:\Songs"#), (#"\\nas\audio\Old\zzz.mp3"#, #"\\nas\audio"#)])
  func aListThatWindowsCannotOpenSaysWhichLineToAdd(place: String, folder: String) async throws {
    var library = try await library(place)
    let files = ["x/a.flac", "x/b.flac"].map { FilePath(library.file($0)) }
    let music = library.configuration.music[0]
    let advice = try #require(try spelling(library).advice(on: files, library.index))
    #expect(advice.contains("`paths: {'\(folder)': \(music.display)}`") && advice.contains(place), "\(advice)")
    #expect(try spelling(library).advice(on: [], library.index) == nil)
    // With that line, or beside the music, it is right.
    library.configuration.mappings = [PathMapping(from: folder, to: music)]
    #expect(try spelling(library).advice(on: files, library.index) == nil)
    #expect(try spelling(library).spell(files[0]) == .success(FilePath(folder + #"\x\a.flac"#)))
    library.configuration.mappings = []
    library.configuration.playlist = music.appending("x/list.m3u8")
    #expect(try spelling(library).advice(on: files, library.index) == nil)
    #expect(try spelling(library).spell(files[1]) == .success(FilePath("b.flac")))
  }

  @Test func whereNothingTellsOfWindowsPathsAreThisMachines() async throws {
    let library = try await library("/home/me/zzz.mp3")
    let file = FilePath(library.file("x/a.flac"))
    #expect(try spelling(library).advice(on: [file], library.index) == nil)
    #expect(try spelling(library).spell(file) == .success(file))
  }
}
