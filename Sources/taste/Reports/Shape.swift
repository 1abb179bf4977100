/// What points of one kind look like: no two kinds differ in colour alone.
enum Shape: Sendable {
  case disc
  case cross
  case star
  case ring
  case square

  /// The shape of a series of a plot.
  static func of(series: Int) -> Shape {
    switch series {
    case 1: .disc
    case 2: .square
    case 3: .cross
    default: .ring
    }
  }

  /// The shape around a place.
  func drawing(_ x: Double, _ y: Double, size: Double, style: String) -> HTML {
    func place(_ dx: Double, _ dy: Double) -> String { Words.place(x + dx * size) + " " + Words.place(y + dy * size) }
    switch self {
    case .disc, .ring:
      return """
        <circle class="\(style)" cx="\(Words.place(x))" cy="\(Words.place(y))" r="\(Words.place(size))"/>
        """
    case .square:
      return """
        <path class="\(style)" d="M\(place(-0.9, -0.9))L\(place(0.9, -0.9))L\(place(0.9, 0.9))L\(place(-0.9, 0.9))Z"/>
        """
    case .cross:
      return """
        <path class="\(style)" d="M\(place(-1, -1))L\(place(1, 1))M\(place(1, -1))L\(place(-1, 1))"/>
        """
    case .star:
      // Ten corners of a five-pointed star, the first at the top.
      let corners = [
        (0.0, -1.5), (0.37, -0.5), (1.43, -0.46), (0.59, 0.19), (0.88, 1.21), (0.0, 0.62), (-0.88, 1.21), (-0.59, 0.19),
        (-1.43, -0.46), (-0.37, -0.5),
      ]
      let path = corners.enumerated().map { ($0.offset == 0 ? "M" : "L") + place($0.element.0, $0.element.1) }.joined()
      return """
        <path class="\(style)" d="\(path)Z"/>
        """
    }
  }
}
