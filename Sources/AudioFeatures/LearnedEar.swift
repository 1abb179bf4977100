internal import Foundation
internal import Tracks

/// Gathers what MusiCNN says of a song: the mean of its embeddings of three seconds each out of some of the song's
/// samples.
///
/// The song's loudness does not matter: its patches are brought to one power together. Use one in each thread.
public final class LearnedEar {
  /// The number of samples of a song that are shown to the network.
  public static let patches = 3

  /// The RMS that songs are brought to: that of the network's training material, about.
  private static let level = 0.15

  private static let patchSize = MusiCNN.frames * MusiCNN.bands

  private let network = MusiCNN()
  private let spectrogram = MusiCNNSpectrogram()
  /// The powers of the patches so far.
  private let powers = AlignedStorage<Float>(patches * patchSize, filledWith: 0)
  private var squares = 0.0
  private var values = 0
  /// The number of samples of the song that the network will have seen.
  public private(set) var shown = 0

  /// An ear that has heard nothing.
  public init() {}

  /// Which of `samples` samples are shown to the network: evenly spread, at most `patches`.
  public static func chosen(of samples: Int) -> [Int] {
    let count = min(samples, patches)
    return (0..<count).map { (2 * $0 + 1) * samples / (2 * count) }
  }

  /// Takes a sample of a song.
  ///
  /// - Parameters:
  ///   - sample: mono at `Sampling.rate`, in one scale for all of the song; values that are not finite count as silence.
  ///   - isShown: whether the network shall see it: at most `patches` of a song.
  public func hear(_ sample: UnsafeBufferPointer<Float>, isShown: Bool) {
    guard !sample.isEmpty else { return }
    for value in sample where value.isFinite { squares += Double(value) * Double(value) }
    values += sample.count
    guard isShown else { return }
    precondition(shown < Self.patches, "an ear sees \(Self.patches) patches of a song")
    spectrogram.powers(of: sample, into: powers.base + shown * Self.patchSize)
    shown += 1
  }

  /// The mean of the embeddings of what was shown, `SummaryLayout.earCount` values; all zeros where nothing was. The ear is
  /// then ready for the next song.
  public func finish() -> [Float] {
    defer { (shown, squares, values) = (0, 0, 0) }
    var means = [Double](repeating: 0, count: MusiCNN.outputs)
    let factor = squares > 0 ? Float(Self.level * Self.level * Double(values) / squares) : 0
    for patch in 0..<shown {
      let place = powers.base + patch * Self.patchSize
      for index in 0..<Self.patchSize { place[index] = log10(10_000 * factor * place[index] + 1) }
      for (index, value) in network.embedding(of: place).enumerated() { means[index] += Double(value) / Double(shown) }
    }
    return means.map { Float($0) }
  }
}
