import Testing
import Tracks

@Suite struct SystemFoldersTests {
  private func isLeftOut(_ path: String, _ patterns: [String] = [], isFolder: Bool = true) -> Bool {
    IgnoreChain(IgnoreRules(patterns: patterns)).ignores(FilePath(path), isFolder: isFolder)
  }

  @Test(arguments: [
    "#recycle", "#Recycle", "@Recycle", "@Recently-Snapshot", "$RECYCLE.BIN", "RECYCLER", "@eaDir", "#snapshot",
    ".snapshot", ".snapshots", ".zfs", "~snapshot", ".Trash-1000", ".Trash", ".Trashes", "lost+found", "LOST+FOUND",
    "System Volume Information", ".AppleDouble", ".@__thumb", ".stfolder", ".stversions", ".sync", "@tmp",
    "@GMT-2026.01.01-00.00.00",
  ])
  func binsAndSnapshotsAreNoMusicInAnyCaseAtAnyDepth(name: String) {
    #expect(isLeftOut(name) && isLeftOut("a/b/\(name)"))
    #expect(isLeftOut(name.uppercased()) && isLeftOut(name.lowercased()))
    // Only folders are meant, and what merely contains such a name is another.
    #expect(!isLeftOut("x\(name)") && !isLeftOut(name, isFolder: false))
  }

  @Test(arguments: ["Recycle", "Snapshot", "Trash", "Lost and Found", "tmp", "recycle bin", "@", "#1"])
  func albumsOfSuchNamesAreMusic(name: String) {
    #expect(!isLeftOut(name))
  }

  @Test func theOwnerTakesThemBackByName() {
    #expect(!isLeftOut("#recycle", ["!#recycle"]) && !isLeftOut("a/#recycle", ["!#recycle/"]))
    #expect(!isLeftOut(".Trash-1000", ["!.Trash-*"]) && isLeftOut("@eaDir", ["!.Trash-*"]))
    #expect(!isLeftOut("a/#recycle", ["!/a/#recycle"]) && isLeftOut("b/#recycle", ["!/a/#recycle"]))
    #expect(!isLeftOut("b/#recycle", ["!**/#recycle"]))
    // Patterns that take back everything name nothing.
    for patterns in [["!*"], ["*", "!*/", "!*.flac"], ["!**"], ["!?recycle"], ["![#]recycle"]] {
      #expect(isLeftOut("#recycle", patterns), "\(patterns)")
    }
    // The last pattern that fits decides, and what lies deeper goes before.
    #expect(isLeftOut("#recycle", ["!#recycle", "\\#recycle"]))
    let deeper = IgnoreChain(IgnoreRules(patterns: [])).entering(
      FilePath("a"), rules: IgnoreRules(contents: Array("!#recycle\n".utf8)))
    #expect(!deeper.ignores(FilePath("a/#recycle"), isFolder: true))
  }
}
