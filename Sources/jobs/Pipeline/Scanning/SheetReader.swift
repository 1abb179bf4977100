import Foobar2000
import MusicIndex
import Platform
import Tracks

/// Reads the cue sheets of folders and finds the audio files that they mean.
struct SheetReader {
  /// The character set of sheets that are not Unicode, as the owner says.
  let codePage: String?

  /// A sheet with the audio file that each of its files is.
  struct FolderSheet {
    /// The sheet's name in its folder.
    var name: FilePath
    var sheet: CueSheet
    /// The audio files as the way to them from the sheet's folder.
    var audio: [FilePath?]
    /// The code page that was guessed; `nil` where nothing was.
    var guessed: String?

    /// The positions among the sheet's files of all names of one audio file.
    func places(of file: FilePath) -> Set<Int> {
      Set(audio.indices.filter { audio[$0] == file })
    }
  }

  /// The sheets of a folder, by name.
  func sheets(in folder: FilePath) -> [FolderSheet] {
    // A folder that cannot be read now is looked at again by the next scan.
    guard let listing = try? FolderListing(folder), !listing.sheetNames.isEmpty else { return [] }
    var looks: [[FilePath]: (audio: [FilePath], folders: [FilePath])] = [[]: Self.names(listing)]
    func look(_ steps: [FilePath]) -> (audio: [FilePath], folders: [FilePath])? {
      if let known = looks[steps] { return known }
      // What cannot be looked at holds nothing that is meant.
      guard looks.count < Self.mostLooks, let there = try? FolderListing(steps.reduce(folder) { $0.appending($1) })
      else {
        return nil
      }
      looks[steps] = Self.names(there)
      return looks[steps]
    }
    return listing.sheetNames.compactMap { name in
      guard let bytes = SmallFile.read(folder.appending(name)) else { return nil }
      func found(_ sheet: CueSheet) -> [FilePath?] { sheet.audioFiles(sheet: name, look: look) }
      var (page, guessed): (String?, String?) = (codePage, nil)
      if !CueSheetText.isUnicode(bytes) {
        let told = CueSheetText.page(of: bytes, owners: codePage) { sheet in
          sheet.audioFiles(sheet: FilePath("\u{0}"), look: look).allSatisfy { $0 != nil }
        }
        page = told.name
        if told.name != codePage { guessed = told.name }
      }
      guard let sheet = CueSheet(contents: bytes, codePage: page) else { return nil }
      return FolderSheet(name: name, sheet: sheet, audio: found(sheet), guessed: guessed)
    }
  }

  /// The most folders around one that its sheets are followed into.
  private static let mostLooks = 64

  private static func names(_ listing: FolderListing) -> (audio: [FilePath], folders: [FilePath]) {
    (listing.entries.filter { !$0.isFolder }.map(\.name), listing.entries.filter(\.isFolder).map(\.name))
  }
}
