import Labelling
import Testing
import Tracks

@Suite struct KaraokePairTests {
  private func file(_ id: Int64, _ artist: String, _ title: String) -> LabellingFile {
    LabellingFile(id: id, path: FilePath("/m/\(id).ogg"), tags: TrackTags(title: title, artist: artist), arrival: 0)
  }

  @Test func aVersionWithoutVocalsFindsItsOriginal() {
    let files = [
      file(1, "Mina", "Harbour"), file(2, "Mina", "Harbour (off vocal)"), file(3, "MINA", "harbour -instrumental-"),
      file(4, "Otto", "Harbour"), file(5, "Mina", "Alone (karaoke)"), file(6, "Mina", "Harbour (Live)"),
      file(7, "Mina", "Harbour (TV Size)"),
    ]
    let pairs = karaokePairs(files: files, rules: LabelRules())
    #expect(pairs.first == KaraokePair(version: 2, original: 1))
    #expect(pairs.allSatisfy { $0.original == 1 && [2, 3].contains($0.version) })
  }
}
