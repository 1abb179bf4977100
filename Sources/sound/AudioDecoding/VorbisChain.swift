import Tracks

/// The links of a chained Vorbis file on one time line: that of the first link's rate.
struct VorbisChain {
  /// A link of the chain.
  struct Link {
    var rate: Int
    /// Where it begins on the time line.
    var start: Int64
    /// Its frames on the time line.
    var frames: Int64
    /// The frames of its own rate that are before it in the file.
    var before: Int64
  }

  private(set) var links: [Link] = []

  /// Whether every link has the rate of the first: then frames are frames.
  var isEven: Bool { links.allSatisfy { $0.rate == links[0].rate } }

  /// The frames on the time line.
  var frames: Int64 { links.last.map { $0.start + $0.frames } ?? 0 }

  /// Appends a link of `frames` frames at a rate in Hz.
  mutating func append(rate: Int, frames: Int64) {
    let first = links.first?.rate ?? rate
    let length = Int64(KernelNumber.integer((Double(frames) * Double(first) / Double(rate)).rounded()))
    let before = links.last.map {
      $0.before + Int64(KernelNumber.integer((Double($0.frames) * Double($0.rate) / Double(first)).rounded()))
    }
    links.append(Link(rate: rate, start: self.frames, frames: length, before: before ?? 0))
  }

  /// The frame of the file that a frame on the time line is.
  func frame(at place: Int64) -> Int64 {
    guard let first = links.first, let link = links.last(where: { $0.start <= place }) else { return place }
    return link.before
      + Int64(KernelNumber.integer((Double(place - link.start) * Double(link.rate) / Double(first.rate)).rounded()))
  }
}
