import Foundation
import Tracks

/// Reads times written without a zone.
struct LocalTime: Sendable {
  private let zone: TimeZone

  /// Times of a zone by its IANA name; of this machine where it is `nil` or unknown.
  init(zoneName: String?) {
    zone = zoneName.flatMap(TimeZone.init(identifier:)) ?? .current
  }

  /// Times of a zone by its IANA name; of this machine where it is `nil`.
  init(zoneName: String?, file: FilePath) throws(ImportFailure) {
    guard let zoneName else {
      zone = .current
      return
    }
    guard let zone = TimeZone(identifier: zoneName) else {
      throw ImportFailure(
        .badOption, file, "has times of the zone \"\(zoneName)\", which is not known; use a name like Europe/Berlin")
    }
    self.zone = zone
  }

  /// Seconds since 1970-01-01 UTC of `YYYY-MM-DD HH:MM:SS`, with `T`, `/` and `.` as separators allowed and with
  /// parts of the time left out or short; `nil` for anything else. A trailing `Z` is ignored: Text Tools patterns put
  /// it behind local times. The hour that is repeated in autumn means its first occurrence; an hour that is skipped in
  /// spring is read as if the clock had not been changed.
  func seconds(_ text: some Sequence<UInt8>) -> Double? {
    var numbers: [Int] = []
    var current: Int?
    for byte in text {
      switch byte {
      case 48...57:
        let next = (current ?? 0) * 10 + Int(byte - 48)
        guard next <= 9999 else { return nil }
        current = next
      case UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: " "), UInt8(ascii: "T"), UInt8(ascii: "/"),
        UInt8(ascii: "."), UInt8(ascii: "Z"):
        if let value = current { numbers.append(value) }
        current = nil
      default: return nil
      }
    }
    if let value = current { numbers.append(value) }
    guard (3...7).contains(numbers.count), (1601...9999).contains(numbers[0]), (1...12).contains(numbers[1]),
      (1...31).contains(numbers[2])
    else { return nil }
    numbers += [0, 0, 0]
    guard numbers[3] < 24, numbers[4] < 60, numbers[5] < 61 else { return nil }
    let clock = Double(
      Self.days(numbers[0], numbers[1], numbers[2]) * 86_400
        + numbers[3] * 3600 + numbers[4] * 60 + numbers[5])
    return universal(clock)
  }

  /// The moment of a day and a time of day; `nil` for a day that its month has not.
  ///
  /// - Parameter offset: the seconds by which the clock is ahead of UTC; `nil` for the clock of the zone.
  func seconds(year: Int, month: Int, day: Int, clock: Double, offset: Double?) -> Double? {
    guard (1...12).contains(month), (1...31).contains(day) else { return nil }
    let next = month == 12 ? Self.days(year + 1, 1, 1) : Self.days(year, month + 1, 1)
    guard day <= next - Self.days(year, month, 1) else { return nil }
    let shown = Double(Self.days(year, month, day) * 86_400) + clock
    return offset.map { shown - $0 } ?? universal(shown)
  }

  /// The moment that a spreadsheet's day number means: whole days since 1899-12-30 and the part of a day behind it, rounded
  /// to seconds.
  func seconds(dayNumber: Double) -> Double {
    universal(((dayNumber - 25_569) * 86_400).rounded())
  }

  /// The moment at which the clock of the zone showed `clock`, given as if it were UTC.
  private func universal(_ clock: Double) -> Double {
    // The offsets before and after any change nearby; the earlier moment that shows this clock wins.
    let before = Double(zone.secondsFromGMT(for: Date(timeIntervalSince1970: clock - 86_400)))
    let after = Double(zone.secondsFromGMT(for: Date(timeIntervalSince1970: clock + 86_400)))
    if before == after { return clock - before }
    for offset in [max(before, after), min(before, after)] {
      let moment = clock - offset
      if Double(zone.secondsFromGMT(for: Date(timeIntervalSince1970: moment))) == offset { return moment }
    }
    return clock - before
  }

  /// Days from 1970-01-01 to a day of the Gregorian calendar (Hinnant, chrono-compatible date algorithms).
  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}
