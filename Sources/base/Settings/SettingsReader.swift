import Tracks
import Yams

/// Reads mappings strictly: every key must be known, every value of its kind, and a complaint names the place.
struct SettingsReader {
  let file: FilePath
  let context: ReadingContext

  /// Reads the keys of a section into its value.
  func read<Section>(
    _ mapping: Node.Mapping, section: String?, fields: [SettingsField<Section>], into value: inout Section,
    otherwise: (String, Node) throws(SettingsFailure) -> Bool = { (_, _) in false }
  ) throws(SettingsFailure) {
    for (keyNode, node) in mapping {
      guard case .scalar(let scalar) = keyNode else {
        throw failure(.wrongValue, keyNode, key: section, "a key must be a word, not a list or a mapping")
      }
      let name = fullName(section, scalar.string)
      if let field = fields.first(where: { $0.name == scalar.string }) {
        guard field.read(node, context, &value) else {
          throw failure(.wrongValue, node, key: name, "\(name) must be \(field.wanted)\(hint(node))")
        }
      } else if try !otherwise(scalar.string, node) {
        if section == nil, let dot = scalar.string.firstIndex(of: ".") {
          let (outer, inner) = (scalar.string[..<dot], scalar.string[scalar.string.index(after: dot)...])
          throw failure(
            .unknownKey, keyNode, key: name, "unknown key \(name); write `\(inner)` in a section `\(outer):`")
        }
        let hint = Settings.suggestion(for: scalar.string, in: section).map { "; did you mean \($0)?" } ?? ""
        throw failure(.unknownKey, keyNode, key: name, "unknown key \(name)\(hint)")
      }
    }
  }

  /// Refuses anchors and tags anywhere below a node; aliases need an anchor before them.
  func refuseAnchorsAndTags(_ node: Node, isKey: Bool = false) throws(SettingsFailure) {
    if node.anchor != nil {
      throw failure(.syntax, node, key: nil, "anchors and aliases (& and *) are not allowed; write the value out")
    }
    switch node {
    case .scalar(let scalar):
      try refuseTag(scalar.tag, node, isKey: isKey)
    case .sequence(let sequence):
      try refuseTag(sequence.tag, node, isKey: isKey)
      for child in sequence { try refuseAnchorsAndTags(child, isKey: isKey) }
    case .mapping(let mapping):
      try refuseTag(mapping.tag, node, isKey: isKey)
      for (key, child) in mapping {
        try refuseAnchorsAndTags(key, isKey: true)
        try refuseAnchorsAndTags(child, isKey: isKey)
      }
    case .alias:
      throw failure(.syntax, node, key: nil, "anchors and aliases (& and *) are not allowed; write the value out")
    }
  }

  private func refuseTag(_ tag: Tag, _ node: Node, isKey: Bool) throws(SettingsFailure) {
    // Yams gives quoted text a tag of its own, and resolves the tags of keys while it looks for duplicates.
    let text = Tag.Name.str.rawValue
    let core: [Tag.Name] = [.seq, .map, .int, .float, .bool, .null, .timestamp, .merge, .value]
    guard
      tag.description.isEmpty || tag.description == text
        || isKey && core.contains(where: { $0.rawValue == tag.description })
    else {
      throw failure(.syntax, node, key: nil, "tags (!) are not allowed; put a text that starts with ! in quotes")
    }
  }

  /// A complaint about the place of a node.
  func failure(
    _ reason: SettingsFailure.Reason, _ node: Node, key: String?, _ message: String
  ) -> SettingsFailure {
    SettingsFailure(
      reason: reason, file: file, line: node.mark?.line, column: node.mark?.column, key: key, message: message)
  }

  /// What a value that starts with `~` lacks.
  private func hint(_ node: Node) -> String {
    guard context.home == nil, let text = node.scalar?.string, text.hasPrefix("~/") else { return "" }
    return "; there is no home folder here that ~ could stand for"
  }
}
