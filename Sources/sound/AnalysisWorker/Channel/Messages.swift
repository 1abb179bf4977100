import Tracks

/// The bytes of every value that crosses the channel.
enum Messages {
  static func encode(_ path: FilePath) -> [UInt8] {
    var writer = WireWriter()
    writer.write(path.bytes)
    return writer.bytes
  }

  static func decodePath(_ bytes: [UInt8]) throws(WireFailure) -> FilePath {
    var reader = WireReader(bytes)
    let path = FilePath(bytes: try reader.readList())
    try reader.finish()
    return path
  }

  static func encode(file path: FilePath, errorNumber: Int32) -> [UInt8] {
    var writer = WireWriter()
    writer.write(errorNumber)
    writer.write(path.bytes)
    return writer.bytes
  }

  static func decodeFile(_ bytes: [UInt8], descriptor: Int32) throws(WireFailure) -> HandedFile {
    var reader = WireReader(bytes)
    let errorNumber = try reader.read(Int32.self)
    let path = FilePath(bytes: try reader.readList())
    try reader.finish()
    return HandedFile(path: path, descriptor: descriptor, errorNumber: errorNumber)
  }

  static func encode(_ request: AnalysisRequest) -> [UInt8] {
    var writer = WireWriter()
    writer.write(request.path.bytes)
    writer.write(UInt8(request.variants.count))
    for variant in request.variants { writer.write(variant.rawValue) }
    writer.write(Int64(request.samples))
    writer.write(request.from)
    writer.write(optional: request.to) { $0.write($1) }
    write(request.properties, to: &writer)
    return writer.bytes
  }

  static func decodeRequest(_ bytes: [UInt8]) throws(WireFailure) -> AnalysisRequest {
    var reader = WireReader(bytes)
    let path = FilePath(bytes: try reader.readList())
    var variants: [FeatureVariant] = []
    for _ in 0..<(try reader.read(UInt8.self)) { variants.append(try readVariant(&reader)) }
    let samples = Int(try reader.read(Int64.self))
    let from = try reader.readDouble()
    let to = try reader.readOptional { reader throws(WireFailure) in try reader.readDouble() }
    let properties = try readProperties(&reader)
    try reader.finish()
    return AnalysisRequest(
      path: path, variants: variants, samples: samples, from: from, to: to, properties: properties)
  }

  static func encode(_ request: FingerprintRequest) -> [UInt8] {
    var writer = WireWriter()
    writer.write(request.path.bytes)
    write(request.properties, to: &writer)
    writer.write(request.from)
    writer.write(request.seconds)
    return writer.bytes
  }

  static func decodeFingerprintRequest(_ bytes: [UInt8]) throws(WireFailure) -> FingerprintRequest {
    var reader = WireReader(bytes)
    let request = FingerprintRequest(
      path: FilePath(bytes: try reader.readList()), properties: try readProperties(&reader),
      from: try reader.readDouble(), seconds: try reader.readDouble())
    try reader.finish()
    return request
  }

  static func encode(_ features: [SongFeatures]) -> [UInt8] {
    var writer = WireWriter()
    writer.write(UInt32(features.count))
    for one in features {
      writer.write(one.variant.rawValue)
      writer.write(Int64(one.version))
      writer.write(one.starts)
      writer.write(one.blocks)
      writer.write(one.summary)
    }
    return writer.bytes
  }

  static func decodeFeatures(_ bytes: [UInt8]) throws(WireFailure) -> [SongFeatures] {
    var reader = WireReader(bytes)
    var features: [SongFeatures] = []
    for _ in 0..<(try reader.read(UInt32.self)) {
      let variant = try readVariant(&reader)
      let version = Int(try reader.read(Int64.self))
      let starts = try reader.readList(of: Double.self)
      let blocks = try reader.readList(of: Float16.self)
      let summary = try reader.readList(of: Float.self)
      guard blocks.count == starts.count * BlockLayout(variant).count else {
        throw WireFailure(description: "a sample lacks a part of its block")
      }
      features.append(
        SongFeatures(variant: variant, version: version, starts: starts, blocks: blocks, summary: summary))
    }
    try reader.finish()
    return features
  }

  static func encode(_ audio: ProbedAudio) -> [UInt8] {
    var writer = WireWriter()
    write(audio.properties, to: &writer)
    for field in tagFields {
      writer.write(optional: audio.tags[keyPath: field]) { $0.write($1) }
    }
    let statistics = audio.tags.statistics.sorted { $0.key < $1.key }
    writer.write(UInt32(statistics.count))
    for (key, value) in statistics {
      writer.write(key)
      writer.write(value)
    }
    writer.write(audio.identity.bytes)
    return writer.bytes
  }

  static func decodeAudio(_ bytes: [UInt8]) throws(WireFailure) -> ProbedAudio {
    var reader = WireReader(bytes)
    let properties = try readProperties(&reader)
    var tags = TrackTags()
    for field in tagFields {
      tags[keyPath: field] = try reader.readOptional { reader throws(WireFailure) in try reader.readText() }
    }
    for _ in 0..<(try reader.read(UInt32.self)) {
      let key = try reader.readText()
      tags.statistics[key] = try reader.readText()
    }
    guard let identity = AudioIdentity(bytes: try reader.readList()) else {
      throw WireFailure(description: "a message holds no identity of the audio")
    }
    try reader.finish()
    return ProbedAudio(properties: properties, tags: tags, identity: identity)
  }

  static func encode(_ fingerprint: [UInt32]) -> [UInt8] {
    var writer = WireWriter()
    writer.write(fingerprint)
    return writer.bytes
  }

  static func decodeFingerprint(_ bytes: [UInt8]) throws(WireFailure) -> [UInt32] {
    var reader = WireReader(bytes)
    let fingerprint = try reader.readList(of: UInt32.self)
    try reader.finish()
    return fingerprint
  }

  static func encode(_ failure: WorkerFailure) -> [UInt8] {
    var writer = WireWriter()
    writer.write(failure.reason)
    writer.write(failure.detail)
    return writer.bytes
  }

  static func decodeFailure(_ bytes: [UInt8]) throws(WireFailure) -> WorkerFailure {
    var reader = WireReader(bytes)
    let failure = WorkerFailure(reason: try reader.readText(), detail: try reader.readText())
    try reader.finish()
    return failure
  }

  static func encode(version: UInt32) -> [UInt8] {
    var writer = WireWriter()
    writer.write(version)
    return writer.bytes
  }

  static func encode(progress part: Double) -> [UInt8] {
    var writer = WireWriter()
    writer.write(part)
    return writer.bytes
  }

  static func encode(name: String) -> [UInt8] {
    Array(name.utf8)
  }

  private static var tagFields: [WritableKeyPath<TrackTags, String?>] {
    [
      \.title, \.artist, \.album, \.albumArtist, \.genre, \.date, \.trackNumber, \.discNumber, \.cueSheet,
    ]
  }

  private static func write(_ properties: AudioProperties, to writer: inout WireWriter) {
    writer.write(properties.codec)
    writer.write(Int64(properties.sampleRate))
    writer.write(Int64(properties.channels))
    writer.write(properties.frames)
    writer.write(Int64(properties.subsongs))
    writer.write(Int64(properties.bitRate))
  }

  private static func readProperties(_ reader: inout WireReader) throws(WireFailure) -> AudioProperties {
    AudioProperties(
      codec: try reader.readText(), sampleRate: Int(try reader.read(Int64.self)),
      channels: Int(try reader.read(Int64.self)), frames: try reader.read(),
      subsongs: Int(try reader.read(Int64.self)), bitRate: Int(try reader.read(Int64.self)))
  }

  private static func readVariant(_ reader: inout WireReader) throws(WireFailure) -> FeatureVariant {
    let name = try reader.readText()
    guard let variant = FeatureVariant(rawValue: name) else {
      throw WireFailure(description: "there are no features called \(name)")
    }
    return variant
  }
}
