import TasteModel
import Tracks

extension TasteReport {
  /// The report as one HTML file that refers to nothing outside itself.
  public var html: String {
    let sections = self.sections
    let contents = sections.map { "<li><a href=\"#\($0.id)\">\($0.title)</a></li>" as HTML }
    let kept: HTML = keptStudies.map { "\n\(HTML(stringLiteral: Self.keptMark))\($0)\">" } ?? ""
    let page: HTML = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src '\(PageScript.hash)'">
      <meta name="generator" content="indexd \(version)">\(kept)
      <link rel="icon" href="data:,">
      <title>indexd: what it has learned of your taste</title>
      <style>\(HTML(stringLiteral: PageStyle.text))</style>
      </head>
      <body>
      <a class="skip" href="#main">Skip to the report</a>
      <header>
      <p class="brand">indexd</p>
      <h1>What indexd has learned of your taste</h1>
      <p class="made">Made \(Words.time(madeAt)) from \(Words.count(analysed, "analysed track", "analysed tracks")). This file holds names of your music; it loads nothing from anywhere.</p>
      </header>
      <nav aria-label="Contents"><ul>\(contents)</ul></nav>
      <main id="main" tabindex="-1">
      \(sections.map(\.html))
      </main>
      <footer><p>indexd \(version). Figures of the model come from songs that it had not seen.</p></footer>
      <script>\(HTML(stringLiteral: PageScript.text))</script>
      </body>
      </html>

      """
    return page.text
  }

  /// What stands before the kept studies in the file; a quote ends them.
  public static let keptMark = "<meta name=\"indexd-studies\" content=\""

  /// The parts that have content.
  private var sections: [Section] {
    var sections = [summarySection]
    if !recommended.isEmpty { sections.append(listSection) }
    if !map.points.isEmpty { sections.append(mapSection) }
    if let model { sections.append(qualitySection(model)) }
    if let learning = learningSection { sections.append(learning) }
    if let sound = soundSection { sections.append(sound) }
    sections.append(labelSection)
    if model != nil || !models.isEmpty { sections.append(modelSection) }
    return sections
  }

  // MARK: In short

  private var summarySection: Section {
    var cards: [(name: String, value: String, words: String)] = []
    if let model {
      let figures = model.figures
      cards.append(
        (
          "Judged songs", String(figures.songs),
          "\(figures.good) liked (\(Words.percent(figures.baseRate))), \(figures.songs - figures.good) rejected"
        ))
      cards.append(
        (
          "AUC", Words.decimals(figures.auc, 2),
          "of 100 pairs of a liked and a rejected song it ranks \(Words.decimals(figures.auc * 100, 0)) the right way; "
            + "95% interval \(Words.decimals(figures.aucLow, 2)) to \(Words.decimals(figures.aucHigh, 2)), 0.50 is a coin"
        ))
      let value = targetMet ? "\(Words.percent(figures.promised)) promised" : isGuess ? "a guess" : "a best guess"
      cards.append(
        ("Playlist", standing == nil ? "empty" : value, standing ?? "there is nothing that could be recommended"))
    }
    let exploring = recommended.count(where: \.explores)
    if exploring + record.explored.tracks > 0 {
      cards.append(
        (
          "To teach the model", Words.count(exploring, "track", "tracks"),
          "nothing is promised of them; of \(record.explored.tracks) so far you have come to like "
            + "\(record.explored.liked) and thrown out \(record.explored.rejected)"
        ))
    }
    if record.recommended > 0 {
      cards.append(
        (
          "Track record",
          record.liked + record.rejected == 0
            ? "\(record.open) open" : "\(record.liked) of \(record.liked + record.rejected)",
          "of \(record.recommended) recommended so far you have come to like \(record.liked) and thrown out "
            + "\(record.rejected); \(record.open) are not judged yet"
        ))
    }
    let list = cards.map { card -> HTML in
      "<div><dt>\(card.name)</dt><dd><strong>\(card.value)</strong> <span>\(card.words)</span></dd></div>\n"
    }
    let missing: HTML =
      model == nil
      ? """
      <p class="notice"><strong>There is no model yet.</strong> indexd learns from songs that you like and songs that you have thrown out, at least 20 of each. Until then it recommends nothing, and this report only tells what is in the library.</p>
      """ : ""
    let lines = advice.map { "<li>\($0)</li>" as HTML }
    let told: HTML = lines.isEmpty ? "" : "<h3>What you should know</h3><ul class=\"advice\">\(lines)</ul>"
    return Section(
      id: "summary", title: "In short",
      body: """
        \(missing)<dl class="cards">\(list)</dl>
        \(told)
        """)
  }

  // MARK: The playlist

  /// Whether the model may rank no better than a coin, so that its scores are no probabilities that anybody may rely on.
  var isGuess: Bool { model?.figures.isNoBetterThanChance == true }

  private var listSection: Section {
    let entries = recommended.map { track -> HTML in
      var reasons: [HTML] = []
      if !track.speaksFor.isEmpty {
        reasons.append("<p><b>For it:</b> \(track.speaksFor.joined(separator: ", ")).</p>")
      }
      if !track.speaksAgainst.isEmpty {
        reasons.append("<p><b>Against it:</b> \(track.speaksAgainst.joined(separator: ", ")).</p>")
      }
      if let near = track.nearestLiked {
        reasons.append("<p><b>Of what you like it sounds most like</b> <bdi>\(near)</bdi>.</p>")
      }
      let since: HTML =
        track.since.map { since in
          "<p class=\"since\">\(track.explores ? "here to teach the model" : "recommended") since \(Words.date(since))</p>"
        } ?? ""
      return """
        <li><p class="track"><span class="chance">\(isGuess ? "guess" : Words.percent(track.probability))</span> <bdi>\(track.name)</bdi></p>
        \(reasons)<p class="path"><bdi>\(track.path)</bdi></p>\(since)</li>

        """
    }
    let meaning =
      isGuess
      ? "The model may rank no better than a coin, so each is a guess."
      : "The figure is the track's score: how probable the model says it is that you like it; what its scores were worth so "
        + "far is told under Calibration. \(limits ?? "")"
    return Section(
      id: "list", title: "Recommended tracks",
      body: """
        <p>Tracks that you have not heard, best first. \(meaning)</p>
        <ol class="tracks">\(entries)</ol>
        """)
  }

  // MARK: Labels

  private var labelSection: Section {
    let most = max(1, reasons.map(\.count).max() ?? 1)
    let rows = reasons.map { row -> HTML in
      let width = Words.place(100 * Double(row.count) / Double(most))
      return """
        <tr><th scope="row">\(row.label.rawValue)</th><td>\(row.reason)</td><td class="n">\(row.count)</td><td class="meter" aria-hidden="true"><span class="l-\(row.label.rawValue)" style="width:\(width)%"></span></td></tr>

        """
    }
    let table: HTML =
      reasons.isEmpty
      ? "<p>No file has a label yet.</p>"
      : """
      <div class="scroll" tabindex="0" role="region" aria-label="Labels and their reasons"><table id="reasons"><caption>Files by label and reason</caption><thead><tr><th scope="col">label</th><th scope="col">reason</th><th scope="col" class="n">files</th><th scope="col"><span class="hidden">share</span></th></tr></thead><tbody>
      \(rows)</tbody></table></div>
      """
    return Section(
      id: "labels", title: "Labels and their reasons",
      body: """
        <p>Good and bad files are what the model learns from; unheard ones can be recommended. <code>indexctl explain TRACK</code> tells every rule that fired for a track.</p>
        \(table)
        """)
  }

  // MARK: Models

  private var modelSection: Section {
    let rows = models.map { line -> [String] in
      let figures = line.figures
      return [
        (line.isActive ? "▸ " : "") + String(line.id), line.learner, Words.time(line.trainedAt), String(figures.songs),
        figures.split.rawValue,
        "\(Words.decimals(figures.auc, 2)) (\(Words.decimals(figures.aucLow, 2))–\(Words.decimals(figures.aucHigh, 2)))",
        line.verdict,
      ]
    }
    let table = DataTable(
      header: ["model", "learner", "trained", "songs", "split", "AUC (95%)", "gate"],
      rows: rows, numbers: [3], hasRowNames: true, sentences: 6)
    let outcome: HTML =
      record.recommended == 0
      ? "<p>Nothing was recommended so far.</p>"
      : """
      <p>Of \(Words.count(record.recommended, "track", "tracks")) recommended so far you have come to like \(record.liked), thrown out \(record.rejected), and not yet judged \(record.open).</p>
      """
    return Section(
      id: "models", title: "Track record and models",
      body: """
        \(outcome)
        \(kept.map { "<p>\($0)</p>" } ?? "")
        <p>The model in use is marked ▸. <code>indexctl models --use ID</code> goes back to a model.</p>
        \(table.html(caption: "All models, the newest first"))
        """)
  }
}
