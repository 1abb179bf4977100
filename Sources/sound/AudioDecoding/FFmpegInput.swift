import Tracks

extension FFmpeg {
  /// A file as FFmpeg is to see it.
  struct Input {
    /// The file.
    let path: FilePath
    /// The part of it that FFmpeg may see; `nil` for all.
    let bytes: Range<Int64>?

    /// A whole file.
    init(_ path: FilePath) {
      self.path = path
      bytes = nil
    }

    /// A file of this kind: bare streams of frames without the tags around them, in which FFmpeg would look for frames.
    init(_ file: ByteFile, _ container: Container, _ path: FilePath) {
      self.path = path
      let isBare = container.kind == .other || container.kind == .adts
      let isTagged = container.bytes.lowerBound > 0 || container.bytes.upperBound < file.size
      bytes = isBare && isTagged && !container.bytes.isEmpty ? container.bytes : nil
    }

    /// The words that name it: never an option, never another protocol, nothing but itself to be opened.
    var words: [[UInt8]] {
      var name = Array("file:".utf8) + path.bytes
      if let bytes {
        name = Array("subfile,,start,\(bytes.lowerBound),end,\(bytes.upperBound),,:".utf8) + name
      }
      return FFmpeg.words("-protocol_whitelist", bytes == nil ? "file" : "file,subfile", "-i") + [name]
    }
  }
}
