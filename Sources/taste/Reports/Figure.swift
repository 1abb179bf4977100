/// A plot with its heading, its words, its legend and the numbers behind it.
struct Figure: Sendable {
  /// The name that parts of the figure are found by; unique in the document.
  var id: String
  var title: String
  /// What it shows and how to read it.
  var words: HTML
  /// What a listener who does not see the plot should know of it, in a sentence.
  var summary: String
  /// The drawing, in a field of 400 by `height`.
  var drawing: HTML
  var height = Plot.height
  /// The series in the order of their numbers, where there are several.
  var legend: [String] = []
  var table: DataTable

  var html: HTML {
    let legendRow: HTML =
      legend.isEmpty ? "" : "<ul class=\"legend\">\(legend.enumerated().map { entry($0.offset + 1, $0.element) })</ul>"
    return """
      <figure id="\(id)">
      <figcaption><h3>\(title)</h3><p>\(words)</p></figcaption>
      <svg viewBox="0 0 400 \(Words.place(height))" role="img" aria-labelledby="\(id)-t \(id)-d"><title id="\(id)-t">\(title)</title><desc id="\(id)-d">\(summary)</desc>
      \(drawing)
      </svg>
      \(legendRow)
      \(table.details(id: "\(id)-data", summary: "Numbers of “\(title)”"))
      </figure>
      """
  }

  private func entry(_ series: Int, _ name: String) -> HTML {
    """
    <li><svg viewBox="0 0 34 12" aria-hidden="true"><path class="line s\(series)" d="M1 6L33 6"/>\(Shape.of(series: series).drawing(17, 6, size: 4, style: "mark s\(series)"))</svg>\(name)</li>
    """
  }
}

/// The numbers behind a plot, or a list of their own.
struct DataTable: Sendable {
  var header: [String]
  var rows: [[String]]
  /// The columns that hold numbers.
  var numbers: Set<Int> = []
  /// Whether the first cell of a row names it.
  var hasRowNames = false
  /// The column that holds sentences.
  var sentences: Int?

  /// The table, in a box of its own that scrolls sideways where it is too wide.
  func html(caption: String) -> HTML {
    let heads = header.enumerated().map { column, words -> HTML in
      "<th scope=\"col\"\(style(column))>\(words)</th>"
    }
    let lines = rows.map { row -> HTML in
      let cells = row.enumerated().map { column, words -> HTML in
        column == 0 && hasRowNames
          ? "<th scope=\"row\"><bdi>\(words)</bdi></th>" : "<td\(style(column))><bdi>\(words)</bdi></td>"
      }
      return "<tr>\(cells)</tr>\n"
    }
    return """
      <div class="scroll" tabindex="0" role="region" aria-label="\(caption)"><table><caption>\(caption)</caption><thead><tr>\(heads)</tr></thead><tbody>
      \(lines)</tbody></table></div>
      """
  }

  /// The table behind a line that opens it.
  func details(id: String, summary: String) -> HTML {
    "<details id=\"\(id)\"><summary>\(summary)</summary>\(html(caption: summary))</details>"
  }

  private func style(_ column: Int) -> HTML {
    numbers.contains(column) ? " class=\"n\"" : column == sentences ? " class=\"words\"" : ""
  }
}

/// A part of the report under a heading.
struct Section: Sendable {
  var id: String
  var title: String
  var body: HTML

  var html: HTML {
    """
    <section id="\(id)" aria-labelledby="\(id)-h"><h2 id="\(id)-h">\(title)</h2>
    \(body)
    </section>
    """
  }
}
