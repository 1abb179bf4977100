extension TasteReport {
  /// What the kinds of points look like and are called.
  private static let kinds: [(kind: Map.Point.Kind, shape: Shape, size: Double, words: String)] = [
    (.other, .ring, 2.2, "not judged"), (.bad, .cross, 2.8, "rejected"), (.good, .disc, 3.2, "liked"),
    (.listed, .star, 4, "recommended"),
  ]

  /// Places from 0 to 1: evenly drawn where most values lie, far-out values drawn nearer, in their order.
  private static func spread(_ values: [Double]) -> [Double] {
    let sorted = values.sorted()
    guard let first = sorted.first, let last = sorted.last, last > first else { return values.map { _ in 0.5 } }
    let middle = sorted[sorted.count / 2]
    let width = max(sorted[sorted.count * 9 / 10] - sorted[sorted.count / 10], (last - first) / 100)
    let bent = values.map { Words.bent(1.5 * ($0 - middle) / width) }
    let (low, high) = (Words.bent(1.5 * (first - middle) / width), Words.bent(1.5 * (last - middle) / width))
    return bent.map { ($0 - low) / (high - low) }
  }

  /// The map of the library.
  var mapSection: Section {
    let field = 400.0
    let (across, up) = (Self.spread(map.points.map(\.x)), Self.spread(map.points.map(\.y)))
    var marks: [HTML] = []
    var number = 0
    for (kind, shape, size, words) in Self.kinds {
      for (place, point) in map.points.enumerated() where point.kind == kind {
        let (x, y) = (12 + across[place] * (field - 24), field - 12 - up[place] * (field - 24))
        let chance = point.probability.flatMap { isGuess ? nil : ", \(Words.percent($0))" } ?? ""
        let name = "\(point.name) (\(words)\(chance))"
        // One stop of the tab key for the whole map; the arrow keys go from point to point.
        marks.append(
          """
          <g class="p k-\(kind.rawValue)" role="img" tabindex="\(number == 0 ? "0" : "-1")" aria-label="\(name)" data-x="\(Words.place(x))" data-y="\(Words.place(y))"><title>\(name)</title>\(shape.drawing(x, y, size: size, style: "dot"))</g>

          """)
        number += 1
      }
    }
    let switches = Self.kinds.reversed().map { kind, shape, _, words -> HTML in
      let count = map.points.count { $0.kind == kind }
      return """
        <li><label><input type="checkbox" id="show-\(kind.rawValue)" checked><svg class="k-\(kind.rawValue)" viewBox="0 0 16 16" aria-hidden="true">\(shape.drawing(8, 8, size: 5, style: "dot"))</svg>\(words) (\(count))</label></li>

        """
    }
    let table = DataTable(
      header: ["track", "on the map as", "score"],
      rows: map.points.filter { $0.kind != .other }.sorted { ($0.name, $0.x) < ($1.name, $1.x) }.map { point in
        [
          point.name, Self.kinds.first { $0.kind == point.kind }?.words ?? "",
          point.probability.flatMap { isGuess ? nil : Words.decimals($0, 2) } ?? "–",
        ]
      }, numbers: [2], hasRowNames: true)
    let part =
      map.points.count < map.tracks
      ? "It shows \(map.points.count) of \(map.tracks) tracks: all recommended ones, and judged and other ones spread evenly. "
      : ""
    return Section(
      id: "map", title: "A map of your library",
      body: """
        <p>Tracks that sound alike lie near each other. The two directions are those in which your music differs most; they have no names, and what lies far out is drawn nearer. \(part)Point at a mark, or go to the map with the tab key and from mark to mark with the arrow keys.</p>
        <div class="map">
        <ul class="legend switches">\(switches)</ul>
        <svg id="map-field" viewBox="0 0 400 400" role="group" aria-label="Map of the library: \(map.points.count) tracks">
        <rect class="field" width="400" height="400"/>
        \(marks)</svg>
        <p class="told" id="map-told" aria-live="polite">The name of a mark stands here.</p>
        </div>
        \(table.details(id: "map-data", summary: "Judged and recommended tracks of the map"))
        """)
  }
}
