import Tracks

extension Labeller {
  /// The tracks that are copies, short versions or other versions of one recording.
  func relatives() -> [[Int64]] {
    var parent = Array(files.indices)
    func root(_ index: Int) -> Int {
      var index = index
      while parent[index] != index {
        parent[index] = parent[parent[index]]
        index = parent[index]
      }
      return index
    }
    func join(_ one: Int, _ other: Int) {
      let (left, right) = (root(one), root(other))
      parent[max(left, right)] = min(left, right)
    }
    for index in files.indices { join(index, roots[index]) }
    for pair in shortEvidence { join(pair.short, pair.whole) }
    for pair in versionEvidence { join(pair.first, pair.second) }
    // A title with the mark of a short version belongs to the songs of that name.
    var songs: [FoldedText: Int] = [:]
    let named = files.indices.filter { names[$0].map { !$0.hasGenericArtist && !$0.hasGenericTitle } ?? false }
    for index in named where names[index]?.isShort == true {
      guard let base = names[index]?.base else { continue }
      if let first = songs[base] { join(first, index) } else { songs[base] = index }
    }
    for index in named where names[index]?.isShort == false {
      if let first = names[index].flatMap({ songs[$0.base] }) { join(first, index) }
    }
    var groups: [Int: [Int64]] = [:]
    for index in files.indices where !files[index].isMissing {
      groups[root(index), default: []].append(files[index].id)
    }
    return groups.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }.map(\.value)
  }

  /// What comparisons found out about a track, beside its copies, a sentence each.
  func evidenceWords(_ index: Int) -> [String] {
    func other(_ first: Int, _ second: Int) -> String {
      files[first == index ? second : first].path.display
    }
    let shorts = shortEvidence.filter { $0.short == index || $0.whole == index }.map { pair in
      pair.short == index
        ? "It is a short version of \(files[pair.whole].path.display): \(pair.description)."
        : "\(files[pair.short].path.display) is a short version of it: \(pair.description)."
    }
    let versions = versionEvidence.filter { $0.first == index || $0.second == index }.map { pair in
      "\(other(pair.first, pair.second)) is another version of it, but no copy: \(pair.description)."
    }
    return shorts + versions
  }
}
