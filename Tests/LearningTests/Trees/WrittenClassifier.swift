@testable import Learning

extension ClassifierCoding {
  /// The bytes of a classifier that is part of no other.
  static func encode(_ classifier: some Classifier) -> [UInt8] {
    var writer = ByteWriter()
    encode(classifier, into: &writer)
    return writer.bytes
  }

  /// The classifier that these bytes hold, and nothing else.
  static func decode(_ bytes: [UInt8]) throws(CodingFailure) -> any Classifier {
    var reader = ByteReader(bytes)
    let classifier = try decode(from: &reader)
    guard reader.remaining == 0 else { throw CodingFailure("the stored classifier goes on after its end") }
    return classifier
  }
}

extension FlatTrees {
  /// The number of leaves of all trees.
  var leaves: Int { nodes.count { $0.column == TreeNode.leaf } }
}
