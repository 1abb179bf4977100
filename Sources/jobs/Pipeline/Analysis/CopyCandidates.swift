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

  /// Reads what is needed to compare the audios `new` with all.
  init(index: MusicIndex, rules: LabelRules, new: [Int64]) throws {
    self.new = new
    let version = FeatureVariant.dense.version
    var named: [NamedTrack] = []
    var audioOf: [Int64: Int64] = [:]
    try index.read { transaction in
      try transaction.forEachComparable(features: version) { track, audio, duration, tags in
        guard duration <= rules.multiTrackSeconds else { return }
        if tracks[audio] == nil { tracks[audio] = Track(audio: audio, file: track, duration: duration) }
        named.append(NamedTrack(id: track, tags: tags, duration: duration))
        audioOf[track] = audio
      }
      for audio in new {
        if let summary = try transaction.summary(of: audio, version: version), summary.count == SummaryLayout.count {
          places[audio] = SoundEmbedding.of(summary)
        }
      }
      try readCoordinates(transaction)
    }
    let isNew = Set(new)
    let newFiles = Set(audioOf.lazy.filter { isNew.contains($0.value) }.map(\.key))
    for pair in pairsOfOneName(named, new: newFiles, rules: rules) {
      guard let first = audioOf[pair.first], let second = audioOf[pair.second], first != second else { continue }
      namesakes[first, default: []].append(second)
      namesakes[second, default: []].append(first)
    }
  }

  /// Lines the places of all tracks up, those that are known and the new ones.
  private mutating func readCoordinates(_ transaction: IndexTransaction) throws {
    audios.reserveCapacity(tracks.count)
    coordinates.reserveCapacity(tracks.count * SoundEmbedding.count)
    try transaction.forEachPlace { audio, numbers in
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

/// Which tracks are to be compared with which: those of one name, and near neighbours among the sounds.
struct CopyProposals: Sendable {
  /// The new audios in the order in which they are to be compared: mostly, neighbours are near each other in it.
  let order: [Int64]
  private let partners: [Int64: [Int64]]
  private let position: [Int64: Int]

  /// The number of neighbours that are looked at.
  private static let neighbours = 12
  /// How far away a neighbour may be.
  private static let reach: Float = 2.5
  /// The number of new tracks up to which every track is measured for each.
  private static let fewTracks = 24

  /// The proposals for the new audios of a shelf.
  init(_ shelf: CopyCandidates) {
    let (audios, coordinates) = (shelf.audios, shelf.coordinates)
    let numbers = Dictionary(uniqueKeysWithValues: audios.enumerated().map { ($1, $0) })
    let isNew = Set(shelf.new)
    let forest = shelf.new.count > Self.fewTracks ? PlaceForest(coordinates) : nil
    let ordered = forest.map { $0.order.map { audios[$0] }.filter(isNew.contains) } ?? shelf.new
    // What cannot be compared (a file of several tracks) is done all the same.
    order = ordered + (forest == nil ? [] : shelf.new.filter { numbers[$0] == nil })
    position = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
    var partners: [Int64: [Int64]] = [:]
    for audio in order {
      guard let number = numbers[audio] else { continue }
      let near =
        forest?.neighbours(of: number, most: Self.neighbours, within: Self.reach)
        ?? PlaceScan.neighbours(of: number, in: coordinates, most: Self.neighbours, within: Self.reach)
      let named = (shelf.namesakes[audio] ?? []).filter { numbers[$0] != nil }
      partners[audio] = Set(near.map { audios[$0] }).union(named).sorted()
    }
    self.partners = partners
  }

  /// The partners of an audio that were not looked at when it was their turn.
  func partners(of audio: Int64) -> [Int64] {
    guard let own = position[audio] else { return [] }
    return (partners[audio] ?? []).filter { other in
      guard let place = position[other], place < own else { return true }
      return !(partners[other] ?? []).contains(audio)
    }
  }
}
