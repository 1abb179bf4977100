import ArgumentParser
import IndexctlCommands

/// The daemon, and under the name `indexctl` the program that commands it: a package installs both as one file, for
/// they are the same code but for a twentieth.
@main
enum Programs {
  static func main() async {
    let name = CommandLine.arguments.first?.split(separator: "/").last
    if name == "indexctl" { await Indexctl.main() } else { await Indexd.main() }
  }
}
