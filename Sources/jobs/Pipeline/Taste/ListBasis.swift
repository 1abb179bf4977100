import MusicIndex
import Playlists
import Tracks

/// What a list was chosen by, kept with it, so that the next one can say what has changed.
struct ListBasis: Codable, Equatable {
  /// The model; `nil` where there was none.
  var model: Int64?
  /// The settings.
  var rules: RefreshBasis.List
  /// The score that a track needed to come onto it; `nil` where nothing was promised.
  var enter: Double?
  /// The number of tracks that might have been on it.
  var candidates: Int

  /// Why a list of so many recommended tracks follows one that rested on `earlier`, where their lengths differ much.
  ///
  /// - Parameters:
  ///   - before: the recommended tracks of the list before.
  ///   - after: those of this one.
  ///   - unnameable: the tracks that no list can name.
  ///   - choice: what became of the others.
  func change(
    since earlier: ListBasis, _ before: [Int64], _ after: [Int64], unnameable: Set<Int64>, _ choice: PlaylistChoice?,
    at time: Double, _ transaction: IndexTransaction
  ) throws -> ListChange? {
    guard ListChange.isLarge(before.count, after.count) else { return nil }
    var causes: [ListChange.Cause] = []
    if model == nil {
      causes.append(.noModel)
    } else {
      if rules != earlier.rules { causes.append(.settings) }
      if model != earlier.model { causes.append(.model) }
      switch (earlier.enter, enter) {
      case (nil, .some): causes.append(.promise)
      case (.some, nil): causes.append(.noPromise)
      case (let old?, let new?) where old != new: causes.append(.score(before: old, now: new))
      default: break
      }
    }
    causes += try Self.losses(Set(before).subtracting(after), unnameable, choice, transaction)
    // Without a model nothing is counted.
    let more = model == nil || earlier.model == nil ? 0 : candidates - earlier.candidates
    if more > 0 { causes.append(.more(more)) }
    if more < 0 { causes.append(.fewer(-more)) }
    return ListChange(at: time, before: before.count, after: after.count, causes: causes)
  }

  /// What became of the tracks that are not on the list any more, as far as it says why.
  private static func losses(
    _ gone: Set<Int64>, _ unnameable: Set<Int64>, _ choice: PlaylistChoice?, _ transaction: IndexTransaction
  ) throws -> [ListChange.Cause] {
    let labels = try transaction.labelRows(of: gone.sorted())
    var (judged, excluded, missing) = (0, 0, 0)
    var left: Set<Int64> = []
    for track in gone {
      let row = try transaction.track(track, version: FeatureVariant.dense.version)
      if row?.isMissing ?? true {
        missing += 1
      } else {
        switch labels[track]?.label {
        case .good, .bad, .undecided: judged += 1
        case .excluded: excluded += 1
        case .unheard, nil: left.insert(track)
        }
      }
    }
    let unnamed = left.intersection(unnameable).count
    let limited = (choice?.verdicts ?? []).count { candidate, verdict in
      left.contains(candidate.id) && (verdict == .artistHasEnough || verdict == .albumHasEnough)
    }
    let all: [(Int, (Int) -> ListChange.Cause)] = [
      (judged, ListChange.Cause.judged), (missing, ListChange.Cause.missing), (excluded, ListChange.Cause.excluded),
      (unnamed, ListChange.Cause.unnameable), (limited, ListChange.Cause.limits),
    ]
    return all.filter { $0.0 > 0 }.map { $0.1($0.0) }
  }
}

extension IndexNote where Value == ListBasis {
  /// What the playlist as it was last written was chosen by.
  static var listBasis: Self { Self(record: "listBasis") }
}
