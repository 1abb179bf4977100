import MusicIndex
import Tracks

extension IndexTransaction {
  /// Labels tracks.
  func setLabels(
    _ labels: [(track: Int64, label: TrackLabel, reason: String, detail: String?, partner: Int64?, plays: Int?)]
  ) throws {
    for row in labels {
      try setLabel(
        LabelRow(
          track: row.track, label: row.label, reason: row.reason, detail: row.detail, partner: row.partner,
          plays: row.plays))
    }
  }
}
