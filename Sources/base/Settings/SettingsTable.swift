import Tracks
import Yams

/// One key of a section: its name, its place in the section's values, and its kind.
struct SettingsField<Section> {
  let name: String
  let wanted: String
  /// Reads a node into the section; `false` where the node is none of the kind.
  let read: (Node, ReadingContext, inout Section) -> Bool
  /// The YAML of the section's value; `nil` where no YAML can spell it.
  let write: (Section) -> String?
  /// Whether two sections have the same value here.
  let isEqual: (Section, Section) -> Bool

  init<Value: Equatable>(_ name: String, _ path: WritableKeyPath<Section, Value>, _ kind: ValueKind<Value>) {
    self.name = name
    wanted = kind.wanted
    read = { node, context, section in
      guard let value = kind.read(node, context) else { return false }
      section[keyPath: path] = value
      return true
    }
    write = { kind.write($0[keyPath: path]) }
    isEqual = { $0[keyPath: path] == $1[keyPath: path] }
  }
}

/// A part of the configuration whose keys are listed in a table.
protocol SettingsSection: Equatable {
  /// The section with every default.
  init()
  /// Its keys in the order of the documentation.
  static var fields: [SettingsField<Self>] { get }
  /// The key whose value another one of the section rules out, and why; `nil` where all go together.
  var contradiction: (key: String, words: String)? { get }
}

extension SettingsSection {
  var contradiction: (key: String, words: String)? { nil }
}

/// One section as the whole configuration sees it, whatever its type.
struct SettingsPart {
  let name: String
  let keys: [SettingsKey]
  /// Reads the section's mapping into the whole.
  let read: (Node.Mapping, SettingsReader, inout Settings) throws(SettingsFailure) -> Void
  /// The lines of the keys that differ from their defaults, without indentation.
  let write: (Settings, FilePath) throws(SettingsFailure) -> [String]

  init<Section: SettingsSection>(_ name: String, _ path: WritableKeyPath<Settings, Section>) {
    self.name = name
    keys = Section.fields.map { $0.key(in: name) }
    read = { (mapping, reader, settings) throws(SettingsFailure) in
      try reader.read(mapping, section: name, fields: Section.fields, into: &settings[keyPath: path])
      guard let (key, words) = settings[keyPath: path].contradiction else { return }
      let place = mapping.first { $0.key.scalar?.string == key }?.value ?? .mapping(mapping)
      throw reader.failure(.wrongValue, place, key: fullName(name, key), words)
    }
    write = { (settings, file) throws(SettingsFailure) in
      try writeFields(Section.fields, of: settings[keyPath: path], section: name, file: file)
    }
  }
}

extension SettingsField where Section: SettingsSection {
  /// What this field says of itself.
  func key(in section: String?) -> SettingsKey {
    SettingsKey(name: fullName(section, name), wanted: wanted, defaultValue: write(Section()))
  }
}

/// The name of a key as complaints give it.
func fullName(_ section: String?, _ key: String) -> String {
  section.map { $0 + "." + key } ?? key
}

/// A line `key: value` for every field that differs from its default.
func writeFields<Section: SettingsSection>(
  _ fields: [SettingsField<Section>], of section: Section, section name: String?, file: FilePath
) throws(SettingsFailure) -> [String] {
  let defaults = Section()
  var lines: [String] = []
  for field in fields where !field.isEqual(section, defaults) {
    guard let value = field.write(section) else {
      let key = fullName(name, field.name)
      throw SettingsFailure(
        reason: .unwritable, file: file, key: key,
        message: "\(key) cannot be written: a configuration holds text in UTF-8, and this is none; rename the file")
    }
    lines.append("\(field.name):" + (value.first == "\n" ? value : " " + value))
  }
  return lines
}
