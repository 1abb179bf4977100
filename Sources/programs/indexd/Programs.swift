import ArgumentParser
import IndexctlCommands

/// The daemon, and under the name `indexctl` the program that commands it: a package installs both as one file, since
/// they share nearly all of their code.
@main
enum Programs {
  static func main() async {
    let name = CommandLine.arguments.first?.split(separator: "/").last
    if name == "indexctl" { await Indexctl.main() } else { await Indexd.main() }
  }
}
