import Foundation
import TestSupport
import Testing

/// What indexctl(1) says of the members of JSON values, against the values that the programs print.
@Suite(.blocking) struct JSONManualTests {
  /// The members of an object, and those of the objects in them.
  final class Shape {
    var members: [String: Shape] = [:]
  }

  /// Reads `a,b{c,d},e[{f}]`, to the bracket that closes it.
  private static func shape(_ text: inout Substring) -> Shape {
    let shape = Shape()
    var name = ""
    func end() {
      // "..." stands for what was told before.
      if !name.isEmpty, name != "...", shape.members[name] == nil { shape.members[name] = Shape() }
      name = ""
    }
    while let character = text.popFirst() {
      switch character {
      case "{", "[":
        let inner = Self.shape(&text)
        // A list of objects, or one in a list, is as its object.
        if name.isEmpty { shape.members.merge(inner.members) { old, _ in old } } else { shape.members[name] = inner }
      case "}", "]":
        end()
        return shape
      case ",": end()
      default: name.append(character)
      }
    }
    end()
    return shape
  }

  /// The shape that the page gives for a command.
  private static func told(_ command: String) throws -> Shape {
    let page = try String(
      contentsOf: repository.appendingPathComponent("config/man/indexctl.1.md"), encoding: .utf8)
    let rows = page.components(separatedBy: "\n").drop { $0 != "## JSON" }.dropFirst().prefix { !$0.hasPrefix("## ") }
    let row = try #require(rows.first { $0.hasPrefix("| `\(command)` |") }, "no row for \(command)")
    let spans = row.components(separatedBy: "`").enumerated().filter { $0.offset % 2 == 1 }.map(\.element).dropFirst()
    // A value of several spans is an object without its braces.
    let isWhole = spans.first.map { $0.hasPrefix("[") || $0.hasPrefix("{") } ?? false
    let value = isWhole ? Array(spans.prefix(1)) : Array(spans)
    var text = value.filter { !$0.hasPrefix("-") }.joined(separator: ",")[...]
    return shape(&text)
  }

  private static func compare(_ value: Any, _ shape: Shape, _ place: String) {
    if let list = value as? [Any] {
      if let first = list.first { compare(first, shape, place) }
      return
    }
    guard let object = value as? [String: Any], !shape.members.isEmpty else { return }
    let found = Set(object.keys).subtracting(["pathBytes"])
    let told = Set(shape.members.keys).subtracting(["pathBytes"])
    #expect(found == told, "\(place): printed \(found.subtracting(told)), told \(told.subtracting(found))")
    for (name, inner) in shape.members {
      if let part = object[name] { compare(part, inner, "\(place).\(name)") }
    }
  }

  @Test func theMembersAreThoseThatAreTold() throws {
    let library = try OwnersLibrary()
    #expect(try library.tryOnce().code == 0)
    let track = library.folder["music/\(library.unheard[0])"]
    for command in ["status", "labels", "scores", "failures", "unmatched", "duplicates", "models", "doctor"] {
      let run = try library.command([command, "--json"])
      Self.compare(try json(run.output), try Self.told(command), command)
    }
    for command in ["explain", "similar"] {
      Self.compare(try library.answer([command, track, "--json"]), try Self.told(command), command)
    }
    let features = try indexctl.run(["features", track, "--start", "0", "--json"])
    Self.compare(try json(features.output), try Self.told("features"), "features")
    let line = try #require(try library.command(["export", "-"]).output.split(separator: "\n").first)
    Self.compare(try json(String(line)), try Self.told("export"), "export")
  }
}
