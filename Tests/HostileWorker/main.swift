import Confinement
import Glibc
import HostileCalls

// hostile-worker KIND ATTEMPT PATH PROCESS: confines itself as a worker does (computing; none for not at all),
// then tries what it must not do, and prints whether it got away with it.
let words = CommandLine.arguments
if words == [words[0], "--list"] {
  var name: Int32 = 0
  while let text = hostile_name(name) {
    print(String(cString: text))
    name += 1
  }
  exit(0)
}
guard words.count == 5, let process = Int32(words[4]) else { exit(64) }
if words[1] != "none" {
  do {
    try Confinement.enter()
  } catch {
    print(error)
    exit(2)
  }
}
let result = hostile_attempt(words[2], words[3], process)
print(result == 0 ? "succeeded" : result < 0 ? "unknown" : String(cString: strerror(result)))
exit(result == 0 ? 0 : 3)
