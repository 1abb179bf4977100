// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

/// A program of its own folder, with the script beside it that sets it next to somebody else's.
func benchmark(_ name: String, _ folder: String, _ dependencies: [Target.Dependency], scripts: [String] = [])
  -> Target
{
  .executableTarget(
    name: name, dependencies: dependencies, path: folder, exclude: ["compare.py"] + scripts, swiftSettings: settings)
}

let ears = Target.Dependency.product(name: "Ears", package: "indexd")
let taste = Target.Dependency.product(name: "Taste", package: "indexd")

let package = Package(
  name: "benchmarks",
  dependencies: [.package(name: "indexd", path: "../..")],
  targets: [
    .systemLibrary(
      name: "BenchmarkSndfile", path: "BenchmarkSndfile", pkgConfig: "sndfile", providers: [.apt(["libsndfile1-dev"])]),
    .systemLibrary(
      name: "BenchmarkLibav", path: "BenchmarkLibav", pkgConfig: "libavformat libavcodec libavutil",
      providers: [.apt(["libavformat-dev"])]),
    benchmark(
      "ears", "Ears", [ears, "BenchmarkSndfile", "BenchmarkLibav"], scripts: ["ablation.py", "peers", "bliss.py"]),
    benchmark("learners", "Learners", [taste]),
    benchmark("networks", "Networks", [taste]),
    .executableTarget(name: "taste", dependencies: [ears, taste], path: "Taste", swiftSettings: settings),
  ],
  swiftLanguageModes: [.v6]
)
