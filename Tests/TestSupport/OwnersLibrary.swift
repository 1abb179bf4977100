import Foundation

/// A small music library with the exports of its made-up owner, who likes the calm songs and rejected the rough ones.
public final class OwnersLibrary: Sendable {
  /// The folder that everything lies in: `music/`, `Statistics.xml`, `Active.m3u8`, and room for a state folder.
  public let folder: TemporaryFolder
  /// The names of the songs that were played often and are active.
  public let liked: [String]
  /// The names of the songs that are not active any more.
  public let rejected: [String]
  /// The names of the songs that were never played.
  public let unheard: [String]

  /// Makes a library of this many liked, rejected and unheard songs, each `seconds` long.
  public init(liked: Int = 24, rejected: Int = 24, unheard: Int = 12, seconds: Double = 6) throws {
    folder = try TemporaryFolder()
    self.liked = (0..<liked).map { "liked \($0).wav" }
    self.rejected = (0..<rejected).map { "rejected \($0).wav" }
    self.unheard = (0..<unheard).map { "unheard \($0).wav" }
    for (number, name) in (self.liked + self.rejected + self.unheard).enumerated() {
      let isCalm = name.hasPrefix("liked") || (name.hasPrefix("unheard") && number % 2 == 0)
      try folder.write(
        WaveFile.bytes(Self.song(number, isCalm: isCalm, seconds: seconds), rate: 22_050), to: "music/\(name)")
    }
    try folder.write(statistics(), to: "Statistics.xml")
    try folder.write(Exports.playlist((self.liked + self.unheard).map { "D:\\Music\\\($0)" }), to: "Active.m3u8")
  }

  /// The environment in which the programs keep their state below this folder and read no configuration of the user's.
  public var environment: [String: String] {
    ["XDG_STATE_HOME": folder["state"], "XDG_CONFIG_HOME": folder["config"], "HOME": folder["home"]]
  }

  /// The statistics that foobar2000 would have written.
  public func statistics() -> String {
    let plays = liked.map { ($0, 12) } + rejected.map { ($0, 1) } + unheard.map { ($0, 0) }
    return Exports.statistics(
      plays.enumerated().map { Exports.entry($0 + 100, "D:\\Music\\\($1.0)", plays: $1.1) }.joined())
  }

  private static func song(_ number: Int, isCalm: Bool, seconds: Double) -> [Float] {
    var random = SeededGenerator(seed: UInt64(number) + 1)
    let root = Double.random(in: 110...220, using: &random)
    return (0..<Int(22_050 * seconds)).map { index in
      let time = Double(index) / 22_050
      if isCalm { return Float(0.3 * sin(2 * .pi * root * time) + 0.15 * sin(2.52 * .pi * root * time)) }
      let burst = exp(-8 * time.truncatingRemainder(dividingBy: 0.25))
      return Float(burst) * Float.random(in: -0.7...0.7, using: &random) + (sin(9 * root * time) > 0 ? 0.1 : -0.1)
    }
  }
}
