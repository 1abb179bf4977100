/// Positions of a list by the hash of a key each: 12 bytes a position, whatever the keys' lengths.
struct HashTable: Sendable {
  private let hashes: [UInt64]
  private let positions: [Int32]

  /// A table of the keys of positions 0, 1, ...; `nil` for a position that has none.
  init(_ count: Int, key: (Int) -> [UInt8]?) {
    var pairs: [(hash: UInt64, position: Int32)] = []
    pairs.reserveCapacity(count)
    for position in 0..<count {
      if let key = key(position) { pairs.append((Self.hash(key), Int32(position))) }
    }
    pairs.sort { $0.hash == $1.hash ? $0.position < $1.position : $0.hash < $1.hash }
    hashes = pairs.map(\.hash)
    positions = pairs.map(\.position)
  }

  /// The positions whose keys have this key's hash, ascending: those of the key, and by rare chance others.
  func candidates(_ key: [UInt8]) -> ArraySlice<Int32> {
    let hash = Self.hash(key)
    var low = 0
    var high = hashes.count
    while low < high {
      let middle = (low + high) / 2
      if hashes[middle] < hash { low = middle + 1 } else { high = middle }
    }
    var end = low
    while end < hashes.count, hashes[end] == hash { end += 1 }
    return positions[low..<end]
  }

  /// FNV-1a with a final mixing step.
  static func hash(_ key: some Sequence<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in key { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    hash = (hash ^ (hash >> 32)) &* 0x9E37_79B9_7F4A_7C15
    return hash ^ (hash >> 29)
  }
}
