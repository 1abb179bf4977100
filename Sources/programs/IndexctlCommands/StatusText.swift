import Pipeline
import Tracks

/// The status in words, at most 80 columns wide.
enum StatusText {
  /// The lines of a status.
  static func lines(_ status: Status, now: Double) -> [String] {
    var lines = library(status)
    lines += section("Labels", labels(status))
    lines += section("Model", model(status))
    lines += section("Playlist", playlist(status), whole: [status.playlist.file?.display ?? ""])
    let record = status.trackRecord
    if record.recommended + record.explored.tracks > 0 {
      lines += section(
        "Record",
        [
          "\(record.recommended) recommended so far: \(record.liked) liked, \(record.rejected) rejected, \(record.open) open"
        ]
          + (record.kept.map { [$0.words] } ?? []) + explored(record))
    }
    lines += section(
      "Imports", imports(status), whole: status.imports.flatMap { [$0.file.display, $0.file.name.display] })
    if !status.sources.isEmpty {
      lines += section(
        "Sources", status.sources.map { "\($0.path): \(words($0.state, status.daemon))" },
        whole: status.sources.map(\.path))
    }
    // Where paths are the same on both machines there is nothing to know.
    let derived = status.derivedPaths.filter { $0.windows != $0.here }
    if !derived.isEmpty {
      lines += section(
        "Paths", derived.map { "\($0.windows) is \($0.here) (found out; set `paths` to decide)" },
        whole: derived.flatMap { [$0.windows, $0.here] })
    }
    lines += section("Daemon", [daemon(status, now: now)])
    // Without a daemon there is nothing to say of watching and training but that there is none.
    if status.daemon.isRunning { lines += section("Watching", [watch(status.watch)]) }
    if status.daemon.isRunning, let reason = status.retraining.reason {
      let when = status.retraining.nextAt.map { "in \(Layout.duration(max(0, $0 - now))): " } ?? ""
      lines += section("Training", [when + reason])
    }
    for advice in status.advice {
      lines += Layout.wrap("! " + advice, 79, indent: 2, whole: status.sources.map(\.path)).map(Terminal.warning)
    }
    return lines
  }

  /// The line at which a section begins; `nil` where there is none of the name.
  static func start(of name: String, in lines: [String]) -> Int? {
    lines.firstIndex { $0.hasPrefix(Terminal.bold(name)) }
  }

  private static let margin = 10

  private static func section(_ name: String, _ texts: [String], whole: [String] = []) -> [String] {
    var lines: [String] = []
    for text in texts {
      for line in Layout.wrap(text, 79 - margin, whole: whole) {
        let head = lines.isEmpty ? Terminal.bold(name) + String(repeating: " ", count: margin - name.count) : ""
        lines.append((head.isEmpty ? String(repeating: " ", count: margin) : head) + line)
      }
    }
    return lines
  }

  private static func library(_ status: Status) -> [String] {
    let library = status.library
    var words = [counted(library.files, "file"), "\(library.analysed) analysed"]
    if library.waiting > 0 {
      var waiting = "\(library.waiting) waiting"
      if let left = status.secondsLeft { waiting += " (about \(Layout.duration(left)))" }
      words.append(waiting)
    }
    if library.unreadable > 0 { words.append("\(library.unreadable) cannot be read for now") }
    if library.failed > 0 { words.append("\(library.failed) failed (see `indexctl failures`)") }
    if library.missing > 0 { words.append("\(library.missing) missing on disk") }
    var texts = [words.joined(separator: ", ")]
    let cue = status.cueTracks
    if cue.tracks > 0 {
      texts.append(
        "\(counted(cue.tracks, "track")) of cue sheets, \(cue.analysed) analysed; a playlist cannot name them, so "
          + "\(cue.unaddressable) unheard ones cannot be recommended")
    }
    if status.taggedFiles > 0 {
      texts.append("\(status.taggedFiles) files tell in their tags how often they were played")
    }
    return section("Library", texts)
  }

  private static func labels(_ status: Status) -> [String] {
    func counts(_ labels: [TrackLabel: Int]) -> String {
      TrackLabel.allCases.map { "\(labels[$0] ?? 0) \($0.rawValue)" }.joined(separator: ", ")
    }
    var lines = [counts(status.labels)]
    if status.labels[.excluded] ?? 0 > 0 {
      lines.append("excluded: copies, short versions, what cannot be analysed or you ignore; see `indexctl labels`")
    }
    if status.cueTracks.tracks > 0 { lines.append("of cue sheets: " + counts(status.cueTracks.labels)) }
    func now(_ label: TrackLabel) -> Int { (status.labels[label] ?? 0) + (status.cueTracks.labels[label] ?? 0) }
    // What has become of them since makes it stale: it is no news any more.
    if let changes = status.changes, changes.newlyGood <= now(.good), changes.newlyBad <= now(.bad) {
      lines.append("changed by the import of \(WallTime.text(changes.since)): \(changes.words)")
    }
    return lines
  }

  private static func model(_ status: Status) -> [String] {
    guard let model = status.model else { return ["none yet"] }
    let breakdown = model.breakdown.map(BreakdownText.words) ?? []
    return [
      "\(model.learner), trained \(WallTime.text(model.trainedAt)) on \(model.songs) judged songs",
      "AUC \(Layout.decimals(model.auc, 2)) (\(Layout.decimals(model.aucLow, 2)) to "
        + "\(Layout.decimals(model.aucHigh, 2))) on songs it had not seen, whole \(model.split)s held out; "
        + "\(Layout.percent(model.baseRate)) of the judged songs are liked",
    ] + (model.aucLow <= 0.5 ? ["may rank no better than a coin: the AUC may be 0.50 or less"] : []) + breakdown
  }

  private static func playlist(_ status: Status) -> [String] {
    guard let file = status.playlist.file else { return ["none yet"] }
    let lines = ["\(file.display)"]
    let exploring = status.playlist.exploring
    let teaching =
      exploring > 0 ? ["\(counted(exploring, "track")) to teach the model, of which nothing is promised"] : []
    let change = status.playlist.change.map { ["\(WallTime.text($0.at)): \($0.words)"] } ?? []
    let rest = [status.playlist.heldBack?.words].compactMap(\.self) + change
    if status.playlist.tracks == exploring { return lines + ["empty: \(emptiness(status))"] + teaching + rest }
    let standing = status.playlist.standing
    return lines + [standing?.words ?? counted(status.playlist.tracks - exploring, "track")]
      + [standing?.limits].compactMap(\.self) + teaching + rest
  }

  private static func explored(_ record: Status.TrackRecord) -> [String] {
    let (tracks, liked, rejected) = record.explored
    guard tracks > 0 else { return [] }
    return ["\(tracks) to teach the model: \(liked) liked, \(rejected) rejected, \(tracks - liked - rejected) open"]
  }

  private static func emptiness(_ status: Status) -> String {
    if status.labels[.unheard] ?? 0 == 0 { return "there is no track that you have not heard" }
    if status.model == nil { return "there is no model yet that could tell what you will like" }
    if status.playlist.isFlat { return "every unheard track has the same score, so none can be chosen" }
    if status.playlist.isAllTooShort { return "every unheard track is shorter than `playlist.shortest`" }
    return "no unheard track is good enough, and `playlist.atLeast` asks for none below that"
  }

  /// The imports that are told one by one of each kind: the newest.
  private static let (shownImports, shownRefusals) = (20, 5)

  private static func imports(_ status: Status) -> [String] {
    let accepted = status.imports.filter { $0.refusal == nil }
    let refused = status.imports.filter { $0.refusal != nil }
    var lines = (accepted.suffix(shownImports) + refused.suffix(shownRefusals)).flatMap(importLines)
    if accepted.count > shownImports {
      lines.append("and \(accepted.count - shownImports) older ones (`indexctl status --json` lists them)")
    }
    let left = status.refusedImports - min(refused.count, shownRefusals)
    if left > 0 { lines.append("and \(counted(left, "more file")) refused; remove what is no export") }
    return lines
  }

  private static func importLines(_ row: Status.ImportNumbers) -> [String] {
    if let refusal = row.refusal { return ["refused: \(refusal)"] }
    var lines = [
      "\(row.file.name.display) of \(WallTime.day(row.exportedAt)): \(counted(row.entries, "entry", "entries")), \(row.matched) matched, \(row.ambiguous) ambiguous, "
        + "\(row.missing) without a file"
    ]
    lines += row.warnings.prefix(3).map { "  " + $0 }
    return lines
  }

  private static func words(_ state: Source.State, _ daemon: Status.DaemonState) -> String {
    switch state {
    case .watched where !daemon.isRunning, .polled where !daemon.isRunning: "read whenever indexd runs"
    case .watched: "watched"
    case .polled: "looked at every minute"
    case .read: "read whenever indexd runs"
    case .away: "away"
    case .empty: "there, but holds no export"
    case .failing: "not all of it can be read"
    }
  }

  private static func watch(_ watch: Status.WatchState) -> String {
    switch watch {
    case .live: "live"
    case .degraded(let reason): "degraded: \(reason)"
    case .off(let reason): "off: \(reason)"
    }
  }

  private static func daemon(_ status: Status, now: Double) -> String {
    let daemon = status.daemon
    guard daemon.isRunning else { return status.isTrial ? "not running; a trial needs none" : "not running" }
    var words = "running"
    if let since = daemon.since { words += " for \(Layout.duration(max(0, now - since)))" }
    if let activity = daemon.activity { words += ", \(activity)" }
    return words
  }
}
