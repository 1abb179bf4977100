import Foundation
public import Tracks

/// A fact that one job keeps for another, or for the next run: its key in the index and how its value is written there.
///
/// ```swift
/// try index.write { try $0.setNote(.activeModel, 7) }
/// let model: Int64? = try index.read { try $0.note(.activeModel) }
/// ```
///
/// A value that another version of the program wrote, and that cannot be read, counts as none: notes hold nothing that
/// cannot be found out again.
public struct IndexNote<Value: Equatable & Sendable>: Sendable {
  let key: String
  let encode: @Sendable (Value) throws -> String
  let decode: @Sendable (String) -> Value?

  /// A note of a value that is written in a form of its own.
  ///
  /// - Parameters:
  ///   - encode: Writes the value as text.
  ///   - decode: Reads it; `nil` for what is none.
  public init(
    _ key: String, encode: @escaping @Sendable (Value) throws -> String, decode: @escaping @Sendable (String) -> Value?
  ) {
    self.key = key
    self.encode = encode
    self.decode = decode
  }
}

extension IndexNote where Value: LosslessStringConvertible {
  /// A note of a number or a text.
  public init(_ key: String) {
    self.init(key, encode: { $0.description }, decode: { Value($0) })
  }
}

extension IndexNote where Value == Bool {
  /// A note that is true or false.
  public init(flag key: String) {
    self.init(key, encode: { $0 ? "1" : "0" }, decode: { $0 == "1" })
  }
}

extension IndexNote where Value == [String] {
  /// A note of some sentences, a line each.
  public init(lines key: String) {
    self.init(key, encode: { $0.joined(separator: "\n") }, decode: { $0.split(separator: "\n").map(String.init) })
  }
}

extension IndexNote where Value: Codable {
  /// A note of a record, as JSON.
  public init(record key: String) {
    self.init(
      key, encode: { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) },
      // A record of another version of the program tells nothing.
      decode: { try? JSONDecoder().decode(Value.self, from: Data($0.utf8)) })
  }
}

extension IndexNote where Value == [FilePath] {
  /// A note of some paths, a line of hexadecimal digits each: paths are bytes.
  public init(paths key: String) {
    self.init(
      key,
      encode: { paths in
        paths.map { $0.bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }.joined(separator: "\n")
      },
      decode: { text in
        text.split(separator: "\n").map { line in
          let digits = Array(line.utf8)
          return FilePath(
            bytes: stride(from: 0, to: digits.count - 1, by: 2).compactMap {
              UInt8(String(decoding: digits[$0...($0 + 1)], as: UTF8.self), radix: 16)
            })
        }
      })
  }
}

extension IndexTransaction {
  /// The value of a note; `nil` where none is kept.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func note<Value>(_ note: IndexNote<Value>) throws -> Value? {
    try text(of: note.key).flatMap(note.decode)
  }

  /// Keeps a value, or forgets it with `nil`.
  ///
  /// - Throws: SQLite's errors (see `IndexTransaction`).
  public func setNote<Value>(_ note: IndexNote<Value>, _ value: Value?) throws {
    try setText(of: note.key, try value.map(note.encode))
  }
}

extension MusicIndex {
  /// The value of a note; `nil` where none is kept.
  ///
  /// - Throws: `IndexFailure`.
  public func note<Value>(_ note: IndexNote<Value>) throws -> Value? {
    try read { try $0.note(note) }
  }

  /// Keeps a value, or forgets it with `nil`. What is kept already is not written again.
  ///
  /// - Throws: `IndexFailure`.
  public func keep<Value>(_ value: Value?, as note: IndexNote<Value>) throws {
    guard try self.note(note) != value else { return }
    try write { try $0.setNote(note, value) }
  }
}
