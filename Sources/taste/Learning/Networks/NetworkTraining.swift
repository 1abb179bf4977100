/// How a network is trained.
public struct NetworkTraining: Sendable, Equatable {
  /// What is made small.
  public enum Loss: Sendable, Equatable {
    /// log(cosh(output - target)).
    case logCosh
    /// -log of the probability given to the row's class.
    case crossEntropy
  }

  /// How the weights follow the derivative of the loss.
  public enum Optimiser: Sendable, Equatable {
    /// Adadelta (Zeiler 2012), with Keras's epsilon of 1e-7. The study's: rate 1, decay 0.95.
    case adadelta(rate: Float, decay: Float)
    /// Adam (Kingma and Ba 2015), with moments .9 and .999 and epsilon 1e-7; `decay` shrinks the weights (not the shifts)
    /// by `rate x decay` a step, apart from the derivative (Loshchilov and Hutter 2019).
    case adam(rate: Float, decay: Float)
  }

  /// The rows that are not trained on but tell when to stop.
  public enum Validation: Sendable, Equatable {
    /// None: every epoch is trained, the last weights are kept.
    case none
    /// A random share of each class, from 0 to below 1, at least one row of each.
    case share(Double)
    /// These rows. Where several rows belong to one thing, all of them should be on one side.
    case rows([Int])
  }

  /// What is made small.
  public var loss = Loss.crossEntropy
  /// How the weights follow.
  public var optimiser = Optimiser.adam(rate: 0.001, decay: 0)
  /// The factor of a negative row's loss.
  public var negativeWeight: Float = 1
  /// The factor of a positive row's loss.
  public var positiveWeight: Float = 1
  /// The number of rows of one step.
  public var batch = 128
  /// The most passes over the training rows.
  public var epochs = 500
  /// How many epochs in a row may bring nothing better before training stops.
  public var patience = 10
  /// The rows that tell when to stop; the weights of the best epoch are kept.
  public var validation = Validation.share(0.2)
  /// The number of threads. It does not change the result.
  public var threads = 1

  /// The defaults: cross-entropy, Adam, a fifth of the rows for validation.
  public init() {}
}

/// What one epoch of a training came to.
public struct EpochRecord: Sendable, Equatable, Codable {
  /// Figures on the validation rows at the cut 0.5; 0 where a figure would divide by 0.
  public struct Validation: Sendable, Equatable, Codable {
    /// The weighted loss.
    public var loss: Double
    /// The share of positives among the rows called positive.
    public var precision: Double
    /// The share of the positives that were called positive.
    public var recall: Double
    /// The share of the rows that were called what they are.
    public var accuracy: Double
    /// Recall times F0.5, the study's measure.
    public var combined: Double
  }

  /// The epoch, from 1.
  public var number: Int
  /// The mean of the steps' weighted losses, with penalties, over the epoch.
  public var trainingLoss: Double
  /// Figures on the validation rows, where there are any.
  public var validation: Validation?

  /// The figures of outputs against classes.
  static func figures(_ outputs: [Float], _ positive: [Bool], loss: Double) -> Validation {
    var (hits, falseHits, misses, correct) = (0.0, 0.0, 0.0, 0.0)
    for (output, isPositive) in zip(outputs, positive) {
      let called = output > 0.5
      if called == isPositive { correct += 1 }
      if called && isPositive { hits += 1 }
      if called && !isPositive { falseHits += 1 }
      if !called && isPositive { misses += 1 }
    }
    let precision = hits + falseHits > 0 ? hits / (hits + falseHits) : 0
    let recall = hits + misses > 0 ? hits / (hits + misses) : 0
    let half = precision + recall > 0 ? 1.25 * precision * recall / (0.25 * precision + recall) : 0
    return Validation(
      loss: loss, precision: precision, recall: recall,
      accuracy: positive.isEmpty ? 0 : correct / Double(positive.count),
      combined: recall * half)
  }

  func encode(into writer: inout ByteWriter) {
    writer.write(UInt32(number))
    writer.write(trainingLoss)
    writer.write(UInt8(validation == nil ? 0 : 1))
    guard let validation else { return }
    writer.write(validation.loss)
    writer.write(validation.precision)
    writer.write(validation.recall)
    writer.write(validation.accuracy)
    writer.write(validation.combined)
  }

  init(number: Int, trainingLoss: Double, validation: Validation?) {
    self.number = number
    self.trainingLoss = trainingLoss
    self.validation = validation
  }

  init(from reader: inout ByteReader) throws(CodingFailure) {
    number = Int(try reader.read(UInt32.self))
    trainingLoss = try reader.readDouble()
    guard try reader.read(UInt8.self) == 1 else { return }
    validation = Validation(
      loss: try reader.readDouble(), precision: try reader.readDouble(), recall: try reader.readDouble(),
      accuracy: try reader.readDouble(), combined: try reader.readDouble())
  }
}
