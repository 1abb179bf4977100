import Tracks

/// The state of one labelling: files by index in order of their numbers, groups of copies by the index of their root.
struct Labeller {
  /// The copies of one recording.
  struct Group {
    var members: [Int] = []
    var kept = 0
    var history = TrackHistory()
    var presence = Presence.unknown
    var isActive = false
    /// Whether foobar2000 knew a copy, as far as that can be told.
    var isKnown = false
    /// The entry without a single file that may mean a copy, in words.
    var doubt: String?

    /// Since when a copy was there, in seconds since 1970-01-01 UTC; infinite where nothing tells it.
    var cameAt: Double { presence.time }
  }

  /// A label of a group with its reason, before copies and short versions are taken out.
  struct Verdict {
    var label: TrackLabel
    var reason: LabelReason
    var detail: String
  }

  let files: [LabellingFile]
  let rules: LabelRules
  let names: [SongName?]
  let roots: [Int]
  let links: [(first: Int, second: Int, evidence: String)]
  let active: ActiveSet
  let statisticsTime: Double?
  /// Of each track that is there, in order, whether statistics that may stand in for a playlist would archive it; `nil`
  /// where none may.
  let isArchivedByStatistics: [Bool]?
  /// The groups, each at the index of its root; empty ones elsewhere.
  private(set) var groups: [Group] = []
  /// The groups' roots in ascending order, so that no dictionary's order reaches a result.
  let groupRoots: [Int]
  /// Pairs of a short version and the whole one, by index.
  let shortEvidence: [(short: Int, whole: Int, description: String)]
  /// Pairs of other versions of one song, by index.
  let versionEvidence: [(first: Int, second: Int, description: String)]
  /// What was found out about pairs of tracks that are there.
  let evidence: [PairEvidence]

  /// Finds the groups and what is known of each.
  ///
  /// - Parameter ground: What holds for all tracks, where `unordered` and `imports` hold only some of them; `nil` for what
  ///   follows from these.
  init(
    files unordered: [LabellingFile], imports: ImportedSets, rules: LabelRules, evidence: [PairEvidence],
    ground: LabelGround? = nil
  ) {
    let files = unordered.sorted { $0.id < $1.id }
    precondition(zip(files, files.dropFirst()).allSatisfy { $0.id < $1.id }, "every track has a number of its own")
    let markers = MarkerTable(rules)
    let names = files.map { SongName($0.tags, markers: markers) }
    var indexOf: [Int64: Int] = [:]
    for (index, file) in files.enumerated() { indexOf[file.id] = index }
    var same: [(first: Int, second: Int, description: String)] = []
    var short: [(short: Int, whole: Int, description: String)] = []
    var versions: [(first: Int, second: Int, description: String)] = []
    var different: [(first: Int, second: Int)] = []
    var known: [PairEvidence] = []
    for pair in evidence.sorted(by: { ($0.first, $0.second, $0.description) < ($1.first, $1.second, $1.description) }) {
      guard let first = indexOf[pair.first], let second = indexOf[pair.second], first != second else { continue }
      known.append(pair)
      switch pair.kind {
      case .sameRecording: same.append((first, second, pair.description))
      case .shortVersionOf: short.append((first, second, pair.description))
      case .otherVersion: versions.append((first, second, pair.description))
      case .differentRecording: different.append((first, second))
      }
    }
    var finder = CopyFinder(files: files, names: names, tolerance: rules.duplicateSeconds)
    finder.run(evidence: same, different: different)
    let settled = Self.settled(files, roots: finder.roots, indexOf: indexOf)
    self.files = settled
    self.rules = rules
    self.names = names
    roots = finder.roots
    links = finder.links
    shortEvidence = short
    versionEvidence = versions
    self.evidence = known
    let count = ArchivedCount(files: settled, roots: finder.roots)
    active =
      ground?.active.part(imports)
      ?? ActiveSet.resolve(imports, rules: rules) { set in
        count.tracks(outside: set).reduce(into: (0, 0)) { $0 = ($0.0 + ($1 ? 1 : 0), $0.1 + 1) }
      }
    isArchivedByStatistics = (ground?.standIn?.part(imports)).map(count.tracks(outside:))
    statisticsTime = ground.map(\.statisticsTime) ?? imports.statisticsTime
    // A recording of which no copy is there has no label.
    let present = Set(files.indices.filter { !files[$0].isMissing }.map { finder.roots[$0] })
    groupRoots = present.sorted()
    groups = makeGroups()
  }

  private func makeGroups() -> [Group] {
    var groups = [Group](repeating: Group(), count: files.count)
    for (index, file) in files.enumerated() {
      groups[roots[index]].add(
        index, file, isActive: active.fileIDs.contains(file.id), isKnown: active.knownIDs?.contains(file.id) ?? true,
        isBetter: isBetter)
      if let doubt = active.doubts[file.id], groups[roots[index]].doubt == nil { groups[roots[index]].doubt = doubt }
    }
    return groups
  }

  /// Whether one copy is to stay rather than another.
  private func isBetter(_ left: Int, than right: Int) -> Bool {
    let (a, b) = (files[left], files[right])
    if a.isMissing != b.isMissing { return b.isMissing }
    // A contradiction between the owner's words is settled for the stricter one.
    func strictness(_ word: Correction?) -> Int {
      switch word {
      case .bad: 3
      case .ignore: 2
      case .good: 1
      case nil: 0
      }
    }
    if strictness(a.correction) != strictness(b.correction) {
      return strictness(a.correction) > strictness(b.correction)
    }
    if (a.failure == nil) != (b.failure == nil) { return a.failure == nil }
    // A playlist cannot hold a name that is not UTF-8.
    if (a.path.string == nil) != (b.path.string == nil) { return b.path.string == nil }
    if a.isLossless != b.isLossless { return a.isLossless }
    if a.bitRate != b.bitRate { return a.bitRate > b.bitRate }
    if a.duration != b.duration { return a.duration > b.duration }
    // Of equal copies the one that foobar2000 knows, then the one that was here first.
    if (a.history.plays == nil) != (b.history.plays == nil) { return a.history.plays != nil }
    if a.arrival != b.arrival { return a.arrival < b.arrival }
    if a.path != b.path { return a.path < b.path }
    return left < right
  }

  // MARK: Rules

  /// The number of tracks in the file where it holds several, with the words for it.
  func severalTracks(_ file: LabellingFile) -> String? {
    if file.span != nil { return nil }
    let inside = file.tags.cueSheet.map(trackCount(ofCueSheet:)) ?? 0
    if inside > 1 { return "a cue sheet inside it names \(inside) tracks" }
    if let beside = file.cueTracks, beside > 1 { return "a cue sheet beside it names \(beside) tracks" }
    if file.subsongs > 1 { return "it holds \(file.subsongs) tracks" }
    // A cue sheet of one track says that even a long file is one.
    if inside == 1 || file.cueTracks == 1 { return nil }
    guard file.duration > rules.multiTrackSeconds else { return nil }
    return "\(decimal(file.duration / 60)) min are longer than \(decimal(rules.multiTrackSeconds / 60)) min"
  }

  /// Whether the group was there when the active set was exported and is not in it.
  func isArchived(_ group: Group) -> Bool {
    active.makesArchived && isOutside(group)
  }

  /// Whether the group was there when the active set was exported and is not in it, whatever that proves.
  func isOutside(_ group: Group) -> Bool {
    // What foobar2000 never saw could not be left out of a list.
    guard !group.isActive, group.isKnown, let exported = active.exportedAt else { return false }
    return group.cameAt < exported
  }

  /// Undecided for a group that an entry may mean which names no single file.
  private func doubtVerdict(_ group: Group) -> Verdict? {
    guard let doubt = group.doubt, isOutside(group) else { return nil }
    return Verdict(label: .undecided, reason: .doubtfulEntry, detail: doubt)
  }

  /// What a rating says, whether the rule is on or not.
  func ratingVerdict(_ group: Group) -> Verdict? {
    guard let rating = group.history.rating else { return nil }
    let words = "rated \(rating) of 5"
    if rating >= rules.ratingGood { return Verdict(label: .good, reason: .rated, detail: words) }
    if rating <= rules.ratingBad { return Verdict(label: .bad, reason: .rated, detail: words) }
    return nil
  }

  /// What neglect says, whether the rule is on or not: nothing without statistics, whose export is the present of the
  /// plays.
  func neglectVerdict(_ group: Group) -> Verdict? {
    let day = 86_400.0
    // Plays that nobody counted may be many.
    guard group.history.hearing.isEmpty, let now = statisticsTime, let plays = group.history.plays, plays > 0,
      plays <= rules.neglectedPlays,
      let last = group.history.lastPlayed, last < now - Double(rules.neglectedIdleDays) * day,
      group.cameAt < now - Double(rules.neglectedAddedDays) * day
    else { return nil }
    return Verdict(
      label: .bad, reason: .neglected,
      detail: "\(playWords(plays)), the last on \(calendarDay(last)), \(presenceWords(group))")
  }

  /// What skips say, whether the rule is on or not.
  func skipVerdict(_ group: Group) -> Verdict? {
    // Plays that nobody counted may be many.
    guard group.history.hearing.isEmpty, let skips = group.history.skips, skips >= max(1, rules.skippedTimes),
      let plays = group.history.plays, plays < rules.skippedPlays
    else { return nil }
    return Verdict(label: .bad, reason: .skipped, detail: "\(skipWords(group.history)), \(playWords(plays))")
  }

  /// What the rate of plays says, whether the rule is on or not.
  private func frequencyVerdict(_ group: Group) -> Verdict? {
    guard let plays = group.history.plays, plays >= max(1, rules.frequentPlays),
      let rate = group.history.playsPerYear(until: statisticsTime), rate >= Double(rules.frequentPerYear)
    else { return nil }
    return Verdict(label: .good, reason: .playedOften, detail: "\(playWords(plays)), \(decimal(rate)) a year")
  }

  /// What a last play of long ago says of a track with enough plays; nothing where the rule is off.
  private func fadingVerdict(_ group: Group) -> Verdict? {
    guard rules.usesFading, let now = statisticsTime, let last = group.history.lastPlayed,
      last < now - Double(rules.fadedDays) * 86_400
    else { return nil }
    return Verdict(
      label: .undecided, reason: .notPlayedLately,
      detail: "\(playWords(group.history.plays)), the last on \(calendarDay(last))")
  }

  /// The label of a group by the first rule that applies.
  func verdict(_ group: Group) -> Verdict {
    let kept = files[group.kept]
    if let word = kept.correction {
      let label: TrackLabel =
        switch word {
        case .good: .good
        case .bad: .bad
        case .ignore: .excluded
        }
      return Verdict(label: label, reason: .correction, detail: "the owner says \(word.rawValue)")
    }
    if let failure = kept.failure {
      let reason: LabelReason = failure == LabelReason.nothingHeard.rawValue ? .nothingHeard : .unreadable
      return Verdict(label: .excluded, reason: reason, detail: failure)
    }
    if let words = severalTracks(kept) { return Verdict(label: .excluded, reason: .multiTrack, detail: words) }
    if rules.usesRatings, let verdict = ratingVerdict(group) { return verdict }
    if let verdict = doubtVerdict(group) { return verdict }
    if isArchived(group) { return archivedVerdict(group) }
    if rules.usesSkips, let verdict = skipVerdict(group) { return verdict }
    if rules.usesNeglect, let verdict = neglectVerdict(group) { return verdict }
    return playsVerdict(group)
  }

  private func archivedVerdict(_ group: Group) -> Verdict {
    let label: TrackLabel =
      switch rules.archived {
      case .bad: .bad
      case .good: .good
      case .ignore: .excluded
      }
    let set = active.source == .playlists ? quotedList(active.playlists) : "the statistics"
    return Verdict(
      label: label, reason: .archivedNotActive,
      detail: "not in \(set) of \(calendarDay(active.exportedAt ?? 0)), \(presenceWords(group)), "
        + playWords(group.history.plays))
  }

  private func playsVerdict(_ group: Group) -> Verdict {
    let plays = group.history.plays ?? 0
    let words = playWords(group.history.plays)
    let often = rules.usesFrequency ? frequencyVerdict(group) : nil
    let isEnough = plays >= max(1, rules.goodPlays)
    if isEnough || often != nil, active.isWeak, isOutside(group) {
      return Verdict(
        label: .undecided, reason: .doubtfulEntry,
        detail: "\(words), not in \(quotedList(active.playlists)), of which too many entries name no file")
    }
    if isEnough || often != nil, let verdict = fadingVerdict(group) { return verdict }
    if isEnough { return Verdict(label: .good, reason: .plays, detail: words) }
    if let often { return often }
    if plays > 0 {
      return Verdict(label: .undecided, reason: .tooFewPlays, detail: "\(words), \(rules.goodPlays) make it good")
    }
    if group.history.isHeard {
      return Verdict(label: .undecided, reason: .playedCountUnknown, detail: hearingWords(group.history))
    }
    if active.makesArchived, !group.isActive {
      return Verdict(
        label: .unheard, reason: .newArrival,
        detail: !group.isKnown
          ? "foobar2000 does not know it yet"
          : group.presence.evidence == .none
            ? "nothing tells that it was there at the export of \(calendarDay(active.exportedAt ?? 0))"
            : "came on \(calendarDay(group.cameAt)), after the export of \(calendarDay(active.exportedAt ?? 0))")
    }
    return Verdict(label: .unheard, reason: .neverPlayed, detail: words)
  }

  func playWords(_ plays: Int?) -> String {
    switch plays {
    case nil: "no plays known"
    case 0: "no plays"
    case 1: "1 play"
    case .some(let plays): "\(plays) plays"
    }
  }
}

extension Labeller.Group {
  fileprivate mutating func add(
    _ index: Int, _ file: LabellingFile, isActive active: Bool, isKnown known: Bool, isBetter: (Int, Int) -> Bool
  ) {
    if members.isEmpty || isBetter(index, kept) { kept = index }
    members.append(index)
    history = history.merged(with: file.history)
    presence = presence.merged(with: file.presence)
    isActive = isActive || active
    isKnown = isKnown || known
  }
}

/// The number of audio tracks that a cue sheet's text names.
func trackCount(ofCueSheet text: String) -> Int {
  text.utf8.split { $0 == 0x0A || $0 == 0x0D }.count { line in
    let words = line.split { $0 == 0x20 || $0 == 0x09 }
    return words.count >= 3 && isWord(words[0], "TRACK") && isWord(words[2], "AUDIO")
  }
}

private func isWord(_ bytes: Substring.UTF8View.SubSequence, _ word: String) -> Bool {
  bytes.elementsEqual(word.utf8) { $0 & 0xDF == $1 }
}
