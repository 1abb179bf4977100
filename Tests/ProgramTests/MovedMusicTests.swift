import Foundation
import TestSupport
import Testing

/// A music folder that lies elsewhere than before.
@Suite(.blocking) struct MovedMusicTests {
  @Test(arguments: ["mv", "cp -a"]) func costsNoAnalysis(how: String) throws {
    let library = try OwnersLibrary(liked: 2, rejected: 2, unheard: 2, seconds: 2)
    func setUp(_ folder: String) throws {
      let run = try indexctl.run(
        ["setup", "--user", "--force", "--music", library.folder[folder]], environment: library.environment)
      #expect(run.code == 0, "\(run.errors)")
    }
    func once() throws -> String {
      let run = try indexd.run(["--once"], environment: library.environment)
      #expect(run.code == 0, "\(run.errors)")
      return run.errors
    }
    try setUp("music")
    #expect(try once().contains("analysed 6 files"))
    let disk = library.folder["disk"]
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
    let words = how.split(separator: " ").map(String.init)
    #expect(try runTool(words + [library.folder["music"], disk]).code == 0)
    if how != "mv" { try FileManager.default.removeItem(atPath: library.folder["music"]) }
    try setUp("disk/music")
    let log = try once()
    #expect(!log.contains("analysed") || log.contains("analysed 0 files, recognised 6"), "\(log)")
    let status = try indexctl.run(["status", "--json"], environment: library.environment)
    let numbers = (try json(status.output) as? [String: Any])?["library"] as? [String: Int]
    #expect(numbers?["files"] == 6 && numbers?["analysed"] == 6 && numbers?["missing"] == 0, "\(status.output)")
  }
}
