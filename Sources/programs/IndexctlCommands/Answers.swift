import Glibc
import Pipeline
import Platform
import ServiceState
import Setup
import Tracks

/// What `indexctl setup` asks for, and what it finds by itself; each answer is checked at once.
struct Answers {
  /// The music folders.
  let music: [FilePath]
  /// Whether there is somebody to ask.
  let isAsking: Bool
  /// Whether everything that is found is taken unasked.
  let yes: Bool

  /// The music folder.
  static func music(yes: Bool) throws -> FilePath {
    let found = MusicGuess.folder()
    if yes {
      guard let found else { throw PipelineFailure("no music folder was found; name it with --music DIR") }
      Terminal.say("Music: ", path: found.display)
      return found
    }
    return FilePath(
      try question("Which folder holds your music?", found?.display) {
        fault(ofWindowsPath: $0) ?? MusicFolders.fault(Workspace.absolute(FilePath($0)))
      })
  }

  /// Why a path as Windows spells it names nothing here, as a sentence; `nil` for any other.
  static func fault(ofWindowsPath name: String) -> String? {
    guard name.wholeMatch(of: /[A-Za-z]:[\\\/].*|\\\\.*/) != nil else { return nil }
    return "\(name): is a path of Windows; give the folder as this machine names it, such as /srv/music"
  }

  // MARK: foobar2000

  /// Looks for profiles of foobar2000, and takes the one that knows most of the music, or what is named instead.
  func askForExports(_ first: inout FirstConfiguration) throws {
    let profiles = ProfileFinder().profiles()
    let files = profiles.isEmpty ? [] : FoundProfile.files(below: music)
    var best: (profile: FoundProfile, coverage: FoundProfile.Coverage)?
    for profile in profiles {
      do throws(PipelineFailure) {
        let coverage = try profile.coverage(of: files)
        Self.say(profile, coverage)
        if coverage.matched > best?.coverage.matched ?? 0 { best = (profile, coverage) }
      } catch {
        Terminal.tell("indexctl: \(error)")
      }
    }
    if let best, try yes || Self.agrees("Take what it knows of your plays?") {
      first.exports = best.profile.folder
      first.paths = best.coverage.drives
      return
    }
    guard !yes else { return }
    let answer = try Self.question(
      "Where is the profile of foobar2000, or a folder for its exports? (empty: none yet)", ""
    ) {
      $0.isEmpty ? nil : Self.fault(ofExports: $0)
    }
    guard !answer.isEmpty else { return }
    let named = Workspace.absolute(FilePath(answer))
    first.exports = named
    if let profile = ProfileFinder.profile(at: named) { try tell(profile, &first) }
  }

  /// Why what is named for exports is of no use, as a sentence; `nil` where it is.
  static func fault(ofExports name: String) -> String? {
    if let fault = fault(ofWindowsPath: name) { return fault }
    guard access(name, R_OK) == 0 else { return "\(name): cannot be read (\(SystemError.text()))" }
    return ExportPlace.fault(Workspace.absolute(FilePath(name)))
  }

  /// Says how much of a profile is of the music, and takes its drives.
  func tell(_ profile: FoundProfile, _ first: inout FirstConfiguration) throws {
    let coverage = try profile.coverage(of: FoundProfile.files(below: music))
    Self.say(profile, coverage)
    first.paths = coverage.drives
  }

  private static func say(_ profile: FoundProfile, _ coverage: FoundProfile.Coverage) {
    Terminal.sayWrapped(
      "Found foobar2000 (\(profile.place)), \(profile.folder.display): \(coverage.matched) of "
        + "\(counted(coverage.entries, "entry", "entries")) are files of the music")
  }

  // MARK: Playlist

  /// The playlist's file; `nil` for the one in the state folder.
  func askForPlaylist(_ first: FirstConfiguration) throws -> FilePath? {
    var chosen: FilePath?
    _ = try Self.question("Where shall the playlist go? (a file or a folder; empty: the state folder)", "") { answer in
      guard !answer.isEmpty else { return nil }
      do {
        chosen = try place(of: answer, first)
        return nil
      } catch {
        return "\(error)"
      }
    }
    return chosen
  }

  /// The playlist's file for an answer: in a folder, one of the usual name. A folder that is missing is made, after asking.
  ///
  /// - Throws: `PipelineFailure` where none can be there.
  func place(of answer: String, _ first: FirstConfiguration) throws -> FilePath {
    if let fault = Self.fault(ofWindowsPath: answer) { throw PipelineFailure(fault) }
    var file = Workspace.absolute(FilePath(answer))
    var status = stat()
    if answer.hasSuffix("/") || file.withCString({ stat($0, &status) }) == 0 && status.st_mode & S_IFMT == S_IFDIR {
      while file.bytes.count > 1, file.bytes.last == UInt8(ascii: "/") { file = FilePath(bytes: file.bytes.dropLast()) }
      file = file.appending(StateFolder.playlistName)
    }
    let folder = file.parent
    if folder.withCString({ access($0, F_OK) }) != 0, errno == ENOENT {
      if try yes || isAsking && Self.agrees("\(folder.display): is not there. Make it?") {
        try first.makeFolder(folder)
      }
    }
    if let fault = FirstConfiguration.fault(ofPlaylist: file, isSystem: first.isSystem) { throw PipelineFailure(fault) }
    return file
  }

  // MARK: Asking

  private static func agrees(_ words: String) throws -> Bool {
    try question(words + " (yes, no)", "yes") {
      ["yes", "y", "no", "n"].contains($0) ? nil : "Answer yes or no."
    }.hasPrefix("y")
  }

  /// Asks until the answer has no fault; an empty answer is the one given by default.
  ///
  /// - Throws: `CancellationError` where no more answers come.
  static func question(_ words: String, _ standard: String?, fault: (String) -> String?) throws -> String {
    while true {
      Terminal.sayWrapped(words)
      Terminal.write(standard.map { $0.isEmpty ? "> " : "[\($0.plain)] > " } ?? "> ", to: STDOUT_FILENO)
      guard let line = readLine() else { throw CancellationError() }
      var answer = String(line.drop(while: \.isWhitespace))
      while answer.last?.isWhitespace == true { answer.removeLast() }
      if answer == "~" || answer.hasPrefix("~/"), let home = Caller.home { answer = home.display + answer.dropFirst() }
      if answer.isEmpty, let standard { answer = standard }
      guard answer.isEmpty && standard == nil else {
        guard let fault = fault(answer) else { return answer }
        Terminal.sayWrapped(fault)
        continue
      }
    }
  }
}
