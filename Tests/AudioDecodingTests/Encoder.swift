import Foundation
import TestSupport
import Testing

/// A program that makes files of one format out of WAV files.
struct Encoder: CustomTestStringConvertible, Sendable {
  /// The format, for people.
  let name: String
  /// How its files are called.
  let suffix: String
  /// The program and its arguments; `IN` stands for the WAV file, `OUT` for the new one.
  let command: String

  var testDescription: String { name }

  /// The formats of ordinary collections, each by the encoder that people use for it, and by ffmpeg's where that writes
  /// other files.
  static let all = [
    Encoder(name: "FLAC", suffix: "flac", command: "flac -s -5 -o OUT IN"),
    Encoder(name: "MP3", suffix: "mp3", command: "lame --quiet -V 2 IN OUT"),
    Encoder(name: "MP3 without a tag", suffix: "untagged.mp3", command: "lame --quiet -V 5 -t IN OUT"),
    Encoder(name: "MP3 of 128 kbit/s by ffmpeg", suffix: "muxed.mp3", command: ffmpeg("libmp3lame -b:a 128k")),
    Encoder(name: "MP2", suffix: "mp2", command: ffmpeg("mp2 -b:a 192k")),
    Encoder(name: "Vorbis", suffix: "ogg", command: "oggenc -Q -q 5 -o OUT IN"),
    Encoder(name: "Vorbis by ffmpeg", suffix: "muxed.ogg", command: ffmpeg("libvorbis -q:a 3")),
    Encoder(name: "Opus", suffix: "opus", command: "opusenc --quiet --bitrate 96 IN OUT"),
    Encoder(name: "Opus by ffmpeg", suffix: "muxed.opus", command: ffmpeg("libopus -b:a 96k")),
    Encoder(name: "Opus in Matroska", suffix: "mka", command: ffmpeg("libopus -b:a 96k")),
    Encoder(name: "AAC", suffix: "m4a", command: ffmpeg("aac -b:a 160k")),
    Encoder(name: "bare AAC", suffix: "aac", command: ffmpeg("aac -b:a 160k")),
    Encoder(name: "ALAC", suffix: "alac.m4a", command: ffmpeg("alac")),
    Encoder(name: "WavPack", suffix: "wv", command: "wavpack -q -y IN -o OUT"),
    Encoder(name: "TTA", suffix: "tta", command: ffmpeg("tta")),
    Encoder(name: "WMA", suffix: "wma", command: ffmpeg("wmav2 -b:a 160k")),
    Encoder(name: "AC-3", suffix: "ac3", command: ffmpeg("ac3 -b:a 192k")),
    Encoder(name: "AIFF", suffix: "aiff", command: ffmpeg("pcm_s16be")),
    Encoder(name: "Musepack", suffix: "mpc", command: "mpcenc --silent --overwrite IN OUT"),
  ]

  private static func ffmpeg(_ codec: String) -> String {
    "ffmpeg -v error -nostdin -y -i IN -map_metadata -1 -c:a \(codec) OUT"
  }

  /// Whether its program is there.
  var isInstalled: Bool { BuiltProgram.isInstalled(command.prefix { $0 != " " }) }

  /// Writes `input`, a WAV file, in this format beside it, and returns the new file's path.
  func encode(_ input: String) throws -> String {
    let output = "\(input.hasSuffix(".wav") ? String(input.dropLast(4)) : input).\(suffix)"
    try Program.run(
      command.split(separator: " ").map { $0 == "IN" ? input : $0 == "OUT" ? output : String($0) })
    return output
  }
}

/// Programs of the system.
enum Program {
  /// Runs a program to its end, and throws where it fails.
  static func run(_ words: [String]) throws {
    struct Failure: Error, CustomStringConvertible {
      var description: String
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    if process.terminationStatus != 0 {
      throw Failure(description: "\(words.joined(separator: " ")) ended with \(process.terminationStatus)")
    }
  }
}
