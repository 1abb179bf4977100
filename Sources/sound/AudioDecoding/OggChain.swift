import Tracks

/// The links of a chained Ogg file, one after the other at the rate of the first.
final class OggChain: FrameSource {
  private let file: ByteFile
  private let path: FilePath
  private let properties: AudioProperties
  private let scratch: Scratch
  private let links: [Container]
  private var next = 0
  private var current: LibavStream?

  let sampleRate: Int
  /// Only what is decoded tells how long a link is.
  let cheapGap = Int.max

  var failure: DecodingFailure? { file.failure ?? current?.failure }

  /// A chain at its first frame; one of a single link where the file's streams lie beside each other.
  init(
    _ file: ByteFile, _ container: Container, _ codec: Container.OggCodec, _ path: FilePath,
    _ properties: AudioProperties, scratch: Scratch
  ) {
    self.file = file
    self.path = path
    self.scratch = scratch
    self.properties = properties
    sampleRate = properties.sampleRate
    let starts = OggStream(file, in: container.bytes, codec: codec).starts
    let ends = starts.dropFirst() + [container.bytes.upperBound]
    links = zip(starts, ends).map {
      var link = container
      link.kind = .ogg(codec, chained: false)
      link.bytes = $0..<$1
      return link
    }
  }

  func seek(to frame: Int64) -> Int64? {
    next = 0
    current = nil
    return 0
  }

  func read(into target: MixTarget, count: Int) -> Int {
    var done = 0
    while done < count {
      if let current {
        let got = current.read(into: target + done, count: count - done)
        done += got
        if got > 0 { continue }
        if current.failure != nil { break }
      }
      guard next < links.count else { break }
      // A damaged link is passed over.
      current = try? LibavStream(file, links[next], path, properties, scratch: scratch)
      next += 1
    }
    return done
  }
}
