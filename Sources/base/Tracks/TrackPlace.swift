/// Where a track is, as it is named on a command line: a file, or `FILE|subsong:N` for a track of its cue sheet.
public struct TrackPlace: Sendable, Hashable, Comparable {
  /// The file.
  public var path: FilePath
  /// The number of the track in the file's cue sheet, 0 for the whole file.
  public var number: Int

  /// A track of these values.
  public init(path: FilePath, number: Int = 0) {
    self.path = path
    self.number = number
  }

  private static let mark = Array("|subsong:".utf8)

  /// The track that is named so.
  public init(named name: FilePath) {
    self.init(path: name)
    let bytes = name.bytes
    guard let colon = bytes.lastIndex(of: UInt8(ascii: ":")), colon + 1 >= Self.mark.count,
      bytes[(colon + 1 - Self.mark.count)...colon].elementsEqual(Self.mark),
      let number = Int(String(decoding: bytes[(colon + 1)...], as: UTF8.self)), number > 0
    else { return }
    self.init(path: FilePath(bytes: Array(bytes[..<(colon + 1 - Self.mark.count)])), number: number)
  }

  /// The track's name.
  public var name: FilePath {
    number == 0 ? path : FilePath(bytes: path.bytes + Self.mark + Array(String(number).utf8))
  }

  /// The track's name for people.
  public var display: String { name.display }

  /// Orders by file, then by number.
  public static func < (left: TrackPlace, right: TrackPlace) -> Bool {
    (left.path, left.number) < (right.path, right.number)
  }
}
