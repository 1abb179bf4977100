public import Tracks

/// Everything that the owner can decide, as one value.
///
/// It is read from `indexd.yaml` (`load`, `parse`) and written back by `yaml`. Every property has the default that
/// `config/indexd.yaml` documents; only `music` has none and must be given.
public struct Settings: Sendable, Equatable {
  /// The folders that hold the music, absolute, without a trailing slash.
  public var music: [FilePath] = []
  /// Globs of what is left out below the music folders, in the syntax of `IgnoreRules`.
  public var exclude: [String] = []
  /// The folder that holds the index, the inbox and the requests, or `nil` for `defaultState(forConfiguration:)`.
  public var state: FilePath?
  /// How Windows folders of foobar2000's machine map to folders here, in the order of the file.
  public var paths: [PathRule] = []
  /// Where foobar2000's own files lie that are read where they are: profile folders, folders of exports, single files.
  public var sources: [FilePath] = []
  /// What the playlist holds.
  public var playlist = PlaylistSettings()
  /// How tracks are labelled.
  public var labels = LabelSettings()
  /// How foobar2000's files are read.
  public var imports = ImportSettings()
  /// How the audio is analysed.
  public var analysis = AnalysisSettings()
  /// How the taste is learned.
  public var model = ModelSettings()
  /// When the music folders are looked at.
  public var scan = ScanSettings()
  /// What is logged.
  public var log = LogSettings()

  /// A Windows folder and the folder here that holds the same files.
  public struct PathRule: Sendable, Equatable {
    /// The folder as foobar2000 names it: `D:\Music`, `\\nas\music`.
    public var windows: String
    /// The absolute folder here.
    public var here: FilePath

    /// A rule of these folders.
    public init(windows: String, here: FilePath) {
      self.windows = windows
      self.here = here
    }
  }

  /// Settings with every default and no music folder.
  public init() {}
}

extension Settings: SettingsSection {
  static let musicWords = "folders"

  static var fields: [SettingsField<Settings>] {
    [
      SettingsField("music", \.music, .paths(musicWords)),
      SettingsField("exclude", \.exclude, .texts("globs")),
      SettingsField("state", \.state, .optional(.path("a folder"))),
      SettingsField("paths", \.paths, .pathRules),
      SettingsField("sources", \.sources, .paths("profile folders, folders of exports and files", mayBeNone: true)),
    ]
  }

  static var parts: [SettingsPart] {
    [
      SettingsPart("playlist", \.playlist), SettingsPart("labels", \.labels), SettingsPart("import", \.imports),
      SettingsPart("analysis", \.analysis), SettingsPart("model", \.model), SettingsPart("scan", \.scan),
      SettingsPart("log", \.log),
    ]
  }

  /// Every key with what it must be and its default, in the order of `config/indexd.yaml`.
  public static var keys: [SettingsKey] {
    fields.map { field in
      let key = field.key(in: nil)
      // Without music folders there is nothing to do, so an empty list is no default.
      return field.name == "music" ? SettingsKey(name: key.name, wanted: key.wanted, defaultValue: nil) : key
    } + parts.flatMap(\.keys)
  }

  /// The state folder of a configuration that names none: `/var/lib/indexd` for a file below `/etc`, else
  /// `$XDG_STATE_HOME/indexd`, else `~/.local/state/indexd`; without a home folder the file's own folder.
  public static func defaultState(
    forConfiguration file: FilePath, home: FilePath? = homeFolder(), stateHome: FilePath? = nil
  ) -> FilePath {
    if file.isInside("/etc") { return FilePath("/var/lib/indexd") }
    if let stateHome, stateHome.bytes.first == UInt8(ascii: "/") { return stateHome.appending("indexd") }
    return home?.appending(".local/state/indexd") ?? file.parent
  }

  /// The text of a configuration that reads back as these settings, with the keys that differ from their defaults.
  ///
  /// - Parameter file: The name that a complaint gives.
  /// - Throws: `SettingsFailure` with `unwritable` where a path is not UTF-8 or a text holds NUL.
  public func yaml(for file: FilePath = FilePath("indexd.yaml")) throws(SettingsFailure) -> String {
    var lines = try writeFields(Self.fields, of: self, section: nil, file: file)
    for part in Self.parts {
      let section = try part.write(self, file)
      if !section.isEmpty { lines.append("\(part.name):\n" + section.map { "  " + $0 }.joined(separator: "\n")) }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The known key that an unknown one in a section most probably means, or `nil` where none comes near.
  static func suggestion(for unknown: String, in section: String?) -> String? {
    let names =
      section == nil
      ? fields.map(\.name) + parts.map(\.name)
      : parts.filter { $0.name == section }.flatMap(\.keys).map(\.name)
    let prefix = section.map { $0 + "." } ?? ""
    let near = names.map { name in (name, Spelling.distance(unknown.lowercased(), String(name.dropFirst(prefix.count))))
    }
    if let best = near.min(by: { $0.1 < $1.1 }), best.1 <= max(1, unknown.count / 3) { return best.0 }
    // The key may stand in the wrong section.
    return keys.map(\.name).first { $0 == unknown || $0.hasSuffix("." + unknown) }
  }
}

extension FilePath {
  fileprivate func isInside(_ folder: String) -> Bool {
    isInside(FilePath(folder))
  }
}
