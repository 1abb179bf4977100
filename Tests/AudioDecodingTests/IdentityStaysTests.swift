import AudioDecoding
import Testing
import Tracks

/// The identities of known files: an index holds them for years, so a change of the code must not change them.
@Suite struct IdentityStaysTests {
  private static let own = [
    ("chained.ogg", "02dc81e7ef19514d3ec97445aa6d314532"),
    ("muxed.mp3", "03e51eb5d98801cb3a6793d1c004b60315"),
    ("muxed.ogg", "02b666c652e77a289b39e64fd867e3d4f8"),
    ("muxed.opus", "0209f8d1dd9c2e557c51bc0ef4b52a8d90"),
    ("retagged-tone.aiff", "0556c5db4c9972c430e7c937e5478bdb7a"),
    ("retagged-tone.flac", "01e175b1eac0495706b5e108952b1f0005"),
    ("retagged-tone.mp3", "036d5be0a1062ebfbc1293a9940fbb06a4"),
    ("retagged-tone.ogg", "02d03243ba29c93b1d71260de0e4a6870d"),
    ("retagged-tone.opus", "0246dba8a0659b815e8eb126f4d583cea0"),
    ("retagged-tone.wav", "05d3c530b42519f067c696e278b0e4a989"),
    ("tone.aiff", "0556c5db4c9972c430e7c937e5478bdb7a"),
    ("tone.flac", "01e175b1eac0495706b5e108952b1f0005"),
    ("tone.mp3", "036d5be0a1062ebfbc1293a9940fbb06a4"),
    ("tone.ogg", "02d03243ba29c93b1d71260de0e4a6870d"),
    ("tone.opus", "0246dba8a0659b815e8eb126f4d583cea0"),
    ("tone.wav", "05d3c530b42519f067c696e278b0e4a989"),
    ("untagged.mp3", "0324bdaf96bd8fc91ae1ced3e3bcaa411c"),
  ]

  private static let others = [
    ("alac.m4a", "046c926c9451a6bc19db429c8efe58171b"),
    ("retagged-tone.ape", "077ec9f57f85a5787aedf843919769c45e"),
    ("retagged-tone.m4a", "04299974a14f48c7a60317ebf51e56a9fd"),
    ("retagged-tone.wma", "06bf690d56716ea383edd0abe122a56ac8"),
    ("retagged-tone.wv", "0722c666051446fc5676aa3b00df234248"),
    ("tone.aac", "06bd9603fb0770980db0a5de221e70e589"),
    ("tone.ape", "077ec9f57f85a5787aedf843919769c45e"),
    ("tone.m4a", "04299974a14f48c7a60317ebf51e56a9fd"),
    ("tone.tta", "073eccfec871d6883269a7b021bc1e16e3"),
    ("tone.webm", "064067a5fe01ea22fe9a58099aa7e922fd"),
    ("tone.wma", "06bf690d56716ea383edd0abe122a56ac8"),
    ("tone.wv", "0722c666051446fc5676aa3b00df234248"),
  ]

  private func check(_ known: (name: String, identity: String)) throws {
    let identity = try AudioFile.probe(Fixture.path(known.name)).identity
    let digits = identity.bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    #expect(digits == known.identity, "\(known.name)")
  }

  @Test func ofWhatOurLibrariesRead() throws {
    for known in Self.own { try check(known) }
  }

  @Test(.enabled(if: Fixture.hasFFmpeg)) func ofWhatFFmpegReads() throws {
    for known in Self.others { try check(known) }
  }
}
