// swift-tools-version: 6.2
import Foundation
import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

/// For what spends its time in arithmetic on vectors: the instructions of the x86-64-v3 level, where this machine has
/// them. What is built is for machines like the one that builds it; the program asks its processor at its start.
/// INDEXD_VECTORS decides instead of this machine: `x86-64-v3`, or `baseline` for every machine of the architecture.
let vectors: [SwiftSetting] = {
  if let wish = Context.environment["INDEXD_VECTORS"] {
    precondition(["baseline", "x86-64-v3"].contains(wish), "INDEXD_VECTORS is baseline or x86-64-v3")
    return wish == "baseline" ? [] : [.unsafeFlags(["-Xcc", "-march=x86-64-v3"])]
  }
  guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8),
    let flags = text.split(separator: "\n").first(where: { $0.hasPrefix("flags") })?.split(separator: " "),
    ["avx2", "fma", "bmi1", "bmi2", "f16c", "movbe", "abm"].allSatisfy({ flags.contains(Substring($0)) })
  else { return [] }
  return [.unsafeFlags(["-Xcc", "-march=x86-64-v3"])]
}()

/// An object with the part of ICU's data that indexd reads, in place of the whole: config/build-package makes it.
let icuData: [LinkerSetting] = Context.environment["INDEXD_ICU_DATA"].map { [.unsafeFlags([$0])] } ?? []

/// The floors of the house, from the top down: a target depends on targets of its own floor or of floors below it.
enum Floor: String {
  case programs, daemon, setup, jobs, queries, library, sound, taste, index, base, system

  /// A target of this floor.
  func target(_ name: String, _ dependencies: [Target.Dependency] = [], _ more: [SwiftSetting] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: path(name), swiftSettings: settings + more)
  }

  /// A program.
  func program(
    _ name: String, _ dependencies: [Target.Dependency], _ linking: [LinkerSetting] = []
  ) -> Target {
    .executableTarget(
      name: name, dependencies: dependencies, path: path(name), swiftSettings: settings, linkerSettings: linking)
  }

  /// Where the sources of a target lie.
  func path(_ name: String) -> String { "Sources/\(rawValue)/\(name)" }
}

/// A system library of Debian: its module map and shim live in `Sources/system/<name>`.
func library(_ name: String, pkgConfig: String? = nil, debian package: String) -> Target {
  .systemLibrary(
    name: name, path: Floor.system.path(name), pkgConfig: pkgConfig, providers: [.apt([package])])
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
  .testTarget(
    name: name, dependencies: dependencies + ["TestSupport"], resources: resources, swiftSettings: settings)
}

let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")

let package = Package(
  name: "indexd",
  products: [
    .executable(name: "indexd", targets: ["indexd"]),
    .executable(name: "indexctl", targets: ["indexctl"]),
    .executable(name: "indexd-worker", targets: ["indexd-worker"]),
    .library(name: "Ears", targets: ["AudioDecoding", "AudioFeatures", "Tracks"]),
    .library(name: "Taste", targets: ["Labelling", "Learning", "TasteModel", "Tracks"]),
  ],
  dependencies: [
    .package(url: "https://github.com/groue/GRDB.swift", "7.10.0"..<"7.11.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
  ],
  targets: [
    library("CSndfile", pkgConfig: "sndfile", debian: "libsndfile1-dev"),
    library("CFFTW", pkgConfig: "fftw3f", debian: "libfftw3-dev"),
    library("CInotifyTools", debian: "libinotifytools0-dev"),
    library("CFLAC", pkgConfig: "flac", debian: "libflac-dev"),
    library("CSoxr", pkgConfig: "soxr", debian: "libsoxr-dev"),
    library("CLibav", pkgConfig: "libavformat libavcodec libavutil", debian: "libavformat-dev"),
    library("CChromaprint", pkgConfig: "libchromaprint", debian: "libchromaprint-dev"),
    library("CXXHash", pkgConfig: "libxxhash", debian: "libxxhash-dev"),
    library("CBLAS", pkgConfig: "openblas", debian: "libopenblas-dev"),
    library("CSeccomp", pkgConfig: "libseccomp", debian: "libseccomp-dev"),
    library("CSQLite", pkgConfig: "sqlite3", debian: "libsqlite3-dev"),
    .systemLibrary(name: "CProcessor", path: Floor.system.path("CProcessor")),
    .target(name: "CLinux", path: Floor.system.path("CLinux")),
    .target(name: "CMemoryGuard", path: Floor.system.path("CMemoryGuard")),
    .target(name: "CTagLib", path: Floor.system.path("CTagLib"), linkerSettings: [.linkedLibrary("tag")]),

    Floor.base.target("Tracks"),
    Floor.base.target("Platform", ["Tracks", "CLinux", "CXXHash"]),
    Floor.base.target("ServiceState", ["Platform", "Tracks"]),
    Floor.library.target("Foobar2000", ["Platform", "Tracks", "CSQLite", sqlite]),
    Floor.library.target("Labelling", ["Tracks"]),
    Floor.sound.target(
      "AudioDecoding",
      ["Platform", "Tracks", "CSndfile", "CFLAC", "CSoxr", "CLibav", "CChromaprint", "CTagLib", "CLinux"]),
    Floor.sound.target("AudioFeatures", ["Tracks", "CFFTW", "CProcessor"], vectors),
    Floor.sound.target("Copies", ["Tracks"]),
    Floor.sound.target("AnalysisWorker", ["Platform", "Tracks", "CLinux", "CProcessor"]),
    Floor.sound.target("Confinement", ["Platform", "CLinux", "CSeccomp"]),
    Floor.library.target("FolderWatching", ["Platform", "Tracks", "CInotifyTools", "CLinux"]),
    Floor.index.target("MusicIndex", ["Platform", "Tracks", "CSQLite", grdb, sqlite]),
    Floor.taste.target("Learning", ["CBLAS"]),
    Floor.taste.target("TasteModel", ["Learning", "Tracks"]),
    Floor.library.target("Playlists", ["Platform", "Tracks"]),
    Floor.taste.target("Reports", ["Tracks", "Learning", "TasteModel"]),
    Floor.base.target("Settings", ["Platform", "Tracks", yams]),
    Floor.jobs.target(
      "Pipeline",
      [
        "Tracks", "Foobar2000", "Labelling", "AnalysisWorker", "Copies", "MusicIndex", "Learning", "TasteModel",
        "Platform", "Playlists", "Reports", "ServiceState", logging,
      ]),
    Floor.setup.target(
      "Setup",
      [
        "Pipeline", "FolderWatching", "Settings", "Tracks", "AnalysisWorker", "Foobar2000", "Labelling", "MusicIndex",
        "Platform", "Playlists", "ServiceState", "TasteModel", "CLinux", logging,
      ]),
    Floor.daemon.target(
      "IndexDaemon",
      [
        "Pipeline", "FolderWatching", "Settings", "Tracks", "AnalysisWorker", "MusicIndex", "Platform", "Playlists",
        "ServiceState", "Setup", "CLinux", lifecycle, unixSignals, logging,
      ]),
    Floor.programs.program(
      "indexd",
      [
        "IndexctlCommands", "IndexDaemon", "MusicIndex", "Pipeline", "Platform", "Playlists", "ServiceState",
        "Settings",
        "Setup", "Tracks", arguments, logging,
      ], icuData),
    Floor.programs.program("indexctl", ["IndexctlCommands"]),
    Floor.programs.target(
      "IndexctlCommands",
      [
        "Pipeline", "Platform", "ServiceState", "Settings", "Setup", "Tracks", "AnalysisWorker", "Labelling",
        "MusicIndex", "Playlists", "Reports", "TasteModel", arguments, logging,
      ]),
    Floor.programs.program(
      "indexd-worker",
      ["AudioDecoding", "AudioFeatures", "AnalysisWorker", "CMemoryGuard", "Confinement", "TasteModel", "Tracks"]),

    .target(
      name: "TestSupport", dependencies: ["MusicIndex"], path: "Tests/TestSupport", exclude: ["foobar2000.py"],
      swiftSettings: settings),
    tests("TracksTests", ["Platform", "Tracks"]),
    tests("Foobar2000Tests", ["Foobar2000", "Tracks", sqlite], resources: [.copy("Fixtures")]),
    tests("LabellingTests", ["Labelling", "Tracks"]),
    tests(
      "AudioDecodingTests", ["AudioDecoding", "AudioFeatures", "Learning", "TasteModel", "Tracks"],
      resources: [.copy("Fixtures")]),
    tests("AudioFeaturesTests", ["AudioFeatures", "Tracks"], resources: [.copy("Golden")]),
    tests("AnalysisWorkerTests", ["AnalysisWorker", "Tracks"]),
    .target(name: "HostileCalls", path: "Tests/HostileCalls"),
    .executableTarget(
      name: "hostile-worker", dependencies: ["Confinement", "HostileCalls"], path: "Tests/HostileWorker",
      swiftSettings: settings),
    tests("ConfinementTests", ["hostile-worker", "Confinement", "AnalysisWorker", "Tracks"]),
    tests("CopiesTests", ["Copies", "Tracks"]),
    tests("FolderWatchingTests", ["FolderWatching", "Tracks"]),
    tests("MusicIndexTests", ["MusicIndex", "Tracks"]),
    tests("LearningTests", ["Learning"], resources: [.copy("Golden")]),
    tests("TasteModelTests", ["TasteModel", "Learning", "Playlists", "Tracks"]),
    tests("PlaylistsTests", ["Playlists", "Tracks"]),
    tests("ReportsTests", ["Reports", "TasteModel", "Learning", "Tracks"]),
    tests("SettingsTests", ["Settings", "Tracks"]),
    tests(
      "PipelineTests",
      [
        "Pipeline", "Foobar2000", "Labelling", "MusicIndex", "AnalysisWorker", "Platform", "Playlists", "ServiceState",
        "TasteModel", "Tracks", grdb, logging, sqlite,
      ]),
    tests(
      "SetupTests",
      ["Setup", "Foobar2000", "MusicIndex", "Pipeline", "Platform", "ServiceState", "Settings", "Tracks", logging]),
    tests("IndexctlCommandsTests", ["IndexctlCommands"]),
    tests(
      "IndexDaemonTests",
      [
        "IndexDaemon", "FolderWatching", "MusicIndex", "Pipeline", "Platform", "ServiceState", "Settings", "Setup",
        "Tracks", logging,
      ]),
    tests(
      "ExampleTests",
      [
        "AnalysisWorker", "AudioDecoding", "AudioFeatures", "Confinement", "Copies", "FolderWatching", "Foobar2000",
        "IndexDaemon", "IndexctlCommands", "Labelling", "Learning", "MusicIndex", "Pipeline", "Platform", "Playlists",
        "Reports", "ServiceState", "Settings", "Setup", "TasteModel", "Tracks", arguments, logging,
      ]),
    tests(
      "ProgramTests", ["IndexctlCommands", "Pipeline", "ServiceState", "Settings", "TasteModel", "Tracks"],
      resources: [.copy("Cases")]),
  ],
  swiftLanguageModes: [.v6]
)
