import Copies
import MusicIndex
import Tracks

/// A pair that runs alike.
struct AlignedPair: Sendable {
  var first: Int64
  var second: Int64
  var alignment: OutlineAlignment
}

/// What is left of the proposed pairs when their outlines were laid over each other.
struct Alignments: Sendable {
  /// The pairs that are worth fingerprints, the most alike first.
  private(set) var pairs: [AlignedPair] = []
  /// Pairs of one name that do not run alike.
  private(set) var rejected: [StoredComparison] = []
  /// The number of pairs that were looked at.
  private(set) var aligned = 0

  /// Lays the outlines of some new audios over those of their partners.
  init(
    _ audios: ArraySlice<Int64>, _ shelf: CopyCandidates, _ proposals: CopyProposals, _ memory: inout OutlineMemory
  ) throws {
    for audio in audios {
      try Task.checkCancellation()
      let named = Set(shelf.namesakes[audio] ?? [])
      for other in proposals.partners(of: audio) {
        let pair = AudioPair(audio, other)
        aligned += 1
        let isNamed = named.contains(other)
        let least = isNamed ? CopyClassifier.roughLikenessOfNames : CopyClassifier.roughLikeness
        // Of short tracks too little is heard to tell: their names decide.
        guard let found = try memory.likeness(of: pair, shelf, leastRough: least) else { continue }
        if let alignment = found.alignment, alignment.likeness >= CopyClassifier.worthListening {
          pairs.append(AlignedPair(first: pair.first, second: pair.second, alignment: alignment))
        } else if isNamed {
          rejected.append(
            StoredComparison(
              first: pair.first, second: pair.second, relation: .different, offset: found.alignment?.offset ?? 0,
              likeness: found.alignment?.likeness ?? 0, errorRate: nil, seconds: 0))
        }
      }
    }
    sort()
  }

  /// What several parts of a library came to, in an order that does not depend on theirs.
  init(_ parts: [Alignments]) {
    pairs = parts.flatMap(\.pairs)
    rejected = parts.flatMap(\.rejected).sorted { ($0.first, $0.second) < ($1.first, $1.second) }
    aligned = parts.reduce(0) { $0 + $1.aligned }
    sort()
  }

  private mutating func sort() {
    pairs.sort { ($1.alignment.likeness, $0.first, $0.second) < ($0.alignment.likeness, $1.first, $1.second) }
  }
}

/// Outlines that were read a short while ago.
struct OutlineMemory: Sendable {
  let index: MusicIndex
  /// About 20 MB of rough outlines, and 10 of whole ones.
  private var rough = Shelf<RoughOutline>(most: 1_000)
  private var whole = Shelf<SoundOutline>(most: 100)

  init(index: MusicIndex) {
    self.index = index
  }

  /// What was made last, up to a number.
  private struct Shelf<Outline: Sendable>: Sendable {
    let most: Int
    var outlines: [Int64: Outline] = [:]
    var age: [Int64] = []

    init(most: Int) {
      self.most = most
    }

    mutating func keep(_ outline: Outline, of audio: Int64) {
      if age.count >= most {
        for old in age.prefix(most / 4) { outlines[old] = nil }
        age.removeFirst(most / 4)
      }
      outlines[audio] = outline
      age.append(audio)
    }
  }

  /// Whether and where a pair runs alike: no alignment where a first look says that it does not, `nil` where too little
  /// is heard of both to say anything.
  mutating func likeness(
    of pair: AudioPair, _ shelf: CopyCandidates, leastRough: Double
  ) throws -> (alignment: OutlineAlignment?, Void)? {
    guard let first = try roughOutline(pair.first, shelf), let second = try roughOutline(pair.second, shelf),
      let guess = RoughAlignment(first, second)
    else { return nil }
    guard guess.likeness >= leastRough else { return (nil, ()) }
    guard let left = try outline(pair.first, shelf), let right = try outline(pair.second, shelf),
      let alignment = OutlineAlignment(left, right, near: guess)
    else { return nil }
    return (alignment, ())
  }

  private mutating func roughOutline(_ audio: Int64, _ shelf: CopyCandidates) throws -> RoughOutline? {
    if let known = rough.outlines[audio] { return known }
    guard let made = try outline(audio, shelf).map(RoughOutline.init) else { return nil }
    rough.keep(made, of: audio)
    return made
  }

  private mutating func outline(_ audio: Int64, _ shelf: CopyCandidates) throws -> SoundOutline? {
    if let known = whole.outlines[audio] { return known }
    guard let track = shelf.tracks[audio] else { return nil }
    let version = FeatureVariant.dense.version
    let made = try index.read { transaction -> SoundOutline? in
      guard let starts = try transaction.starts(of: audio, variant: .dense, version: version),
        let blocks = try transaction.blocks(of: audio, variant: .dense, version: version)
      else { return nil }
      return SoundOutline(blocks: blocks, starts: starts, duration: track.duration)
    }
    if let made { whole.keep(made, of: audio) }
    return made
  }
}

/// Which audios are known to be one recording, or versions of one, so that no pair is compared for nothing.
struct ComparedGroups: Sendable {
  private var parent: [Int64: Int64] = [:]
  /// Groups of which one is a short or another version of the other.
  private var versions: Set<AudioPair> = []
  private var done: Set<AudioPair> = []

  /// The groups that comparisons made.
  init(_ comparisons: [StoredComparison]) {
    for comparison in comparisons { add(comparison) }
  }

  /// Takes one more comparison.
  mutating func add(_ comparison: StoredComparison) {
    done.insert(AudioPair(comparison.first, comparison.second))
    let (first, second) = (root(comparison.first), root(comparison.second))
    switch comparison.relation {
    case .sameRecording: if first != second { parent[max(first, second)] = min(first, second) }
    case .firstIsShort, .secondIsShort: versions.insert(AudioPair(first, second))
    case .otherVersion:
      // Where the bits agree, only a part was common: a longer copy may hold all of it.
      if comparison.errorRate ?? 0 > CopyClassifier.sameError { versions.insert(AudioPair(first, second)) }
    case .different: break
    }
  }

  /// Whether there is nothing left to find out about a pair.
  mutating func isDecided(_ one: Int64, _ other: Int64) -> Bool {
    let (first, second) = (root(one), root(other))
    return first == second || versions.contains(AudioPair(first, second)) || done.contains(AudioPair(one, other))
  }

  private mutating func root(_ audio: Int64) -> Int64 {
    var audio = audio
    while let above = parent[audio] {
      if let higher = parent[above] { parent[audio] = higher }
      audio = above
    }
    return audio
  }
}
