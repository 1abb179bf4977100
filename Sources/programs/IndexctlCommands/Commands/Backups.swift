import ArgumentParser
import Glibc
import MusicIndex
import Pipeline
import Platform
import ServiceState
import Settings
import Setup
import Tracks

/// `indexctl backup`.
struct BackupCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Writes index, configuration and corrections to one file.",
    discussion: """
      The daemon may go on meanwhile. A file that is there is not overwritten. Music and inbox are not in it.

      Examples:
        indexctl backup indexd.backup
        sudo indexctl backup /mnt/usb/indexd.backup
      """)

  @OptionGroup var common: Common
  @Argument(help: ArgumentHelp("The file to write.", valueName: "file")) var file: String

  func validate() throws {
    if file == "-" { throw ValidationError("A backup is no stream: name a file.") }
  }

  func run() async throws {
    DiskWatch.add(files: [file], isPatient: true)
    let report = try Backup.write(try common.workspace(forGood: false), to: Workspace.absolute(FilePath(file)))
    for words in report.words { Terminal.say("In the backup: \(words)") }
  }
}

/// `indexctl restore`.
struct RestoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Puts the index of a backup in the place of the one that is there.",
    discussion: """
      The daemon must not run. The old index is kept beside the new one. A configuration that is there stays; on a \
      machine that has none that of the backup is taken; root is then asked to look through it first.

      Examples:
        indexctl restore indexd.backup
        sudo indexctl restore /mnt/usb/indexd.backup
      """)

  @OptionGroup var common: Common
  @Argument(help: ArgumentHelp("The backup.", valueName: "file")) var file: String

  func run() async throws {
    let backup = Workspace.absolute(FilePath(file))
    DiskWatch.add([backup] + Workspace.possibleFiles(common.config), isPatient: true)
    let place = common.config.map { Workspace.absolute(FilePath($0)) } ?? Workspace.defaultFile()
    if place.withCString({ access($0, F_OK) }) != 0 {
      try StateOwner.become(ownerOf: place.parent, forGood: false)
      // Where it lay on the other machine is not asked: an archive does not say where root writes.
      if let target = try Backup.restoreConfiguration(from: backup, to: place) {
        Terminal.say("Restored: the configuration \(target.display)")
        let workspace = try Workspace.load(target.display)
        guard try geteuid() != 0 || StateOwner.of(workspace.state.path) != nil else {
          // Only what root has seen may name the folders that root writes.
          throw PipelineFailure(
            "the index is not restored yet: \(target.display) comes from the backup and has root write into "
              + "\(workspace.state.path.display). Look through it, then give the same command again")
        }
        return try restore(workspace, backup)
      }
    }
    try restore(try Workspace.load(common.config), backup)
  }

  private func restore(_ workspace: Workspace, _ backup: FilePath) throws {
    DiskWatch.add([workspace.state.path])
    let staging = try Staging([backup], forOwnerOf: workspace.state.path)
    try StateOwner.become(ownerOf: workspace.state.path)
    let report: Backup.Report
    do {
      report = try Backup.restore(workspace, from: staging.files[0])
    } catch let failure as IndexFailure {
      throw PipelineFailure(staging.words(failure.description))
    }
    for words in report.words { Terminal.say("Restored: \(words)") }
  }
}
