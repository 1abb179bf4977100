import Tracks

extension Labeller {
  /// Since when a group was there and what tells it, such as `there since 2019-01-02 (first played)`.
  func presenceWords(_ group: Group) -> String {
    "there since \(calendarDay(group.cameAt))\(group.presence.evidence.words)"
  }

  /// How often something was skipped, and when last, such as `4 skips, the last on 2024-05-06`.
  func skipWords(_ history: TrackHistory) -> String {
    let last = history.lastSkipped.map { ", the last on \(calendarDay($0))" } ?? ""
    return counted(history.skips ?? 0, "skip") + last
  }

  /// When something was played, how often a year, and how often it was skipped, a sentence each.
  func habitWords(_ group: Group) -> [String] {
    let history = group.history
    var lines: [String] = []
    if (history.plays ?? 0) > 0, let last = history.lastPlayed { lines.append("Last played on \(calendarDay(last)).") }
    if (history.plays ?? 0) > 0, let rate = history.playsPerYear(until: statisticsTime) {
      lines.append("Since it was added it was played \(decimal(rate)) times a year.")
    }
    if history.skips != nil { lines.append("Skips: \(skipWords(history)).") }
    return lines
  }

  /// What says that something was played whose plays nobody counted, in words without a full stop.
  func hearingWords(_ history: TrackHistory) -> String {
    var parts: [String] = []
    if let last = history.lastPlayed {
      parts.append("last played on \(calendarDay(last))")
    } else if let first = history.firstPlayed {
      parts.append("first played on \(calendarDay(first))")
    }
    parts += HearingEvidence.allCases.filter(history.hearing.contains).map(\.words)
    return parts.joined(separator: "; ") + "; how often is unknown"
  }
}
