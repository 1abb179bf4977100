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
let vectors: [SwiftSetting] = {
  guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8),
    let flags = text.split(separator: "\n").first(where: { $0.hasPrefix("flags") })?.split(separator: " "),
    ["avx2", "fma", "bmi1", "bmi2", "f16c", "movbe", "abm"].allSatisfy({ flags.contains(Substring($0)) })
  else { return [] }
  return [.unsafeFlags(["-Xcc", "-march=x86-64-v3"])]
}()

/// A system library of Debian: its module map and shim live in `Sources/<name>`.
func library(_ name: String, pkgConfig: String? = nil, debian package: String) -> Target {
  .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([package])])
}

func target(_ name: String, _ dependencies: [Target.Dependency] = [], _ more: [SwiftSetting] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings + more)
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(name: name, dependencies: dependencies, swiftSettings: settings)
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
    .library(name: "Taste", targets: ["Learning", "TasteModel", "Tracks"]),
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
    library("CSoxr", pkgConfig: "soxr", debian: "libsoxr-dev"),
    library("COpusfile", pkgConfig: "opusfile", debian: "libopusfile-dev"),
    library("CVorbisfile", pkgConfig: "vorbisfile", debian: "libvorbis-dev"),
    library("CChromaprint", pkgConfig: "libchromaprint", debian: "libchromaprint-dev"),
    library("CXXHash", pkgConfig: "libxxhash", debian: "libxxhash-dev"),
    library("CBLAS", pkgConfig: "openblas", debian: "libopenblas-dev"),
    library("CSeccomp", pkgConfig: "libseccomp", debian: "libseccomp-dev"),
    .systemLibrary(name: "CProcessor"),
    .target(name: "CLinux"),
    .target(name: "CMemoryGuard"),
    .target(name: "CTagLib", linkerSettings: [.linkedLibrary("tag")]),

    target("Tracks"),
    target("Foobar2000", ["Tracks", sqlite]),
    target("Labelling", ["Tracks"]),
    target(
      "AudioDecoding",
      ["Tracks", "CSndfile", "CSoxr", "COpusfile", "CVorbisfile", "CChromaprint", "CXXHash", "CTagLib", "CLinux"]),
    target("AudioFeatures", ["Tracks", "CFFTW", "CProcessor"], vectors),
    target("Copies", ["Tracks"]),
    target("AnalysisWorker", ["Tracks", "CLinux"]),
    target("Confinement", ["Tracks", "CLinux", "CSeccomp"]),
    target("FolderWatching", ["Tracks", "CInotifyTools", "CLinux"]),
    target("MusicIndex", ["Tracks", grdb, sqlite]),
    target("Learning", ["CBLAS"]),
    target("TasteModel", ["Learning", "Tracks"]),
    target("Playlists", ["Tracks"]),
    target("Reports", ["Tracks", "Learning", "TasteModel"]),
    target("Settings", ["Tracks", yams]),
    target(
      "Pipeline",
      [
        "Tracks", "Foobar2000", "Labelling", "AnalysisWorker", "Copies", "MusicIndex", "Learning", "TasteModel",
        "Playlists", "Reports", "CXXHash", logging,
      ]),
    target(
      "IndexDaemon",
      [
        "Pipeline", "FolderWatching", "Settings", "Tracks", "AnalysisWorker", "Foobar2000", "Labelling", "MusicIndex",
        "Playlists", "TasteModel", "CLinux", lifecycle, unixSignals, logging,
      ]),
    program("indexd", ["IndexDaemon", "Pipeline", "Settings", "Tracks", arguments, logging]),
    program(
      "indexctl",
      [
        "IndexDaemon", "Pipeline", "Settings", "Tracks", "AnalysisWorker", "Labelling", "MusicIndex", "Playlists",
        "Reports", "TasteModel", arguments, logging,
      ]),
    program(
      "indexd-worker",
      ["AudioDecoding", "AudioFeatures", "AnalysisWorker", "CMemoryGuard", "Confinement", "TasteModel", "Tracks"]),

    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
    tests("TracksTests", ["Tracks"]),
    tests("Foobar2000Tests", ["Foobar2000", "Tracks", sqlite]),
    tests("LabellingTests", ["Labelling", "Tracks"]),
    tests(
      "AudioDecodingTests", ["AudioDecoding", "AudioFeatures", "Learning", "TasteModel", "Tracks"],
      resources: [.copy("Fixtures")]),
    tests("AudioFeaturesTests", ["AudioFeatures", "Tracks"], resources: [.copy("Golden")]),
    tests("AnalysisWorkerTests", ["AnalysisWorker", "Tracks"]),
    .target(name: "HostileCalls", path: "Tests/HostileCalls"),
    .executableTarget(
      name: "hostile-worker", dependencies: ["Confinement", "HostileCalls", "Tracks"], path: "Tests/HostileWorker",
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
      ["Pipeline", "Foobar2000", "Labelling", "MusicIndex", "AnalysisWorker", "TasteModel", "Tracks", logging]),
    tests("IndexDaemonTests", ["IndexDaemon", "Foobar2000", "Pipeline", "Settings", "Tracks", logging]),
    tests("ProgramTests", ["Settings", "Tracks"], resources: [.copy("Cases")]),
  ],
  swiftLanguageModes: [.v6]
)
