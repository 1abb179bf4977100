import Foundation
import TestSupport
import Testing
import Tracks

@testable import AudioDecoding

/// Lengths are counted, not believed: of every format the whole file, its first half and a file whose encoder could not
/// go back to its header, each as long as what a decoder gives of it.
@Suite(.enabled(if: Fixture.hasFFmpeg)) struct CountedLengthTests {
  private static let seconds = 8.0
  /// What lengths are promised to differ by from what is heard.
  private static let accuracy = 0.05

  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private static func ffmpeg(_ words: String) -> String { "ffmpeg -v error -nostdin -y -i IN -c:a \(words) OUT" }

  /// The formats whose first half can be heard.
  static let formats =
    Encoder.all.filter { !["AAC", "ALAC"].contains($0.name) } + [
      Encoder(name: "AAC, index first", suffix: "fast.m4a", command: ffmpeg("aac -b:a 160k -movflags +faststart")),
      Encoder(name: "ALAC, index first", suffix: "fast.alac.m4a", command: ffmpeg("alac -movflags +faststart")),
      Encoder(name: "AAC in pieces", suffix: "pieces.mp4", command: ffmpeg("aac -movflags frag_keyframe+empty_moov")),
      Encoder(name: "AAC in LATM", suffix: "latm.aac", command: ffmpeg("aac -f latm")),
      Encoder(name: "AAC in Matroska", suffix: "aac.mka", command: ffmpeg("aac")),
      Encoder(name: "AAC in Flash", suffix: "flv.mp4", command: ffmpeg("aac -f flv")),
      Encoder(name: "FLAC in Matroska", suffix: "flac.mka", command: ffmpeg("flac")),
      Encoder(name: "FLAC in Ogg", suffix: "oga", command: ffmpeg("flac -f ogg")),
      Encoder(name: "Vorbis in Matroska", suffix: "vorbis.mka", command: ffmpeg("libvorbis")),
      Encoder(name: "WebM", suffix: "webm", command: ffmpeg("libopus")),
      Encoder(name: "Speex", suffix: "spx", command: "speexenc IN OUT"),
      Encoder(name: "Speex, ten frames a packet", suffix: "ten.spx", command: "speexenc --nframes 10 IN OUT"),
      Encoder(name: "Speex with silence left out", suffix: "dtx.spx", command: "speexenc --vbr --dtx IN OUT"),
      Encoder(name: "Speex by ffmpeg", suffix: "muxed.spx", command: ffmpeg("libspeex")),
      Encoder(name: "E-AC-3", suffix: "eac3.ac3", command: ffmpeg("eac3 -f eac3")),
      Encoder(name: "DTS", suffix: "dts", command: ffmpeg("dca -strict -2 -ac 2")),
      Encoder(name: "TrueHD", suffix: "thd.ac3", command: ffmpeg("truehd -strict -2 -f truehd")),
      Encoder(name: "WavPack by ffmpeg", suffix: "muxed.wv", command: ffmpeg("wavpack")),
      Encoder(name: "WMA 1", suffix: "one.wma", command: ffmpeg("wmav1")),
      Encoder(name: "WAV", suffix: "copy.wav", command: ffmpeg("pcm_s24le")),
      Encoder(name: "AU", suffix: "au", command: ffmpeg("pcm_s16be")),
      Encoder(name: "Wave64", suffix: "w64", command: ffmpeg("pcm_s16le")),
      Encoder(name: "RF64", suffix: "rf64.wav", command: ffmpeg("pcm_s24le -rf64 always")),
      Encoder(name: "CAF", suffix: "caf", command: ffmpeg("pcm_s16be")),
    ]

  /// Formats whose index stands at the end, so that only the whole file can be heard.
  static let indexedLast = [
    Encoder(name: "AAC", suffix: "m4a", command: ffmpeg("aac -b:a 160k")),
    Encoder(name: "ALAC", suffix: "alac.m4a", command: ffmpeg("alac")),
    Encoder(name: "ALAC in CAF", suffix: "alac.caf", command: ffmpeg("alac")),
  ]

  /// What ffmpeg writes into a pipe, so that no header tells how long it became.
  static let streamed = [
    "libopus -f webm", "libopus -f matroska", "aac -f matroska", "flac -f matroska", "libvorbis -f matroska",
    "wavpack -f wv", "wmav2 -f asf", "aac -f latm", "aac -f adts", "aac -f flv", "libmp3lame -f mp3", "flac -f flac",
    "pcm_s16le -f wav", "pcm_s16be -f au", "pcm_s16be -f caf", "libvorbis -f ogg", "libopus -f ogg", "ac3 -f ac3",
    "truehd -strict -2 -f truehd", "tta -f tta", "aac -movflags frag_keyframe+empty_moov -f mp4",
  ]

  /// A WAV file of a tone that rises.
  private func wave() throws -> String {
    let tone = (0..<Int(Self.seconds * 44_100)).map { index -> Float in
      let time = Double(index) / 44_100
      return Float(0.4 * sin(2 * .pi * (300 * time + 100 * time * time)))
    }
    return try folder.write(WaveFile.bytes(tone), to: "tone.wav")
  }

  /// The seconds that a decoder gives, from the first frame to the last.
  private func decoded(_ path: FilePath, _ properties: AudioProperties) throws -> Double {
    let source = try AudioSource.open(path, properties: properties, scratch: Scratch())
    let memory = Scratch()
    let target = memory.values(Scratch.frames)
    var frames = 0
    while true {
      let got = source.read(into: target, count: Scratch.frames)
      frames += got
      if got < Scratch.frames { return Double(frames) / Double(source.sampleRate) }
    }
  }

  /// Checks that a file is as long as what is heard of it, between two lengths, and that samples come from all of it.
  private func check(_ file: String, from least: Double, to most: Double) throws {
    let path = FilePath(file)
    let probed = try AudioFile.probe(path)
    let length = probed.properties.duration
    #expect((least...most).contains(length), "\(length) s")
    let heard = try decoded(path, probed.properties)
    #expect(abs(length - heard) <= Self.accuracy, "\(length) s stated, \(heard) s heard")
    #expect(try AudioFile.probe(path) == probed, "a second look says the same")
    let starts = (0..<4).map { Double($0) * (length - 1.2) / 3 }
    let samples = try Fixture.samples(path, from: starts)
    #expect(samples.count == starts.count)
    for sample in samples.values {
      let energy = sample.prefix(44_100).reduce(0.0) { $0 + Double($1 * $1) } / 44_100
      #expect(energy.squareRoot() > 0.15, "what is heard is the tone")
    }
  }

  private func half(_ file: String) throws -> String {
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: file)))
    // Not on a border of anything.
    return try folder.write(bytes.prefix(bytes.count / 2 + 13), to: "half-" + (file as NSString).lastPathComponent)
  }

  @Test(arguments: formats) func isThatOfWhatIsHeard(_ encoder: Encoder) throws {
    guard encoder.isInstalled else { return }
    let file = try encoder.encode(wave())
    try check(file, from: Self.seconds - 0.1, to: Self.seconds + 0.1)
    try check(half(file), from: 1.8, to: 5.8)
  }

  @Test(arguments: streamed) func isToldWithoutAHeaderThatStatesIt(_ words: String) throws {
    let file = folder["streamed"]
    let input = try wave()
    try Program.run([
      "sh", "-c", "ffmpeg -v error -nostdin -y -i '\(input)' -c:a \(words) - 2>/dev/null | cat >'\(file)'",
    ])
    try check(file, from: Self.seconds - 0.1, to: Self.seconds + 0.1)
    try check(half(file), from: 1.8, to: 5.8)
  }

  /// No encoder is free: the file is a real one, 3.68 s whose samples are 0 and 1.
  @Test func isCountedInTAK() throws {
    let frames = 162_496
    let whole = try AudioFile.probe(Fixture.path("dither.tak"))
    #expect(whole.properties.codec == "tak" && whole.properties.frames == Int64(frames))
    #expect(abs(try decoded(Fixture.path("dither.tak"), whole.properties) - Double(frames) / 44_100) < 0.001)
    let bytes = try Fixture.bytes("dither.tak")
    for share in [0.75, 0.5, 0.25] {
      let count = Int(Double(bytes.count) * share) + 13
      let path = FilePath(try folder.write(bytes.prefix(count), to: "part \(share).tak"))
      let part = try AudioFile.probe(path).properties
      #expect(abs(part.duration - share * whole.properties.duration) < 0.5, "\(part.duration) s of \(share)")
      #expect(abs(try decoded(path, part) - part.duration) <= Self.accuracy)
    }
  }

  /// Nothing of the halves can be heard; the reason says that they are damaged audio.
  @Test(arguments: indexedLast) func needsAnIndexAtTheEnd(_ encoder: Encoder) throws {
    let file = try encoder.encode(wave())
    try check(file, from: Self.seconds - 0.1, to: Self.seconds + 0.1)
    let path = FilePath(try half(file))
    let failure = #expect(throws: DecodingFailure.self) { try AudioFile.probe(path) }
    #expect(failure?.reason == .damaged)
  }

  /// Some taggers spoil the granule position of the last page, or leave it out.
  @Test(arguments: ["tone.ogg", "tone.opus", "muxed.ogg"], [UInt64.max, 0x1_0000_BB80])
  func isToldWithoutTheLastGranule(_ name: String, _ granule: UInt64) throws {
    var bytes = try Fixture.bytes(name)
    let last = try #require(bytes.indices.dropLast(4).last { bytes[$0..<($0 + 4)].elementsEqual("OggS".utf8) })
    bytes.replaceSubrange((last + 6)..<(last + 14), with: withUnsafeBytes(of: granule.littleEndian, Array.init))
    bytes.replaceSubrange((last + 22)..<(last + 26), with: [0, 0, 0, 0])
    var crc: UInt32 = 0
    for byte in bytes[last...] {
      crc ^= UInt32(byte) << 24
      for _ in 0..<8 { crc = crc & 0x8000_0000 != 0 ? crc << 1 ^ 0x04C1_1DB7 : crc << 1 }
    }
    bytes.replaceSubrange((last + 22)..<(last + 26), with: withUnsafeBytes(of: crc.littleEndian, Array.init))
    let path = FilePath(try folder.write(bytes, to: name))
    let properties = try AudioFile.probe(path).properties
    #expect(abs(properties.duration - 3) < 0.1)
    #expect(abs(try decoded(path, properties) - properties.duration) <= Self.accuracy)
  }

  @Test func taggersThatSpoilTheLastGranuleChangeNoLength() throws {
    let known = try AudioFile.probe(Fixture.path("tone.ogg"))
    let retagged = try AudioFile.probe(Fixture.path("retagged-tone.ogg"))
    #expect(retagged.identity == known.identity)
    #expect(abs(retagged.properties.duration - known.properties.duration) <= Self.accuracy)
  }

  /// Behind a hole the clock runs on, and the sound does not.
  @Test func countsNothingForAHole() throws {
    let encoder = Encoder(name: "Speex", suffix: "spx", command: Self.ffmpeg("libspeex"))
    var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: encoder.encode(wave()))))
    // Whole pages of a second each, in the middle.
    let pages = bytes.indices.dropLast(4).filter { bytes[$0..<($0 + 4)].elementsEqual("OggS".utf8) }
    try #require(pages.count > 8)
    bytes.removeSubrange(pages[4]..<pages[6])
    try check(folder.write(bytes, to: "hole.spx"), from: 5.5, to: 6.5)
  }

  /// Where the end that is stated lies inside the last packet, it is the end.
  @Test func keepsWhatIsStatedInsideTheLastPacket() throws {
    let encoder = Encoder(name: "TTA", suffix: "tta", command: Self.ffmpeg("tta"))
    #expect(try AudioFile.probe(FilePath(encoder.encode(wave()))).properties.frames == Int64(Self.seconds * 44_100))
  }

  @Test func countsPackets() {
    func count(_ packets: [(Double?, Double?)]) -> Double {
      var count = PacketCount()
      for packet in packets { count.add(time: packet.0, duration: packet.1) }
      return count.ticks
    }
    #expect(count([]) == 0)
    #expect(count([(0, 10), (10, 10), (20, 5)]) == 25)
    #expect(count([(0, 23), (24, 23), (47, 23)]) == 70, "a clock of milliseconds rounds")
    #expect(count([(0, 10), (1_000, 10), (1_010, 10)]) == 30, "a gap adds nothing")
    #expect(count([(50, 10), (60, 10)]) == 20, "a stream may begin late")
    #expect(count([(-10, 10), (0, 10)]) == 10, "what comes before time 0 is dropped")
    #expect(count([(0, nil), (20, nil), (40, nil)]) == 60, "without durations the distances count")
    #expect(count([(nil, 10), (nil, 10)]) == 20, "without times the durations count")
    #expect(count([(nil, nil), (nil, nil)]) == 0)
    #expect(count([(0, 10), (-500, 10), (-490, 10)]) == 30, "a clock may be set back")
  }
}
