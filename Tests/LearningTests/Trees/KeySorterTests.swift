import TestSupport
import Testing

@testable import Learning

struct KeySorterTests {
  enum Spread: CaseIterable {
    case even, clustered, powers, equal, two
  }

  @Test(arguments: Spread.allCases)
  func sortsAnyNumberOfKeys(_ spread: Spread) {
    for count in [1, 2, 23, 24, 25, 60, 1_000, 9_000, 40_000] {
      var random = SeededGenerator(seed: UInt64(count))
      let keys = (0..<count).map { _ -> UInt32 in
        let bits = UInt32(truncatingIfNeeded: random.next())
        switch spread {
        case .even: return bits
        case .clustered: return bits % 50 == 0 ? bits : 1_000_000 + bits % 300
        case .powers: return bits >> (bits % 32)
        case .equal: return 77
        case .two: return bits % 2 == 0 ? .max : 0
        }
      }
      check(keys.map { UInt64($0) << 32 | UInt64($0 ^ 0xABCD) }, half: 32)
      check(keys.map { ($0 >> 16) << 16 | ($0 & 0xFF) }, half: 16)
    }
  }

  private func check<Packed: FixedWidthInteger & UnsignedInteger>(_ keys: [Packed], half: Packed) {
    let sorter = KeySorter<Packed>(capacity: keys.count)
    for (place, key) in keys.enumerated() { sorter.keys[place] = key }
    let high = keys.map { $0 >> half }
    let sorted = sorter.sort(keys.count, low: high.min() ?? 0, high: high.max() ?? 0)
    let result = (0..<keys.count).map { sorted[$0] }
    // Said as truths, since a report would print all keys.
    let isInOrder = result.map { $0 >> half } == high.sorted()
    let isComplete = result.sorted() == keys.sorted()
    #expect(isInOrder)
    #expect(isComplete)
  }

  @Test func orderedBitsKeepTheOrderOfNumbers() {
    let numbers: [Float] = [
      -.greatestFiniteMagnitude, -1, -.leastNonzeroMagnitude, -0.0, 0, .leastNonzeroMagnitude, .leastNormalMagnitude,
      0.5,
      1, .greatestFiniteMagnitude,
    ]
    for (before, after) in zip(numbers, numbers.dropFirst()) {
      #expect((orderedBits(before) < orderedBits(after)) == (before < after))
    }
    #expect(orderedBits(-0.0) == orderedBits(0))
    for value in numbers { #expect(number(orderedBits: orderedBits(value)) == value) }
    #expect(roundedDown(0.1) < 0.1 && roundedDown(0.1).nextUp > Float(0.1).nextDown)
    #expect(roundedDown(0.5) == 0.5)
  }
}
