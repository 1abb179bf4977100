import ArgumentParser
import IndexctlCommands

/// The daemon, and under the name `indexctl` the program that commands it: a package installs both as one file, since
/// they share nearly all of their code.
@main
enum Programs {
  static func main() async {
    let name = CommandLine.arguments.first?.split(separator: "/").last
    guard name != "indexctl" else { return await Indexctl.main() }
    do {
      try await Indexd.parse().run()
    } catch {
      UsageFailure.end(error, of: Indexd.self)
    }
  }
}
