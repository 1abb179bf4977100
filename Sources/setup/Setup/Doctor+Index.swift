import Glibc
import MusicIndex
import Pipeline
import Platform
import ServiceState
import Settings
import Tracks

extension Doctor {
  /// The index, and what stands in it.
  func index() -> [Finding] {
    let state = workspace.state
    let index: MusicIndex
    do {
      index = try MusicIndex(state.index, readOnly: true)
      if let fault = try index.integrityFaults(isQuick: true).first {
        throw IndexFailure(reason: .damaged, file: state.index.display, detail: fault)
      }
    } catch let failure as IndexFailure {
      switch failure.reason {
      case .missing, .notMigrated: return [.warning("index", failure.description, run: startCommand)]
      case .damaged:
        return [
          .problem(
            "index", failure.description,
            run: ServiceUnit.installed(for: workspace)?.restart ?? startCommand)
        ]
      default: return [.problem("index", failure.description, run: journalCommand)]
      }
    } catch {
      return [.problem("index", "\(error)", run: journalCommand)]
    }
    var found = [Finding.ok("index", "\(state.index.display): sound, of this version")]
    let log = MusicIndex.logSize(state.index) >> 20
    found.append(
      log > 64
        ? .warning(
          "log", "\(state.index.display)-wal has \(log) MiB",
          "end the program that keeps the index open for reading; indexd cuts the log then")
        : .ok("log", "\(log) MiB wait to be written into the index"))
    do {
      let status = try Status(of: index, state: state)
      found += exports(status) + library(status)
    } catch {
      found.append(.problem("index", "\(error)", run: journalCommand))
    }
    return found
  }

  private func library(_ status: Status) -> [Finding] {
    var found: [Finding] = []
    if status.library.failed > 0 {
      found.append(
        .warning(
          "files", "\(status.library.failed) of \(status.library.files) files cannot be analysed",
          run: "indexctl failures"))
    }
    if case .degraded(let reason) = status.watch {
      found.append(.warning("watching", "degraded", reason))
    }
    return found + advice(status)
  }

  private func exports(_ status: Status) -> [Finding] {
    let day = 86_400.0
    return status.imports.map { row in
      let name = row.file.name.display
      if let refusal = row.refusal { return .warning("export", refusal, "export it again, or remove the file") }
      let share = row.entries == 0 ? 1 : Double(row.matched) / Double(row.entries)
      let age = (Clock.now() - row.exportedAt) / day
      let words =
        "\(name): \(row.matched) of \(row.entries) entries matched, exported "
        + (age < 1 ? "today" : "\(counted(KernelNumber.integer(age), "day")) ago")
      if share < 0.5 {
        return .warning("export", words, "`indexctl unmatched` lists the others; set `paths` where the folder differs")
      }
      if age > 180 { return .warning("export", words, "export it again: indexd knows nothing of what you heard since") }
      if age < -1 {
        return .warning("export", "\(name): is of the future", "set this machine's clock, then import it again")
      }
      return .ok("export", words)
    }
  }

  /// Whether somebody works here, and would after a restart of the machine.
  func daemon() -> [Finding] {
    let unit = ServiceUnit.installed(for: workspace)
    if workspace.state.isTrial {
      let isBusy = StateLock.holder(of: workspace.state) != nil
      return [.ok("daemon", isBusy ? "works on the trial now" : "not running; a trial needs none")]
    }
    if let process = StateLock.holder(of: workspace.state) {
      let words = "running" + (process > 0 ? " (process \(process))" : "")
      return [
        unit == nil
          ? .warning(
            "daemon", words + ", not as a service: it does not start by itself", run: installCommand)
          : .ok("daemon", words)
      ]
    }
    guard let unit else {
      return [
        .warning(
          "daemon", "not running, and no service is installed",
          run: installCommand)
      ]
    }
    return [.warning("daemon", "not running; \(unit.file.display) is installed", run: unit.start)]
  }

  /// The command that shows what indexd said of a fault that nothing here explains.
  private var journalCommand: String {
    ServiceUnit.installed(for: workspace)?.journal ?? "indexd --once --config \(Shell.quoted(workspace.file))"
  }

  /// The command, in the folder of the program's source, that installs the unit.
  private var installCommand: String {
    workspace.file.isInside(FilePath("/etc"))
      ? "sudo install -m 644 systemd/indexd.service /etc/systemd/system/"
      : "install -D -m 644 systemd/user/indexd.service ~/.config/systemd/user/indexd.service"
  }
}
