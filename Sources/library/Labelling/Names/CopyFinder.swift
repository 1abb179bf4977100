import Tracks

/// Finds the tracks that are one recording.
///
/// Three things make copies, in this order: the same audio (identity and span); the same artist and title with durations
/// that lie near each other; what an analysis found out. The second and third never join a version that title or album
/// mark as karaoke, live, remixed, acoustic or demo to one that they do not, and the second never joins two tracks that
/// their numbers on one album tell apart, "Track 01" and the like of two albums, or tracks of an unknown artist without an
/// album in common. What an analysis found to be different recordings their names do not join either.
struct CopyFinder {
  let files: [LabellingFile]
  let names: [SongName?]
  let tolerance: Double

  /// The root of each file's group: the lowest index in it.
  private(set) var roots: [Int]
  /// The links that joined groups, in the order they were found.
  private(set) var links: [(first: Int, second: Int, evidence: String)] = []

  init(files: [LabellingFile], names: [SongName?], tolerance: Double) {
    self.files = files
    self.names = names
    self.tolerance = tolerance
    roots = Array(files.indices)
  }

  /// The groups by audio that each one was found to be different from.
  private var different: [Int: Set<Int>] = [:]

  /// Finds all copies; afterwards `roots` holds the group of every file.
  mutating func run(
    evidence: [(first: Int, second: Int, description: String)], different pairs: [(first: Int, second: Int)]
  ) {
    joinByAudio()
    let byAudio = files.indices.map { root($0) }
    for pair in pairs {
      different[byAudio[pair.first], default: []].insert(byAudio[pair.second])
      different[byAudio[pair.second], default: []].insert(byAudio[pair.first])
    }
    joinByName(byAudio)
    for pair in evidence where isSameVersion(pair.first, pair.second) {
      if different[byAudio[pair.first]]?.contains(byAudio[pair.second]) == true { continue }
      join(pair.first, pair.second, pair.description)
    }
    for index in roots.indices { roots[index] = root(index) }
  }

  private struct Audio: Hashable {
    var identity: AudioIdentity
    var span: AudioSpan?
  }

  private mutating func joinByAudio() {
    var seen: [Audio: Int] = [:]
    for (index, file) in files.enumerated() {
      guard let identity = file.identity else { continue }
      let audio = Audio(identity: identity, span: file.span)
      if let first = seen[audio] {
        join(first, index, "same audio")
      } else {
        seen[audio] = index
      }
    }
  }

  private mutating func joinByName(_ byAudio: [Int]) {
    var buckets: [FoldedText: [Int]] = [:]
    for (index, name) in names.enumerated() {
      guard let name, files[index].duration > 0, files[index].duration.isFinite else { continue }
      buckets[name.key, default: []].append(index)
    }
    // The order of a dictionary must not reach the links.
    for bucket in buckets.values.filter({ $0.count > 1 }).sorted(by: { $0[0] < $1[0] }) {
      joinBucket(bucket.sorted { (files[$0].duration, $0) < (files[$1].duration, $1) }, byAudio)
    }
  }

  /// A run of tracks of one name, each within reach of the one before.
  private struct Run {
    var last: Int
    /// The groups by audio in it.
    var audios: Set<Int>
    var versions: VersionMarks
    var places: [FoldedText: (disc: Int?, track: Int?)]
  }

  /// Joins the tracks of one name, in order of their durations, to runs without a contradiction.
  private mutating func joinBucket(_ bucket: [Int], _ byAudio: [Int]) {
    // Tracks that contradict each other at one duration open many runs only in libraries made to be slow.
    let mostRuns = 64
    var runs: [Run] = []
    for index in bucket {
      guard let name = names[index] else { continue }
      let others = different[byAudio[index]] ?? []
      runs.removeAll { files[index].duration - files[$0.last].duration > tolerance }
      let fitting = runs.lastIndex { run in
        // One comparison speaks for all copies of a recording, so every track of the run is asked.
        guard run.versions == name.albumVersions, others.isDisjoint(with: run.audios) else { return false }
        guard let place = run.places[name.album] else { return canShareAcrossAlbums(name, run) }
        if name.album.isEmpty { return !name.hasGenericArtist }
        return !name.isOtherTrackOfAlbum(disc: place.disc, track: place.track)
      }
      guard let fitting else {
        if runs.count == mostRuns { runs.removeFirst() }
        runs.append(
          Run(
            last: index, audios: [byAudio[index]], versions: name.albumVersions,
            places: [name.album: (name.disc, name.track)]))
        continue
      }
      let last = runs[fitting].last
      let apart = files[index].duration - files[last].duration
      join(last, index, "same artist and title, durations \(decimal(apart)) s apart")
      runs[fitting].last = index
      runs[fitting].audios.insert(byAudio[index])
      let known = runs[fitting].places[name.album]
      runs[fitting].places[name.album] = (known?.disc ?? name.disc, known?.track ?? name.track)
    }
  }

  /// Whether a track may be a copy of a run's tracks although none of them is of its album: not by somebody unknown,
  /// and one without a title of its own only where an album is missing.
  private func canShareAcrossAlbums(_ name: SongName, _ run: Run) -> Bool {
    if name.hasGenericArtist { return false }
    return !name.hasGenericTitle || name.album.isEmpty || run.places.keys.allSatisfy(\.isEmpty)
  }

  /// Whether title and album mark the same kinds of version, as far as both are known.
  private func isSameVersion(_ first: Int, _ second: Int) -> Bool {
    guard let left = names[first], let right = names[second] else { return true }
    return left.versions == right.versions && left.albumVersions == right.albumVersions
  }

  private mutating func join(_ first: Int, _ second: Int, _ evidence: String) {
    let left = root(first)
    let right = root(second)
    guard left != right else { return }
    roots[max(left, right)] = min(left, right)
    links.append((first, second, evidence))
  }

  private mutating func root(_ index: Int) -> Int {
    var index = index
    while roots[index] != index {
      roots[index] = roots[roots[index]]
      index = roots[index]
    }
    return index
  }
}

/// A number with at most one decimal, as people write it.
func decimal(_ number: Double) -> String {
  guard number.isFinite, number.magnitude < 1e15 else { return "?" }
  let tenths = (number * 10).rounded() / 10
  return tenths == tenths.rounded() ? String(Int(tenths)) : String(tenths)
}
