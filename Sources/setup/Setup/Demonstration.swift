import Foundation
import Pipeline
public import Platform
import Settings
public import Tracks

/// A small library that the program makes itself, so that it can be tried without music: songs of two kinds, an owner who
/// mostly likes one of them, and the exports that foobar2000 would have written for that owner.
public enum Demonstration {
  private static let rate = 22_050
  private static let seconds = 12
  private static let songs = 160

  /// The folder of the demonstration library.
  ///
  /// - Throws: `PipelineFailure` where the environment names no home.
  public static func folder() throws(PipelineFailure) -> FilePath {
    try Trial.stateHome().appending("demonstration")
  }

  /// Prepares the trial of the demonstration library, making what is missing of it.
  ///
  /// - Parameter told: is told where the library lies.
  /// - Throws: `PipelineFailure` where it cannot be written.
  public static func trial(told: (String) -> Void) throws -> Trial {
    let home = try folder()
    let music = home.appending("music")
    try folder(home)
    try folder(music)
    let missing = (0..<songs).count { !Rights.exists(music.appending("\(Song(number: $0).title).wav")) }
    let size = "\(missing * rate * seconds * 2 / 1_000_000) MB"
    told(
      "No music folder given: "
        + (missing == 0
          ? "the \(songs) short songs of the demonstration are there, in \(music.display)"
          : "making \(missing == songs ? "" : "the missing \(missing) of ")\(songs) short songs (\(size)) in \(music.display)")
    )
    var entries = ""
    var active = "\u{FEFF}#EXTM3U\r\n"
    for number in 0..<songs {
      let song = Song(number: number)
      let file = music.appending("\(song.title).wav")
      if (try? FileManager.default.attributesOfItem(atPath: file.display)) == nil {
        try SmallFile.write(song.wave(rate: rate, seconds: seconds), to: file)
      }
      let path = "D:\\Music\\\(song.title).wav"
      // Added in 2020, long before any export: a FILETIME counts from 1601 in tenths of a microsecond.
      entries += """
          <Entry ID="\(String(number + 4_096, radix: 16))" Count="\(song.plays)" Added="132223104000000000">
        <Item Path="\(path)"></Item>  </Entry>

        """
      if song.isActive { active += path + "\r\n" }
    }
    let statistics = home.appending("Statistics.xml")
    let list = home.appending("Active.m3u8")
    let xml =
      "<PlaybackStatistics Version=\"3.0\" Mapping=\"C653739F-14B3-4EF2-819B-A3E2883230AE\">\n\(entries)"
      + "</PlaybackStatistics>\n"
    try SmallFile.write(Array(xml.utf8), to: statistics)
    try SmallFile.write(Array(active.utf8), to: list)
    return try Trial(music: music, exports: [statistics, list])
  }

  private static func folder(_ path: FilePath) throws {
    do {
      try FileManager.default.createDirectory(atPath: path.display, withIntermediateDirectories: true)
    } catch {
      throw PipelineFailure("\(path.display): cannot be made (\(error.localizedDescription))")
    }
  }

  /// One song of the demonstration, everything about it drawn from its number.
  private struct Song {
    let isCalm: Bool
    let title: String
    let plays: Int
    let isActive: Bool
    private let number: Int

    init(number: Int) {
      self.number = number
      var random = Noise(seed: UInt64(number) &* 7_919 + 1)
      isCalm = number % 2 == 0
      title = "\(isCalm ? "Calm" : "Rough") song \(number / 2 + 1)"
      // The owner likes calm songs, but for one in twelve; and one in twelve rough ones too.
      let isLiked = isCalm != (random.next() < 1.0 / 12)
      let isHeard = number % 4 != 3 && number % 8 != 2
      plays = isHeard && isLiked ? 6 + Int(random.next() * 30) : isHeard ? Int(random.next() * 5) : 0
      isActive = isLiked || !isHeard
    }

    func wave(rate: Int, seconds: Int) -> [UInt8] {
      var random = Noise(seed: UInt64(number) &* 104_729 + 17)
      let root = 110 * Foundation.pow(2, Foundation.floor(random.next() * 12) / 12)
      let beat = isCalm ? 0.8 + random.next() * 0.4 : 0.28 + random.next() * 0.2
      let scale: [Double] = isCalm ? [0, 4, 7, 11, 14] : [0, 1, 6, 8, 13]
      var samples = [Int16]()
      samples.reserveCapacity(rate * seconds)
      var steps = [Double](repeating: 0, count: 3)
      for index in 0..<(rate * seconds) {
        let time = Double(index) / Double(rate)
        let phase = time.truncatingRemainder(dividingBy: beat) / beat
        if phase * beat * Double(rate) < 1 {
          for voice in steps.indices { steps[voice] = scale[Int(random.next() * 5)] + (isCalm ? 0 : 12) }
        }
        var value = 0.0
        for step in steps {
          let frequency = root * Foundation.pow(2, step / 12)
          let angle = 2 * Double.pi * frequency * time
          value += isCalm ? sin(angle) + 0.3 * sin(2 * angle) : (sin(angle) > 0 ? 0.8 : -0.8)
        }
        let envelope = isCalm ? 1 - 0.6 * phase : exp(-4 * phase)
        let hiss = (random.next() - 0.5) * (isCalm ? 0.02 : 0.5) * exp(-6 * phase)
        samples.append(Int16(max(-32_000, min(32_000, (value * envelope / 4 + hiss) * 14_000))))
      }
      return Self.header(rate: rate, bytes: samples.count * 2) + samples.withUnsafeBytes { Array($0) }
    }

    private static func header(rate: Int, bytes: Int) -> [UInt8] {
      func little(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(value >> (8 * $0) & 255) } }
      return Array("RIFF".utf8) + little(36 + bytes, 4) + Array("WAVEfmt ".utf8) + little(16, 4) + little(1, 2)
        + little(1, 2) + little(rate, 4) + little(rate * 2, 4) + little(2, 2) + little(16, 2) + Array("data".utf8)
        + little(bytes, 4)
    }
  }

  /// Numbers from 0 to 1 that are the same for the same seed (SplitMix64).
  private struct Noise {
    private var state: UInt64

    init(seed: UInt64) {
      state = seed
    }

    mutating func next() -> Double {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return Double((z ^ (z >> 31)) >> 11) / 9_007_199_254_740_992
    }
  }
}
