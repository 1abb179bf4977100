import Copies

/// Which tracks are to be compared with which: those of one name, and near neighbours among the sounds.
struct CopyProposals: Sendable {
  /// The new audios in the order in which they are to be compared: mostly, neighbours are near each other in it.
  let order: [Int64]
  private let partners: [Int64: [Int64]]
  private let position: [Int64: Int]

  /// The number of neighbours that are looked at.
  static let neighbours = 12
  /// How far away a neighbour may be.
  static let reach: Float = 2.5
  /// The number of new tracks up to which every track is measured for each.
  static let fewTracks = 200

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
