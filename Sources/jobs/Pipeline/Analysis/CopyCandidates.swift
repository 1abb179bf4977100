import Copies
import Labelling
import MusicIndex
import Tracks

/// Two audios, the one with the smaller number first.
struct AudioPair: Hashable {
  let first: Int64
  let second: Int64

  init(_ one: Int64, _ other: Int64) {
    first = min(one, other)
    second = max(one, other)
  }
}

/// The tracks that may be compared, by their audio.
struct CopyCandidates: Sendable {
  /// A track by one of its files.
  struct Track: Sendable {
    var audio: Int64
    var file: Int64
    var duration: Double
  }

  /// The tracks that are there, are analysed and hold one song.
  private(set) var tracks: [Int64: Track] = [:]
  /// Where the new audios lie among the sounds.
  private(set) var places: [Int64: [Float]] = [:]
  /// Where all tracks lie, one after the other in the order of `audios`.
  private(set) var coordinates: [Float] = []
  /// The audios of the tracks.
  private(set) var audios: [Int64] = []
  /// The audios of which one is new that share a name.
  private(set) var namesakes: [Int64: [Int64]] = [:]
  /// The audios that were not compared yet, in order of their numbers.
  let new: [Int64]

  /// Reads what is needed to compare the audios `new` with all. For a few it does not read all.
  init(index: MusicIndex, rules: LabelRules, new: [Int64]) throws {
    let few = new.count <= CopyProposals.fewTracks ? try FewCandidates(index: index, rules: rules, new: new) : nil
    try self.init(index: index, rules: rules, new: new, among: few)
  }

  /// Reads what is needed of all tracks, or of a few.
  init(index: MusicIndex, rules: LabelRules, new: [Int64], among few: FewCandidates?) throws {
    self.new = new
    let version = FeatureVariant.dense.version
    var named: [NamedTrack] = []
    var audioOf: [Int64: Int64] = [:]
    try index.read { transaction in
      try transaction.forEachComparable(features: version, among: few?.tracks) { track, audio, duration, tags in
        guard duration <= rules.multiTrackSeconds else { return }
        if tracks[audio] == nil { tracks[audio] = Track(audio: audio, file: track, duration: duration) }
        named.append(NamedTrack(id: track, tags: tags, duration: duration))
        audioOf[track] = audio
      }
      for audio in new { places[audio] = try Self.place(of: audio, transaction) }
      try readCoordinates(transaction, of: few == nil ? nil : tracks.keys.sorted())
    }
    let isNew = Set(new)
    let newFiles = Set(audioOf.lazy.filter { isNew.contains($0.value) }.map(\.key))
    for pair in pairsOfOneName(named, new: newFiles, rules: rules) {
      guard let first = audioOf[pair.first], let second = audioOf[pair.second], first != second else { continue }
      namesakes[first, default: []].append(second)
      namesakes[second, default: []].append(first)
    }
  }

  /// Where an audio lies among the sounds; `nil` without a summary.
  static func place(of audio: Int64, _ transaction: IndexTransaction) throws -> [Float]? {
    let summary = try transaction.summary(of: audio, version: FeatureVariant.dense.version)
    return summary.flatMap { $0.count == SummaryLayout.count ? SoundEmbedding.of($0) : nil }
  }

  /// Lines the places of the tracks up, those that are known and the new ones.
  private mutating func readCoordinates(_ transaction: IndexTransaction, of some: [Int64]?) throws {
    audios.reserveCapacity(tracks.count)
    coordinates.reserveCapacity(tracks.count * SoundEmbedding.count)
    try transaction.forEachPlace(of: some) { audio, numbers in
      guard tracks[audio] != nil, numbers.count == SoundEmbedding.count * MemoryLayout<Float>.stride else { return }
      audios.append(audio)
      for place in 0..<SoundEmbedding.count {
        coordinates.append(
          numbers.loadUnaligned(fromByteOffset: place * MemoryLayout<Float>.stride, as: Float.self))
      }
    }
    for audio in new where tracks[audio] != nil {
      guard let place = places[audio] else { continue }
      audios.append(audio)
      coordinates += place
    }
  }
}
