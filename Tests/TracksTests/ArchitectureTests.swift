import Foundation
import Testing

/// Holds `Sources/ARCHITECTURE.md` to the code: what the map names is there, and what is there is on the map.
@Suite struct ArchitectureTests {
  private let root: URL
  private let map: String
  private let sources: [URL]

  init() throws {
    root = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    map = try String(contentsOf: root.appendingPathComponent("Sources/ARCHITECTURE.md"), encoding: .utf8)
    let files = FileManager.default.enumerator(
      at: root.appendingPathComponent("Sources"), includingPropertiesForKeys: nil)
    sources = (files?.allObjects as? [URL] ?? []).filter { $0.pathExtension == "swift" }
    try #require(sources.count > 300)
  }

  /// The names of all targets, by floor.
  private func targets() throws -> [String: [String]] {
    let folder = root.appendingPathComponent("Sources")
    var found: [String: [String]] = [:]
    for floor in try FileManager.default.contentsOfDirectory(atPath: folder.path) where !floor.contains(".") {
      found[floor] = try FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent(floor).path)
        .filter { !$0.hasPrefix(".") }
    }
    return found
  }

  /// What stands between back quotes in the text, outside blocks of code.
  private var quoted: [String] {
    var isBlock = false
    var found: [String] = []
    for line in map.components(separatedBy: "\n") {
      if line.hasPrefix("```") { isBlock.toggle() }
      guard !isBlock else { continue }
      let parts = line.components(separatedBy: "`")
      found += parts.indices.filter { $0 % 2 == 1 }.map { parts[$0] }
    }
    return found
  }

  @Test func everyTargetStandsOnItsFloorAndHasItsLine() throws {
    for (floor, targets) in try targets() where floor != "system" {
      let line = try #require(
        map.components(separatedBy: "\n").first { $0.hasPrefix("\(floor) ") }, "\(floor) is no floor of the map")
      for target in targets {
        #expect(line.split(separator: " ").contains(Substring(target)), "\(target) is not on the floor \(floor)")
        #expect(map.contains("| `\(target)` |"), "\(target) has no line")
      }
    }
  }

  @Test func everythingThatItNamesIsThere() throws {
    let keywords: Set = ["struct", "enum", "class", "actor", "protocol", "func", "var", "let", "case", "typealias"]
    var declared: Set<Substring> = []
    for file in sources {
      let words = try String(contentsOf: file, encoding: .utf8).split { !$0.isLetter && !$0.isNumber && $0 != "_" }
      for (word, next) in zip(words, words.dropFirst()) where keywords.contains(String(word)) { declared.insert(next) }
    }
    let package = try String(contentsOf: root.appendingPathComponent("Package.swift"), encoding: .utf8)
    let files = try FileManager.default.contentsOfDirectory(atPath: root.path)
    var seen = 0
    for name in quoted {
      let isType = name.wholeMatch(of: /[A-Z][A-Za-z0-9]+/) != nil
      let isMember = name.wholeMatch(of: /[A-Z][A-Za-z0-9]+\.[a-z][A-Za-z0-9]+/) != nil
      let isFile = ["md", "swift"].contains((name as NSString).pathExtension)
      let isFunction = name.wholeMatch(of: /[a-z]+[A-Z][A-Za-z]+/) != nil
      if isFile {
        #expect(name == "RESULTS.md" || files.contains(name), "there is no \(name)")
      } else if isType {
        let isTest = FileManager.default.fileExists(
          atPath: root.appendingPathComponent("Tests/PipelineTests/\(name).swift").path)
        #expect(declared.contains(Substring(name)) || isTest || package.contains("\"\(name)\""), "there is no \(name)")
      } else if isMember {
        let parts = name.split(separator: ".")
        #expect(parts.allSatisfy(declared.contains), "there is no \(name)")
      } else if isFunction {
        #expect(declared.contains(Substring(name)), "there is no \(name)")
      } else if name.contains("/"), !name.contains(" ") {
        let isThere = [root, root.appendingPathComponent("Sources"), root.appendingPathComponent("Sources/index")]
          .contains { FileManager.default.fileExists(atPath: $0.appendingPathComponent(name).path) }
        #expect(isThere, "there is no \(name)")
      } else {
        continue
      }
      seen += 1
    }
    #expect(seen > 80)
  }

  @Test func itIsShort() {
    #expect(map.components(separatedBy: "\n").count <= 250)
  }

  /// A file imports only targets of its own floor or of floors below it.
  @Test func arrowsPointDown() throws {
    let order = ["programs", "daemon", "setup", "jobs", "library", "sound", "taste", "index", "base", "system"]
    let targets = try targets()
    #expect(Set(targets.keys) == Set(order))
    var height: [String: Int] = [:]
    for (floor, names) in targets { for name in names { height[name] = order.firstIndex(of: floor) } }
    for file in sources {
      let parts = file.path.components(separatedBy: "/Sources/")[1].components(separatedBy: "/")
      let own = try #require(height[parts[1]])
      for line in try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n").prefix(40) {
        guard let name = line.firstMatch(of: /^(?:public |package )?import ([A-Za-z0-9]+)$/)?.1 else { continue }
        // Library, sound and taste lie side by side.
        if let other = height[String(name)] { #expect(other >= own, "\(parts.joined(separator: "/")) imports \(name)") }
      }
    }
  }
}
