import Foundation
import TasteModel

/// A model's figures as the text that the index keeps.
enum FiguresText {
  static func encode(_ figures: ModelFigures) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(figures), as: UTF8.self)
  }

  static func decode(_ text: String) throws -> ModelFigures {
    try JSONDecoder().decode(ModelFigures.self, from: Data(text.utf8))
  }
}
