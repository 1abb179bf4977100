import Foundation
import TestSupport
import Testing
import Tracks

@testable import AudioDecoding

/// Files that are no audio, or hardly any.
@Suite struct FailureTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func reason(_ path: FilePath) -> DecodingFailure.Reason? {
    do {
      _ = try AudioFile.probe(path)
      return nil
    } catch {
      #expect(error.description.hasPrefix(path.display + ": "))
      return error.reason
    }
  }

  @Test func namesWhatIsWrong() throws {
    #expect(reason(FilePath(folder["none.mp3"])) == .missing)
    #expect(reason(FilePath(try folder.write([], to: "empty.flac"))) == .empty)
    #expect(reason(FilePath(folder.path)) == .cannotOpen)
    #expect(reason(FilePath(try folder.write("Lyrics of a song\nin two lines\n", to: "text.mp3"))) == .notAudio)
    #expect(reason(FilePath(try folder.write(WaveFile.bytes([]), to: "silent.wav"))) == .noFrames)
    #expect(reason(FilePath(try folder.write("fLaC", to: "bare.flac"))) == .noFrames)
    let headers = try Fixture.bytes("tone.flac").prefix(42)
    #expect(reason(FilePath(try folder.write(headers, to: "headers.flac"))) == .noFrames)
  }

  @Test func refusesAPipeWithoutWaiting() throws {
    #expect(mkfifo(folder["pipe.mp3"], 0o600) == 0)
    #expect(reason(FilePath(folder["pipe.mp3"])) == .cannotOpen)
  }

  @Test(arguments: ["tone.flac", "tone.mp3", "untagged.mp3", "muxed.ogg", "tone.opus", "tone.wav", "tone.aiff"])
  func stillReadsAFileThatWasCutOff(_ name: String) throws {
    let bytes = try Fixture.bytes(name)
    let path = FilePath(try folder.write(bytes.prefix(bytes.count * 2 / 3), to: name))
    let probed = try AudioFile.probe(path)
    #expect((0.8...2.7).contains(probed.properties.duration))
    let sample = try Fixture.sample(path)
    #expect(abs(Double(sample.count) / 44_100 - probed.properties.duration) < 0.6)
    #expect(abs(Fixture.lag(sample, from: 0)) <= 50)
  }

  /// A process's own memory is a file of which the first page cannot be read: the system says EIO.
  @Test func whatTheSystemCannotReadIsNotTheFilesFault() throws {
    let path = FilePath("/proc/self/mem")
    let descriptor = open("/proc/self/mem", O_RDONLY | O_CLOEXEC)
    try #require(descriptor >= 0)
    let file = ByteFile(descriptor: descriptor, size: 1 << 20, path: path)
    #expect(file.bytes(at: 0, count: 16).isEmpty)
    #expect(file.failure == DecodingFailure(.unreadable, path, detail: "Input/output error"))
    let failure = #expect(throws: DecodingFailure.self) { try AudioFile.look(file, path) }
    #expect(failure?.reason == .unreadable)
  }

  @Test(.enabled(if: BuiltProgram.isInstalled("flac"))) func namesFLACThatNothingDecodes() throws {
    var bytes = WaveFile.bytes([], rate: 8_000)
    let data = (0..<8_000).flatMap { withUnsafeBytes(of: Int32($0 * 200_001).littleEndian, Array.init) }
    bytes[32] = 4
    bytes[34] = 32
    bytes.replaceSubrange(40..<44, with: withUnsafeBytes(of: UInt32(data.count).littleEndian, Array.init))
    let wave = try folder.write(bytes + data, to: "wide.wav")
    try Program.run(["flac", "-s", "-f", "-o", folder["wide.flac"], wave])
    let path = FilePath(folder["wide.flac"])
    let failure = #expect(throws: DecodingFailure.self) { try AudioFile.probe(path) }
    #expect(
      failure?.description
        == "\(path.display): no decoder for this audio; convert the file to FLAC of 16 or 24 bits (FLAC of 32 bits)")
  }

  /// Their names and first bytes are those of audio: they were copied badly, and are not to be removed.
  @Test(
    .enabled(if: Fixture.hasFFmpeg),
    arguments: ["tone.m4a", "alac.m4a", "tone.wma", "tone.wv", "tone.tta", "tone.ape"])
  func neverTakesCutAudioForSomethingElse(_ name: String) throws {
    let bytes = try Fixture.bytes(name)
    for part in [0.001, 0.05, 0.5, 0.9] {
      let count = max(32, Int(Double(bytes.count) * part))
      let path = FilePath(try folder.write(bytes.prefix(count), to: name))
      do {
        let properties = try AudioFile.probe(path).properties
        try SampleReader().read(path, properties: properties, starts: [0]) { #expect($1.count > 0) }
      } catch let failure as DecodingFailure {
        #expect([.damaged, .noFrames].contains(failure.reason), "\(failure)")
      }
    }
  }

  @Test(.enabled(if: Fixture.hasFFmpeg), arguments: ["tone.wma", "tone.tta", "tone.webm"])
  func stillReadsWhatIsLeftOfACutFile(_ name: String) throws {
    let bytes = try Fixture.bytes(name)
    let path = FilePath(try folder.write(bytes.prefix(bytes.count * 2 / 3), to: name))
    let sample = try Fixture.sample(path)
    #expect((1.2...2.7).contains(Double(sample.count) / 44_100))
    #expect(abs(Fixture.lag(sample, from: 0)) <= 50)
  }

  @Test(.enabled(if: Fixture.hasFFmpeg)) func goesOnBehindDamageInBareAAC() throws {
    var bytes = try Fixture.bytes("tone.aac")
    let middle = bytes.count / 2
    bytes.replaceSubrange(middle..<(middle + 500), with: repeatElement(0, count: 500))
    let path = FilePath(try folder.write(bytes, to: "damaged.aac"))
    #expect((2.7...3.1).contains(try AudioFile.probe(path).properties.duration))
  }

  @Test(.enabled(if: Fixture.hasFFmpeg), arguments: ["wmav2:wma", "libopus:mka", "aac:m4a", "tta:tta", "ac3:ac3"])
  func readsFilesBelowASecond(_ format: String) throws {
    let parts = format.split(separator: ":").map(String.init)
    let wave = try folder.write(WaveFile.bytes(Array(Fixture.tone[..<17_640])), to: "short.wav")
    let file = folder["short." + parts[1]]
    try Program.run(["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", wave, "-c:a", parts[0], file])
    let seconds = try Double(Fixture.sample(FilePath(file)).count) / 44_100
    #expect((0.35...0.5).contains(seconds))
  }
}
