/// What a key of the configuration is called, what it must be and what holds without it.
///
/// The table of all keys (`Settings.keys`) is the one source of the complaints, of the commented configuration's test
/// and of any help text.
public struct SettingsKey: Sendable, Equatable {
  /// The full name: the section, a dot and the key, or the bare key at the top level.
  public let name: String
  /// What its value must be, as the complaint says it: `a whole number from 1 to 64`.
  public let wanted: String
  /// The value that holds where the key is absent, as it would be written in the file, or `nil` where no fixed one
  /// does.
  public let defaultValue: String?
}
