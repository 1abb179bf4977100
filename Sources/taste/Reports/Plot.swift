/// One axis of a plot.
struct Axis: Sendable {
  var range: ClosedRange<Double>
  var ticks: [(value: Double, text: String)]
  var label: String
  var isLogarithmic = false

  /// Shares from 0 to 1.
  static func share(_ label: String) -> Axis {
    Axis(range: 0...1, ticks: [0, 0.25, 0.5, 0.75, 1].map { ($0, Words.decimals($0, 2)) }, label: label)
  }

  /// From 0 up to a largest value, with about four ticks.
  static func upTo(_ largest: Double, _ label: String, places: Int = 0) -> Axis {
    let steps = [1.0, 2, 5]
    var scale = places > 0 ? 0.01 : 1.0
    var step = scale
    outer: while true {
      for factor in steps where largest / (factor * scale) <= 5 {
        step = factor * scale
        break outer
      }
      scale *= 10
    }
    let count = max(1, Int((largest / step).rounded(.up)))
    let ticks = (0...count).map { (Double($0) * step, Words.decimals(Double($0) * step, places)) }
    return Axis(range: 0...(Double(count) * step), ticks: ticks, label: label)
  }

  /// Between two values, with these as ticks.
  static func between(_ range: ClosedRange<Double>, _ label: String, places: Int) -> Axis {
    let ticks = (0...4).map { range.lowerBound + Double($0) / 4 * (range.upperBound - range.lowerBound) }
    return Axis(range: range, ticks: ticks.map { ($0, Words.decimals($0, places)) }, label: label)
  }

  /// Numbers over several orders of magnitude, with ticks at some of them.
  static func logarithmic(_ values: [Double], _ label: String) -> Axis {
    let low = values.min() ?? 1
    let high = max(values.max() ?? 10, low * 1.5)
    var ticks: [Double] = []
    for value in values.sorted() where value > 0 && (ticks.last.map { value / $0 >= 1.7 } ?? true) {
      ticks.append(value)
    }
    return Axis(
      range: low...high, ticks: ticks.map { ($0, Words.decimals($0, 0)) }, label: label, isLogarithmic: true)
  }

  /// The place of a value between 0 and 1.
  func place(_ value: Double) -> Double {
    func scaled(_ value: Double) -> Double { isLogarithmic ? logarithm(max(value, 1e-9)) : value }
    let (low, high) = (scaled(range.lowerBound), scaled(range.upperBound))
    return high > low ? min(1, max(0, (scaled(value) - low) / (high - low))) : 0.5
  }
}

/// The drawing of a plot: its axes and what lies between them, in a square that text stays readable in at any width.
struct Plot: Sendable {
  static let height = 300.0
  private static let left = 60.0
  private static let right = 380.0
  private static let top = 12.0
  private static let bottom = 250.0

  let horizontal: Axis
  let vertical: Axis

  func x(_ value: Double) -> Double {
    Plot.left + horizontal.place(value) * (Plot.right - Plot.left)
  }

  func y(_ value: Double) -> Double {
    Plot.bottom - vertical.place(value) * (Plot.bottom - Plot.top)
  }

  /// Axes, grid and labels around a content.
  func drawing(_ content: [HTML]) -> HTML {
    let columns = horizontal.ticks.map { tick -> HTML in
      let x = Words.place(x(tick.value))
      return """
        <line class="grid" x1="\(x)" x2="\(x)" y1="12" y2="250"/><text x="\(x)" y="268" text-anchor="middle">\(tick.text)</text>
        """
    }
    let rows = vertical.ticks.map { tick -> HTML in
      let y = y(tick.value)
      return """
        <line class="grid" x1="60" x2="380" y1="\(Words.place(y))" y2="\(Words.place(y))"/><text x="54" y="\(Words.place(y + 4))" text-anchor="end">\(tick.text)</text>
        """
    }
    return """
      \(columns)\(rows)<line class="axis" x1="60" x2="380" y1="250" y2="250"/><line class="axis" x1="60" x2="60" y1="12" y2="250"/>
      <text x="220" y="292" text-anchor="middle">\(horizontal.label)</text>
      <text transform="translate(14 131) rotate(-90)" text-anchor="middle">\(vertical.label)</text>
      \(content)
      """
  }

  /// A line through points, in the style of a series' number.
  func line(_ points: [(x: Double, y: Double)], series: Int, marks: Bool = false) -> HTML {
    let path = points.enumerated().map { number, point in
      (number == 0 ? "M" : "L") + Words.place(x(point.x)) + " " + Words.place(y(point.y))
    }.joined()
    let shapes = marks ? points.map { mark(x($0.x), y($0.y), series: series) } : []
    return """
      <path class="line s\(series)" data-points="\(points.count)" d="\(path)"/>\(shapes)
      """
  }

  /// A vertical interval at a place.
  func whisker(_ at: Double, _ range: ClosedRange<Double>, series: Int) -> HTML {
    let x = Words.place(x(at))
    return """
      <line class="whisker s\(series)" x1="\(x)" x2="\(x)" y1="\(Words.place(y(range.lowerBound)))" y2="\(Words.place(y(range.upperBound)))"/>
      """
  }

  /// A bar that stands on the axis.
  func bar(from: Double, to: Double, height: Double, series: Int, title: String) -> HTML {
    let (left, right, top) = (x(from), x(to), y(height))
    return """
      <rect class="bar s\(series)" x="\(Words.place(left))" y="\(Words.place(top))" width="\(Words.place(max(0, right - left)))" height="\(Words.place(max(0, Plot.bottom - top)))"><title>\(title)</title></rect>
      """
  }

  /// A straight line that guides the eye.
  func guide(from: (x: Double, y: Double), to: (x: Double, y: Double)) -> HTML {
    """
    <line class="guide" x1="\(Words.place(x(from.x)))" y1="\(Words.place(y(from.y)))" x2="\(Words.place(x(to.x)))" y2="\(Words.place(y(to.y)))"/>
    """
  }

  /// The mark of a series: a shape of its own beside the colour.
  func mark(_ x: Double, _ y: Double, series: Int) -> HTML {
    Shape.of(series: series).drawing(x, y, size: 4, style: "mark s\(series)")
  }
}

/// The natural logarithm.
private func logarithm(_ value: Double) -> Double {
  Words.logarithm(value)
}
