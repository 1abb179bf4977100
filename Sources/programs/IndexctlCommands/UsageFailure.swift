public import ArgumentParser
import Glibc

/// What the parser of the arguments says, in the form of every other message.
public enum UsageFailure {
  /// Ends with what an error of the parser stands for: the help that was asked for, or what is wrong with the arguments and
  /// where to look, in lines of 79 columns, and exit code 64.
  ///
  /// - Parameters:
  ///   - program: the program whose arguments they are.
  ///   - command: its command; `nil` where there is none.
  public static func end(_ error: any Error, of program: any ParsableCommand.Type, command: String? = nil) -> Never {
    let name = program._commandName
    switch program.exitCode(for: error) {
    case .success where program.fullMessage(for: error).hasPrefix("OVERVIEW:"):
      Terminal.sayLines(program.fullMessage(for: error, columns: 80))
      exit(0)
    case .validationFailure:
      let words = program.message(for: error).split(whereSeparator: \.isWhitespace).joined(separator: " ")
      let end = words.last.map { ".?!".contains($0) } ?? true ? "" : "."
      let help = ([name, command].compactMap(\.self) + ["--help"]).joined(separator: "\u{A0}")
      for line in Layout.wrap("\(name): \(words)\(end) See `\(help)`", 79, indent: 2) {
        // What is typed stays in one line.
        Terminal.tell(line.replacing("\u{A0}", with: " "))
      }
      exit(64)
    default: program.exit(withError: error)
    }
  }
}
