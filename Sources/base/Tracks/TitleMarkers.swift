/// What in a title tells that a track is a version of a song, where nothing else is configured.
///
/// Case, width, brackets and punctuation do not matter, and "ver." stands for every spelling of "version".
public enum TitleMarkers {
  /// Marks of a short version.
  public static let short = [
    "TV Edit", "TV Size", "TV ver.", "TV Mix", "short ver.", "short edit", "short size", "short mix", "Game Size",
    "Game ver.", "Anime Size", "Anime ver.", "Movie Size", "Opening Size", "Ending Size", "OP Size", "ED Size",
    "CM Size",
    "Radio Edit", "TVサイズ", "TVバージョン", "テレビサイズ", "ショートサイズ", "ショートバージョン", "ショートver.", "アニメサイズ", "ゲームサイズ",
    "劇場サイズ",
  ]

  /// Marks of a version without its vocals.
  public static let karaoke = [
    "karaoke", "off vocal", "vocal off", "without vocal", "instrumental", "inst.", "backing track", "minus one",
    "カラオケ", "オフボーカル", "オフヴォーカル", "インストゥルメンタル", "インスト",
  ]
}
