/// Stores fitted classifiers as bytes and finds their type again by the stored name.
public enum ClassifierCoding {
  /// The version of the stored form, raised whenever any classifier writes other bytes than before.
  public static let version: UInt16 = 1

  /// The classifiers that can be stored.
  private static let types: [any Classifier.Type] = [
    DecisionTree.self,
    Forest.self,
    GradientBoosting.self,
    LogisticRegression.self,
    NeighbourModel.self,
    NetworkEnsemble.self,
    NetworkModel.self,
    SupportVectorModel.self,
  ]

  /// Appends the bytes of a classifier: the form's version, the classifier's name, then what it writes. So classifiers can
  /// be parts of one another.
  ///
  /// Its type must be one of those that can be stored.
  public static func encode(_ classifier: some Classifier, into writer: inout ByteWriter) {
    let name = type(of: classifier).codingName
    precondition(types.contains { $0.codingName == name }, "the classifier \(name) is in the table")
    writer.write(version)
    writer.write(name)
    classifier.encode(into: &writer)
  }

  /// Reads what `encode(_:into:)` appended.
  ///
  /// - Throws: `CodingFailure` where the bytes are of another version, name no classifier, end early or are damaged.
  public static func decode(from reader: inout ByteReader) throws(CodingFailure) -> any Classifier {
    let version = try reader.read(UInt16.self)
    guard version == Self.version else {
      throw CodingFailure("the stored classifier has version \(version), not \(Self.version)")
    }
    let name = try reader.readText()
    guard let type = types.first(where: { $0.codingName == name }) else {
      throw CodingFailure("there is no classifier named \(name)")
    }
    return try type.init(from: &reader)
  }
}
