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

  /// The bytes of a classifier: the form's version, the classifier's name, then what it writes.
  ///
  /// Its type must be one of those that can be stored.
  public static func encode(_ classifier: some Classifier) -> [UInt8] {
    var writer = ByteWriter()
    encode(classifier, into: &writer)
    return writer.bytes
  }

  /// Appends the bytes of a classifier, so that classifiers can be parts of one another.
  public static func encode(_ classifier: some Classifier, into writer: inout ByteWriter) {
    let name = type(of: classifier).codingName
    precondition(types.contains { $0.codingName == name }, "the classifier \(name) is in the table")
    writer.write(version)
    writer.write(name)
    classifier.encode(into: &writer)
  }

  /// The classifier that these bytes hold.
  ///
  /// - Throws: `CodingFailure` where the bytes are of another version, name no classifier, end early, go on after the
  ///   end or are damaged.
  public static func decode(_ bytes: [UInt8]) throws(CodingFailure) -> any Classifier {
    var reader = ByteReader(bytes)
    let classifier = try decode(from: &reader)
    guard reader.remaining == 0 else { throw CodingFailure("the stored classifier goes on after its end") }
    return classifier
  }

  /// Reads what `encode(_:into:)` appended.
  ///
  /// - Throws: `CancellationError` where the task is cancelled meanwhile.
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
