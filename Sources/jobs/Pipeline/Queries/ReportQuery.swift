import Labelling
import Learning
import MusicIndex
import Reports
import ServiceState
import TasteModel
import Tracks

/// Collects what the report tells from an index.
struct ReportQuery {
  let index: MusicIndex
  let configuration: PipelineConfiguration
  let version: String

  /// The most tracks on the map: more would make it neither clearer nor quicker to load.
  static let mapped = 3_000
  /// The most judged songs on the map.
  static let mappedJudged = 1_500

  private struct Track {
    var file: TrackRow
    var audio: Int64
    var label: TrackLabel
    var isListed: Bool
    var probability: Double?
  }

  /// Everything but the studies.
  func report(of state: StateFolder) throws -> TasteReport {
    let status = try Status(of: index, state: state, ignoresOwnLock: true)
    var report = TasteReport(madeAt: configuration.now(), version: version)
    report.files = status.library.files
    report.analysed = status.library.analysed
    report.advice = status.advice
    report.targetMet = status.playlist.targetMet
    report.standing = status.playlist.standing?.words
    report.limits = status.playlist.standing?.limits
    report.kept = status.trackRecord.kept.map { $0.words + "." }
    report.record = TasteReport.Record(
      recommended: status.trackRecord.recommended, liked: status.trackRecord.liked,
      rejected: status.trackRecord.rejected, open: status.trackRecord.open)
    report.record.explored = status.trackRecord.explored
    report.reasons = try reasons()
    let rows = try ModelList.rows(index)
    report.models = rows.map {
      TasteReport.ModelLine(
        id: $0.id, learner: $0.learner, trainedAt: $0.trainedAt, figures: $0.figures, verdict: $0.verdict,
        isActive: $0.isActive)
    }
    let active = try ActiveModel.load(index)
    if let active {
      let judged = active.model.outOfFold
      report.model = TasteReport.Model(
        id: active.id, learner: active.model.learner.rawValue, trainedAt: active.model.trainedAt,
        figures: try PlaylistRun.figures(of: active, index), probabilities: judged.map(\.probability),
        liked: judged.map(\.liked),
        isChosen: rows.contains { $0.id == active.id && $0.isChosen })
      report.model?.breakdown = rows.first { $0.id == active.id }?.breakdown
    }
    let tracks = try self.tracks()
    report.unheard = tracks.filter { $0.label == .unheard }.compactMap(\.probability)
    let summaries = try self.summaries(tracks)
    report.recommended = try recommended(tracks, summaries, active?.model)
    report.map = map(tracks, summaries)
    return report
  }

  /// What a track is called: artist and title, else its file's name with its folder's.
  static func name(_ file: TrackRow) -> String {
    guard let title = file.tags.title else {
      return "\(file.path.parent.name.display)/\(file.path.name.display)"
    }
    guard let artist = file.tags.artist ?? file.tags.albumArtist else { return title }
    return "\(artist) – \(title)"
  }

  private func reasons() throws -> [TasteReport.ReasonCount] {
    var counts: [TrackLabel: [String: Int]] = [:]
    try index.read { transaction in
      try transaction.forEachLabel { _, _, label, reason, _, _, _ in
        counts[label, default: [:]][reason, default: 0] += 1
      }
    }
    return TrackLabel.allCases.flatMap { label in
      (counts[label] ?? [:]).sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
        TasteReport.ReasonCount(label: label, reason: LabelReason.words(of: $0.key), count: $0.value)
      }
    }
  }

  /// Every analysed track that is there, one file an audio, in the order of their paths.
  private func tracks() throws -> [Track] {
    try index.read { transaction in
      let scores = try transaction.scores()
      let listed = Set(try transaction.playlist())
      var labels: [Int64: TrackLabel] = [:]
      try transaction.forEachLabel { file, _, label, _, _, _, _ in labels[file] = label }
      var found: [Int64: Track] = [:]
      try transaction.forEachWholeTrack(version: FeatureVariant.dense.version) { file in
        guard !file.isMissing, file.isAnalysed, let audio = file.audio else { return }
        let track = Track(
          file: file, audio: audio, label: labels[file.id] ?? .unheard, isListed: listed.contains(file.id),
          probability: scores[audio])
        // Of several names of one audio the one that carries its label stands for it.
        if let before = found[audio], before.label != .excluded || track.label == .excluded { return }
        found[audio] = track
      }
      return found.values.sorted { $0.file.path < $1.file.path }
    }
  }

  /// The tracks of the map: those on the playlist, and judged and other ones spread evenly.
  private func onMap(_ tracks: [Track]) -> [Track] {
    func isJudged(_ track: Track) -> Bool { track.label == .good || track.label == .bad }
    let listed = tracks.filter(\.isListed)
    let judged = Self.spread(tracks.filter { isJudged($0) && !$0.isListed }, Self.mappedJudged)
    let others = tracks.filter { !isJudged($0) && !$0.isListed }
    return listed + judged + Self.spread(others, Self.mapped - listed.count - judged.count)
  }

  /// So many elements at even distances.
  static func spread<Element>(_ elements: [Element], _ count: Int) -> [Element] {
    guard elements.count > count else { return elements }
    return (0..<max(0, count)).map { elements[$0 * elements.count / count] }
  }

  /// The summaries of the tracks that the report looks at one by one.
  private func summaries(_ tracks: [Track]) throws -> [Int64: [Float]] {
    let wanted = Set(onMap(tracks).map(\.audio)).union(tracks.filter { $0.label == .good }.map(\.audio))
    var found: [Int64: [Float]] = [:]
    try index.read { transaction in
      try transaction.forEachSummary(version: FeatureVariant.dense.version, of: wanted.sorted()) { audio, _, summary in
        found[audio] = summary
      }
    }
    return found
  }

  private func recommended(
    _ tracks: [Track], _ summaries: [Int64: [Float]], _ model: TasteModel?
  ) throws -> [TasteReport.Recommendation] {
    let (order, exploring, since, space) = try index.read { transaction in
      (
        try transaction.playlist(), Set(try transaction.exploredFiles()), try transaction.recommendations(),
        try SoundSpace.of(transaction)
      )
    }
    let first = Dictionary(since.map { ($0.identity, $0.first) }, uniquingKeysWith: { first, _ in first })
    let byFile = Dictionary(tracks.filter(\.isListed).map { ($0.file.id, $0) }, uniquingKeysWith: { first, _ in first })
    var liked: [(name: String, place: [Float])] = []
    if let space {
      liked = tracks.filter { $0.label == .good }.compactMap { track in
        summaries[track.audio].map { (Self.name(track.file), SoundSpace.place($0, in: space)) }
      }
    }
    return try order.compactMap { byFile[$0] }.map { track in
      var told = TasteReport.Recommendation(
        name: Self.name(track.file), path: track.file.path.display, probability: track.probability ?? 0,
        since: track.file.identity.flatMap { first[$0] })
      told.explores = exploring.contains(track.file.id)
      guard let summary = summaries[track.audio] else { return told }
      let evidence = SongEvidence(summary: summary, tags: track.file.tags, folder: track.file.path.parent)
      if let parts = try model?.explanation(of: evidence) {
        told.speaksFor = parts.strongest(4).speaksFor
        told.speaksAgainst = parts.strongest(3).speaksAgainst
      }
      if let space {
        let place = SoundSpace.place(summary, in: space)
        told.nearestLiked =
          liked.map { ($0.name, SongSpace.distance($0.place[...], place[...])) }
          .min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
      }
      return told
    }
  }

  private func map(_ tracks: [Track], _ summaries: [Int64: [Float]]) -> TasteReport.Map {
    var map = TasteReport.Map()
    map.tracks = tracks.count
    let length = summaries.values.first?.count ?? 0
    let shown = onMap(tracks).filter { summaries[$0.audio]?.count == length }
    guard shown.count > 2, length > 0 else { return map }
    let rows = Matrix(rows: shown.count, columns: length, values: shown.flatMap { summaries[$0.audio] ?? [] })
    let places = SongSpace.map(SongSpace(rows).places(of: rows))
    map.points = zip(shown, places).map { track, place in
      TasteReport.Map.Point(
        x: place.x, y: place.y, name: Self.name(track.file),
        kind: track.isListed ? .listed : track.label == .good ? .good : track.label == .bad ? .bad : .other,
        probability: track.probability)
    }
    return map
  }
}
