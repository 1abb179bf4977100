import Glibc

/// A support vector machine with a radial kernel (Cortes and Vapnik 1995): C-SVC as in LIBSVM and scikit-learn's `SVC`.
public struct SupportVectorMachine: Learner {
  /// The factor of the squared distance in the kernel.
  public enum Gamma: Sendable, Equatable {
    /// One over the number of columns and the variance of all values: scikit-learn's "scale".
    case scale
    /// This number.
    case value(Double)
  }

  /// What a row on the wrong side costs.
  public var cost: Double
  /// The factor of the squared distance in the kernel.
  public var gamma: Gamma
  /// The factor of a negative row's cost.
  public var negativeWeight: Double
  /// The factor of a positive row's cost.
  public var positiveWeight: Double
  /// Whether columns are standardised on the training rows first.
  public var standardises: Bool
  /// How far the solution may be from optimal; LIBSVM's default is 0.001.
  public var tolerance: Double
  /// The number of threads. It does not change the result.
  public var threads: Int

  /// The most bytes of kernel values held while fitting.
  static let budget = 1 << 29

  /// A learner with these settings.
  public init(
    cost: Double = 3, gamma: Gamma = .scale, negativeWeight: Double = 1, positiveWeight: Double = 1,
    standardises: Bool = true, tolerance: Double = 0.001, threads: Int = 1
  ) {
    precondition(cost > 0 && negativeWeight > 0 && positiveWeight > 0 && tolerance > 0, "costs are positive")
    self.cost = cost
    self.gamma = gamma
    self.negativeWeight = negativeWeight
    self.positiveWeight = positiveWeight
    self.standardises = standardises
    self.tolerance = tolerance
    self.threads = threads
  }

  /// Finds the support vectors; `seed` changes nothing.
  ///
  /// - Throws: `CancellationError` when the task is cancelled.
  public func fit(
    _ rows: Matrix, _ positive: [Bool], weights: [Float]?, seed: UInt64, progress: (Double) -> Void
  ) throws -> any Classifier {
    try fit(rows, positive, weights: weights, budget: Self.budget, progress: progress)
  }

  func fit(
    _ rows: Matrix, _ positive: [Bool], weights: [Float]?, budget: Int, progress: (Double) -> Void
  ) throws -> SupportVectorModel {
    precondition(rows.rows == positive.count && rows.rows > 0, "every row has a class")
    MatrixProduct.stayOnThread()
    let crew = Crew(threads: threads)
    let scaling = standardises ? ColumnScaling(rows) : nil
    let scaled = scaling?.scaled(rows) ?? rows
    let kernel = RadialKernel(rows: scaled, gamma: gamma.number(scaled))
    let solver = SupportVectorSolver(
      sides: positive.map { $0 ? 1 : -1 },
      bounds: positive.indices.map {
        cost * (positive[$0] ? positiveWeight : negativeWeight) * Double(weights?[$0] ?? 1)
      }, tolerance: tolerance)
    progress(0)
    let solution = try solver.solve(KernelRows(kernel, budget: budget, crew: crew)) { try Task.checkCancellation() }
    progress(1)
    let support = solution.multipliers.indices.filter { solution.multipliers[$0] != 0 }
    return SupportVectorModel(
      scaling: scaling, columns: rows.columns, vectors: scaled.rows(support), gamma: kernel.gamma,
      multipliers: support.map { Float(solution.multipliers[$0]) }, shift: solution.shift, threads: threads)
  }
}

extension SupportVectorMachine.Gamma {
  /// The factor for some rows.
  fileprivate func number(_ rows: Matrix) -> Double {
    switch self {
    case .value(let value): return value
    case .scale:
      let count = Double(max(rows.values.count, 1))
      let mean = rows.values.reduce(0.0) { $0 + Double($1) } / count
      let variance = rows.values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / count
      return variance > 0 ? 1 / (Double(rows.columns) * variance) : 1
    }
  }
}
