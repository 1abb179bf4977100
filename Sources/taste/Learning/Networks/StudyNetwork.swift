/// The network of the 2019 study: one branch a feature, joined, and two wide layers.
public enum StudyNetwork {
  /// What a branch does to its columns.
  public enum Kind: Sendable {
    /// Two dense layers of 12 and 24 times as many units as columns: for features of one band.
    case dense
    /// Four convolutions (32 x 8, 64 x 4, 128 x 2, 256 x 1), two dense layers (1024, 512): the study's mel branch.
    case fourConvolutions
    /// Two convolutions (32 x 5, 64 x 3), two dense layers (256, 128): the study's contrast branch.
    case twoConvolutions
    /// Three convolutions (32 x 6, 64 x 3, 128 x 1), two dense layers (512, 256): the study's chroma branch.
    case threeConvolutions
  }

  /// A feature: where its values lie and what they are.
  public struct Branch: Sendable {
    /// Its columns, band by band, each band's time steps together.
    public var columns: Range<Int>
    /// The number of bands, along which convolutions run; 1 for `dense`.
    public var bands: Int
    /// What happens to it.
    public var kind: Kind

    /// A feature's branch.
    public init(columns: Range<Int>, bands: Int, kind: Kind) {
      self.columns = columns
      self.bands = bands
      self.kind = kind
    }
  }

  /// The study's training: log-cosh, Adadelta (rate 1, decay .95), a rejected row weighs .125, batches of 128, at most
  /// 500 epochs, stopped when the validation loss has not fallen for 20.
  public static var training: NetworkTraining {
    var training = NetworkTraining()
    training.loss = .logCosh
    training.optimiser = .adadelta(rate: 1, decay: 0.95)
    training.negativeWeight = 0.125
    training.patience = 20
    return training
  }

  /// The study's layers over these branches.
  ///
  /// - Parameters:
  ///   - columns: the number of columns of a row.
  ///   - branches: the features, in the order they are joined.
  ///   - divisor: every layer has this many times fewer units (at least 2); 1 is the study's network.
  public static func layout(columns: Int, _ branches: [Branch], divisor: Int = 1) -> NetworkLayout {
    func units(_ count: Int) -> Int { max(2, count / divisor) }
    func head(_ first: Int, _ second: Int) -> [NetworkLayer] {
      [
        .flatten, .dense(units(first)), .normalise, .relu, .dropout(0.25), .dense(units(second)), .normalise, .relu,
      ]
    }
    func convolution(_ filters: Int, _ width: Int) -> [NetworkLayer] {
      [.convolution(filters: units(filters), width: width), .relu]
    }
    let placed = branches.map { branch -> NetworkLayout.Branch in
      let count = branch.columns.count
      switch branch.kind {
      case .dense:
        return .init(
          columns: branch.columns,
          layers: [
            .dense(12 * count), .relu, .normalise, .dense(24 * count, decay: 1e-8), .normalise, .relu,
          ])
      case .fourConvolutions:
        return .init(
          columns: branch.columns, positions: branch.bands,
          layers: convolution(32, 8) + convolution(64, 4) + [.pool] + convolution(128, 2) + [.pool]
            + convolution(256, 1) + [.pool] + head(1024, 512))
      case .twoConvolutions:
        return .init(
          columns: branch.columns, positions: branch.bands,
          layers: convolution(32, 5) + convolution(64, 3) + [.pool] + head(256, 128))
      case .threeConvolutions:
        return .init(
          columns: branch.columns, positions: branch.bands,
          layers: convolution(32, 6) + convolution(64, 3) + [.pool] + convolution(128, 1) + [.pool] + head(512, 256))
      }
    }
    return NetworkLayout(
      columns: columns, branches: placed,
      trunk: [
        .relu, .dense(units(8192)), .normalise, .relu, .dense(units(512)), .normalise, .relu,
        .dense(1, start: .uniform(0.003)), .sigmoid,
      ])
  }
}
