import Foobar2000
import Glibc
import Pipeline
import Platform
import ServiceState
import Settings
import Tracks

extension FirstConfiguration {
  /// The exports as a source that indexd reads where it lies: a folder, unless the service has another one in its place. A
  /// single file is copied: it is there once.
  func source(of exports: FilePath?, for workspace: Workspace) -> FilePath? {
    guard let exports, ExportPlace.isAnyFolder(exports) else { return nil }
    let isHidden = isService && ServiceUnit.installed(for: workspace)?.hides(exports) ?? false
    return isHidden ? nil : exports
  }

  /// Whether sources hold everything that could be imported from a folder.
  static func covers(_ sources: [FilePath], _ folder: FilePath) -> Bool {
    ([folder] + ExportPlace.files(folder)).contains { sources.contains($0) }
      && ExportPlace.files(folder).allSatisfy { file in sources.contains(where: file.isInside) }
  }

  /// Whether a source needs no copy in the inbox: whoever indexd runs as may read it. Of a user that is still to be made
  /// nobody knows.
  func isRead(_ source: FilePath) -> Bool {
    guard isSystem else { return true }
    guard let service = Rights.user(named: "indexd") else { return false }
    let access = MusicAccess(service, to: source)
    return access.isGranted && !access.isUnknown
  }

  /// What is said of a source in a new configuration, as a sentence without a full stop.
  static func words(of source: FilePath) -> String {
    if ProfileSnapshot.isProfile(source) {
      return "\(source.display): a source; what foobar2000 writes there is read by itself from now on"
    }
    return ExportPlace.isEmpty(source)
      ? "\(source.display): a source, empty as yet; exports that are saved there are imported by themselves"
      : "\(source.display): a source; what is saved there is imported by itself, now and later"
  }

  func copyExports(_ staging: Staging?, _ report: inout Report) {
    guard let exports, let staging else { return }
    var copied = 0
    for file in staging.files {
      do throws(PipelineFailure) {
        try InboxCopy.copy(file, to: report.workspace.state)
        copied += 1
      } catch {
        // One that is no export must not keep the others from being imported.
        report.refusals.append(staging.words(error.description))
      }
    }
    guard copied > 0 else { return }
    report.made.append(
      ProfileSnapshot.isProfile(exports)
        ? "a copy of the profile \(exports.display) in the inbox, as it is now"
        : "copies of \(counted(copied, "file")) of \(exports.display) in the inbox")
    guard !report.workspace.settings.sources.contains(exports), ExportPlace.isAnyFolder(exports) else { return }
    report.notes.append(
      source(of: exports, for: report.workspace) == nil
        ? "\(exports.display): the service has a folder of its own in this place; what is saved there later is imported by "
          + "`indexctl import \(Shell.quoted(exports))`"
        : "\(report.workspace.file.display): name \(Shell.quoted(exports)) under `sources` to have what is saved there "
          + "later imported by itself; or each time `indexctl import \(Shell.quoted(exports))`")
  }
}
