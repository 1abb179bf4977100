import Foobar2000
import MusicIndex
import Tracks

/// What one run over many files asks of the index again and again, asked once: a further file costs no more than the first.
///
/// Belongs to one run on one thread.
final class ImportLedger {
  private var latest: Double?
  private var refused: Set<FilePath>?
  private var companions: [FilePath]?

  /// The time of the latest import or first scan in seconds since 1970; 0 where there was none.
  func latest(_ index: MusicIndex) throws -> Double {
    if let latest { return latest }
    let found = try index.read { try $0.latestEvent() ?? 0 }
    latest = found
    return found
  }

  /// Notes the time of an import.
  func note(imported time: Double) {
    latest = max(latest ?? time, time)
    companions = nil
  }

  /// Notes that a file was refused.
  func note(refused file: FilePath) {
    refused?.insert(file)
  }

  /// Whether the index may hold a refusal of a file.
  func mayBeRefused(_ file: FilePath, _ transaction: IndexTransaction) throws -> Bool {
    if refused == nil { refused = Set(try transaction.refusedImports().map(\.path)) }
    return refused?.contains(file) ?? true
  }

  /// The files that may name the tracks of hash-only statistics, without those that can be seen to be of no use.
  func candidates(_ find: () throws -> [FilePath]) throws -> [FilePath] {
    if let companions { return companions }
    let found = ExportFile.companions(among: try find())
    companions = found
    return found
  }
}
