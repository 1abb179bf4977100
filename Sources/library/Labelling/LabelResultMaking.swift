import Tracks

/// A short version that is taken out for a longer one.
private struct ShortVersion {
  var whole: Int
  var detail: String
}

extension Labeller {
  /// The labels of all files, and the rules in words for those asked for.
  func result(explaining: Set<Int64>) -> LabelResult {
    let verdicts = verdicts()
    let shorts = shortVersions(verdicts)
    let assignments = assignments(verdicts, shorts)
    var explanations: [Int64: [String]] = [:]
    var histories: [Int64: TrackHistory] = [:]
    for (index, file) in files.enumerated() where !file.isMissing && explaining.contains(file.id) {
      let group = groups[roots[index]]
      guard let verdict = verdicts[roots[index]] else { continue }
      explanations[file.id] = explanation(index, group, verdict, shorts[roots[index]])
      histories[file.id] = group.history
    }
    let totals = standings(verdicts, assignments).reduce(into: LabelTotals()) { $0.add($1.traits) }
    return LabelResult(
      assignments: assignments, copies: copyGroups(), relatives: relatives(), evidence: evidence, active: active,
      proposals: totals.proposals(rules), lateAdvice: totals.lateAdvice(active), explanations: explanations,
      histories: histories, statisticsTime: statisticsTime)
  }

  /// The labels of the files, which are a part of all.
  func part() -> LabelPart {
    let verdicts = verdicts()
    let assignments = assignments(verdicts, shortVersions(verdicts))
    return LabelPart(
      assignments: assignments, relatives: relatives(), standings: standings(verdicts, assignments))
  }

  /// Each verdict at the index of its group's root.
  private func verdicts() -> [Verdict?] {
    var verdicts = [Verdict?](repeating: nil, count: files.count)
    for root in groupRoots { verdicts[root] = verdict(groups[root]) }
    return verdicts
  }

  /// The labels of the files that are there, in order of their numbers.
  private func assignments(_ verdicts: [Verdict?], _ shorts: [Int: ShortVersion]) -> [LabelAssignment] {
    files.indices.compactMap { index in
      guard !files[index].isMissing, let verdict = verdicts[roots[index]] else { return nil }
      return assignment(index, groups[roots[index]], verdict, shorts[roots[index]])
    }
  }

  private func assignment(
    _ index: Int, _ group: Group, _ verdict: Verdict, _ short: ShortVersion?
  ) -> LabelAssignment {
    var assignment = LabelAssignment(
      id: files[index].id, label: verdict.label, reason: verdict.reason, detail: verdict.detail,
      plays: group.history.plays, isKaraoke: names[index]?.isKaraoke ?? false)
    if index != group.kept {
      assignment.label = .excluded
      assignment.reason = .duplicate
      assignment.detail = "copy of \(files[group.kept].path.display)"
      assignment.partner = files[group.kept].id
    } else if let short {
      assignment.label = .excluded
      assignment.reason = .shortVersion
      assignment.detail = short.detail
      assignment.partner = files[short.whole].id
    }
    return assignment
  }

  // MARK: Short versions

  /// The groups that are short versions of a longer judged song, by root: of the longest good one, else bad one.
  private func shortVersions(_ verdicts: [Verdict?]) -> [Int: ShortVersion] {
    var whole: [FoldedText: [TrackLabel: Int]] = [:]
    for root in groupRoots {
      guard let label = verdicts[root]?.label, label == .good || label == .bad else { continue }
      let group = groups[root]
      for base in bases(group, areShort: false) {
        let known = whole[base]?[label]
        if known == nil || duration(root) > duration(roots[known ?? root]) {
          whole[base, default: [:]][label] = group.kept
        }
      }
    }
    var found: [Int: ShortVersion] = [:]
    func consider(_ root: Int, _ candidate: Int, _ evidence: String) {
      guard let own = verdicts[root], let other = verdicts[roots[candidate]], roots[candidate] != root,
        own.reason != .correction, own.reason != .multiTrack, own.reason != .unreadable,
        own.reason != .nothingHeard,
        duration(root) > 0, duration(root) < duration(roots[candidate]),
        other.label == .good || other.label == .bad && own.label == .unheard
      else { return }
      // A good song is the stronger reason; the first of equals stays.
      if let known = found[root], verdicts[roots[known.whole]]?.label == .good || other.label == .bad { return }
      found[root] = ShortVersion(
        whole: candidate,
        detail: "short version of \(files[candidate].path.display), \(decimal(duration(root))) s of "
          + "\(decimal(duration(roots[candidate]))) s\(evidence)")
    }
    for root in groupRoots {
      for base in bases(groups[root], areShort: true) {
        for label in [TrackLabel.good, .bad] {
          if let candidate = whole[base]?[label] { consider(root, candidate, "") }
        }
      }
    }
    for pair in shortEvidence where isSameSinging(pair.short, pair.whole) {
      consider(roots[pair.short], groups[roots[pair.whole]].kept, ", \(pair.description)")
    }
    return found
  }

  /// Whether neither or both of two tracks are marked as without vocals.
  private func isSameSinging(_ first: Int, _ second: Int) -> Bool {
    guard let left = names[first], let right = names[second] else { return true }
    return left.isKaraoke == right.isKaraoke
  }

  /// The names of songs that a group's members are short, or whole, versions of, each once.
  private func bases(_ group: Group, areShort: Bool) -> [FoldedText] {
    var bases: [FoldedText] = []
    for member in group.members {
      guard let name = names[member], name.isShort == areShort, !name.hasGenericArtist else { continue }
      if !bases.contains(name.base) { bases.append(name.base) }
    }
    return bases
  }

  /// The duration of the copy that stays, 0 where it is unknown.
  private func duration(_ root: Int) -> Double {
    let duration = files[groups[root].kept].duration
    return duration.isFinite ? duration : 0
  }

  // MARK: What goes with the labels

  private func copyGroups() -> [CopyGroup] {
    var linksOf: [Int: [CopyGroup.Link]] = [:]
    for link in links where !files[link.first].isMissing && !files[link.second].isMissing {
      linksOf[roots[link.first], default: []].append(
        CopyGroup.Link(first: files[link.first].id, second: files[link.second].id, evidence: link.evidence))
    }
    return groupRoots.compactMap { root -> CopyGroup? in
      let group = groups[root]
      let others = group.members.filter { $0 != group.kept && !files[$0].isMissing }
      guard !others.isEmpty else { return nil }
      return CopyGroup(
        kept: files[group.kept].id, others: others.map { files[$0].id },
        links: linksOf[root] ?? [])
    }.sorted { $0.kept < $1.kept }
  }

  /// Every rule that fired for a file, one sentence a rule, the decisive one last.
  private func explanation(
    _ index: Int, _ group: Group, _ verdict: Verdict, _ short: ShortVersion?
  ) -> [String] {
    var lines = [active.words]
    let number = group.members.count
    if number > 1 {
      let own = links.filter { $0.first == index || $0.second == index }.map { link in
        "\(files[link.first == index ? link.second : link.first].path.display) (\(link.evidence))"
      }
      lines.append(
        "It is one of \(number) copies of a recording, which share their history"
          + (own.isEmpty ? "." : ": \(own.joined(separator: "; "))."))
    }
    let final = assignment(index, group, verdict, short)
    let plays = playWords(group.history.plays)
    if !final.detail.contains(plays) { lines.append("Plays: \(plays).") }
    lines += habitWords(group)
    if let added = group.history.added {
      lines.append("foobar2000 added it on \(calendarDay(added)).")
    } else if group.presence.evidence == .arrival {
      lines.append("It came on \(calendarDay(group.cameAt)).")
    }
    switch group.presence.evidence {
    case .added, .arrival: break
    case .none: lines.append("Nothing tells when it came.")
    default: lines.append("It was \(presenceWords(group)).")
    }
    if (group.history.plays ?? 0) == 0, group.history.isHeard {
      lines.append("It was heard: \(hearingWords(group.history)).")
    }
    if active.source != .none {
      lines.append(group.isActive ? "It is in the active set." : "It is not in the active set.")
    }
    lines += evidenceWords(index)
    if names[index]?.isKaraoke == true {
      lines.append("Its title marks a version without vocals, which is never a copy of the song with vocals.")
    }
    if names[index]?.isShort == true { lines.append("Its title marks a short version.") }
    if final.reason != verdict.reason {
      lines.append(
        "By itself the recording is \(verdict.label.rawValue) (\(verdict.reason.words)): \(verdict.detail).")
    }
    lines.append("It is \(final.label.rawValue) (\(final.reason.words)): \(final.detail).")
    return lines
  }
}
