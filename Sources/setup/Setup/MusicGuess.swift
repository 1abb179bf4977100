import Foundation
import Glibc
import Pipeline
import Platform
public import Tracks

/// Guesses where the music lies.
public enum MusicGuess {
  /// The first usual folder that holds anything: the desktop's music folder, `~/Music`, then those of a server.
  public static func folder() -> FilePath? {
    var own: [FilePath?] = []
    if let home = Caller.home { own = [desktop(home), home.appending("Music"), home.appending("music")] }
    let others = ["/srv/music", "/srv/Music", "/mnt/music", "/mnt/Music", "/media/music", "/media/Music"].map {
      FilePath($0)
    }
    return (own.compactMap { $0 } + others).first { MusicFolders.fault($0) == nil && Rights.firstEntry($0) != nil }
  }

  /// What xdg-user-dirs calls the music folder.
  private static func desktop(_ home: FilePath) -> FilePath? {
    let file = home.appending(".config/user-dirs.dirs")
    let text = SmallFile.read(file).map { String(decoding: $0, as: UTF8.self) } ?? ""
    for line in text.split(whereSeparator: \.isNewline) where line.hasPrefix("XDG_MUSIC_DIR=") {
      let value = line.dropFirst("XDG_MUSIC_DIR=".count).filter { $0 != "\"" }
      let path = value.replacing("$HOME", with: home.display)
      // The home folder itself stands for a folder that was removed.
      if path.hasPrefix("/"), FilePath(path) != home { return FilePath(path) }
    }
    return nil
  }
}
