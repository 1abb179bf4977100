import Tracks

@testable import Foobar2000

extension CueSheet {
  /// The parts of an audio file that the sheet names once.
  func spans(of file: Int, duration: Double) -> [(track: Track, span: AudioSpan)] {
    spans(of: [file], duration: duration)
  }

  /// The audio files that the sheet means in a folder without others in it.
  func audioFiles(among names: [FilePath], sheet: FilePath) -> [FilePath?] {
    audioFiles(sheet: sheet) { $0.isEmpty ? (names, []) : nil }
  }
}
