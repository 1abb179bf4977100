import Tracks

/// Which of two numbers of a date is the day: spreadsheets write `01/02/2023` for both.
enum DateOrder: Equatable {
  /// Dates that tell it by themselves say that the day comes first.
  case dayFirst
  /// They say that the month comes first.
  case monthFirst
  /// None tells it, or they contradict each other.
  case unknown

  /// The order that the dates of a whole export agree upon.
  ///
  /// - Parameters:
  ///   - days: the number of dates that are none unless the day comes first.
  ///   - months: the number of those that are none unless the month does.
  init(days: Int, months: Int) {
    self = days > 0 && months == 0 ? .dayFirst : months > 0 && days == 0 ? .monthFirst : .unknown
  }
}

/// A date and time as people and spreadsheets spell it in many languages, without a zone.
struct DateSpelling {
  /// What its digits and words say, before the order of day and month is settled.
  private enum Day {
    case certain(year: Int, month: Int, day: Int)
    /// A date that starts with its day or its month.
    case either(Int, Int, year: Int)
  }

  private let day: Day
  private let clock: Double
  /// The seconds that its zone is ahead of UTC, where it names one.
  private let offset: Double?

  /// Whether it is a date only where the day comes first, or only where the month does; `nil` where it does not tell.
  var order: DateOrder? {
    guard case .either(let first, let second, _) = day, first != second else { return nil }
    if first > 12 { return .dayFirst }
    return second > 12 ? .monthFirst : nil
  }

  /// Whether a text may be a date that starts with its day or its month, told by a glance at its first characters.
  static func mayBeEither(_ text: String) -> Bool {
    text.utf8.dropFirst().prefix(2).contains { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "-") }
  }

  /// Whether it means two days.
  var isAmbiguous: Bool {
    guard case .either(let first, let second, _) = day else { return false }
    return first != second && first <= 12 && second <= 12
  }

  /// Its moment; `nil` for a day that does not exist. Of two possible ones, the later: what is known of a track from then
  /// on is at least not claimed for the time before.
  func seconds(_ order: DateOrder, _ zone: LocalTime) -> Double? {
    func moment(_ year: Int, _ month: Int, _ day: Int) -> Double? {
      zone.seconds(year: year, month: month, day: day, clock: clock, offset: offset)
    }
    switch day {
    case .certain(let year, let month, let day): return moment(year, month, day)
    case .either(let first, let second, let year):
      let dayFirst = moment(year, second, first)
      let monthFirst = moment(year, first, second)
      switch order {
      case .dayFirst: return dayFirst
      case .monthFirst: return monthFirst
      case .unknown: return [dayFirst, monthFirst].compactMap { $0 }.max()
      }
    }
  }

  // MARK: Reading

  private enum Token: Equatable {
    case number(Int, digits: Int)
    case word(String)
    case sign(Unicode.Scalar)
  }

  /// Reads a spelling; `nil` for what is no date, or has words in it that dates have not.
  init?(_ text: some StringProtocol) {
    guard text.utf8.count <= 80, let tokens = Self.tokens(text) else { return nil }
    var clock: Double?
    var offset: Double?
    var numbers: [(value: Int, digits: Int)] = []
    var separators: Set<Unicode.Scalar> = []
    var month: (number: Int, place: Int)?
    var half: Int?
    var index = 0
    while index < tokens.count {
      switch tokens[index] {
      case .number(let value, let digits):
        if clock == nil, let time = Self.clock(tokens[index...]) {
          (clock, offset) = (time.seconds, time.offset)
          index += time.length
          continue
        }
        numbers.append((value, digits))
      case .word(let word):
        if let found = MonthNames.month(word), month == nil {
          month = (found, numbers.count)
        } else if let found = Self.half(word) {
          half = found
        } else if !Self.ignored.contains(word.lowercased()), !MonthNames.isWeekday(word) {
          return nil
        }
      case .sign(let sign): separators.insert(sign)
      }
      index += 1
    }
    guard let day = Self.day(numbers, month, separators) else { return nil }
    self.day = day
    self.offset = offset
    var seconds = clock ?? 0
    if let half {
      guard clock != nil, seconds < 13 * 3600, seconds >= 0 else { return nil }
      if seconds >= 12 * 3600 { seconds -= 12 * 3600 }
      seconds += Double(half) * 12 * 3600
    }
    self.clock = seconds
  }

  /// Words that dates are written with and that change nothing.
  private static let ignored: Set<String> = [
    "t", "z", "utc", "gmt", "at", "um", "uhr", "h", "de", "del", "of", "the", "à", "a", "kl", "klo", "г", "år", "st",
    "nd",
    "rd", "th", "den", "le", "年", "月", "日", "년", "월", "일", "時", "时", "分", "秒", "시", "분", "초", "r", "ngày", "tháng",
  ]

  /// 0 for a word for the hours before noon, 1 for one after it.
  private static func half(_ word: String) -> Int? {
    switch word.lowercased().filter({ $0 != "." }) {
    case "am", "上午", "午前", "오전", "πμ": 0
    case "pm", "下午", "午後", "오후", "μμ": 1
    default: nil
    }
  }

  /// The tokens of a text; `nil` where it holds what no date holds.
  private static func tokens(_ text: some StringProtocol) -> [Token]? {
    var tokens: [Token] = []
    var scalars = Array(text.unicodeScalars)[...]
    while let first = scalars.first {
      if ("0"..."9").contains(first) {
        let digits = scalars.prefix { ("0"..."9").contains($0) }
        guard digits.count <= 9 else { return nil }
        tokens.append(.number(digits.reduce(0) { $0 * 10 + Int($1.value - 48) }, digits: digits.count))
        scalars = scalars.dropFirst(digits.count)
      } else if first.properties.isAlphabetic {
        // A digit's unit of Chinese, Japanese and Korean stands between digits.
        let letters = scalars.prefix {
          $0.properties.isAlphabetic || $0.properties.generalCategory == .nonspacingMark
        }
        var word = String(String.UnicodeScalarView(letters))
        var length = letters.count
        // `p.m.` is one word.
        if letters.count == 1, ["a", "p"].contains(word.lowercased()) {
          let rest = scalars.dropFirst()
          let plain = rest.prefix(4).filter { $0 != "." && $0 != " " && $0 != "\u{A0}" && $0 != "\u{202F}" }
          if rest.first == ".", let next = plain.first, next == "m" || next == "M" {
            word += "m"
            length = (scalars.firstIndex(of: next).map { $0 - scalars.startIndex } ?? 0) + 1
          }
        }
        tokens.append(.word(word))
        scalars = scalars.dropFirst(length)
      } else if ["-", "/", ".", ":", "+", ",", "\u{2010}", "\u{2011}", "\u{2212}"].contains(first) {
        tokens.append(.sign(["\u{2010}", "\u{2011}"].contains(first) ? "-" : first))
        scalars = scalars.dropFirst()
      } else if first.properties.isWhitespace || ["\u{200E}", "\u{200F}", "'", "\u{2019}"].contains(first) {
        scalars = scalars.dropFirst()
      } else {
        return nil
      }
    }
    return tokens
  }

  /// The time of day that tokens begin with: `14:05`, `14:05:30.25`, `14.05.30` only behind a colon, `14時5分`; with an
  /// offset from UTC behind it.
  private static func clock(_ tokens: ArraySlice<Token>) -> (seconds: Double, offset: Double?, length: Int)? {
    var rest = tokens
    var parts: [Int] = []
    func isMark(_ token: Token?) -> Bool {
      switch token {
      case .sign(":"), .word("時"), .word("时"), .word("시"), .word("h"), .word("H"): true
      case .word("分"), .word("분"): !parts.isEmpty
      default: false
      }
    }
    while case .number(let value, let digits) = rest.first, digits <= 2, parts.count < 3 {
      parts.append(value)
      rest = rest.dropFirst()
      guard isMark(rest.first) else { break }
      rest = rest.dropFirst()
    }
    guard parts.count >= 2, parts[0] < 24, parts[1] < 60, (parts.count < 3 ? 0 : parts[2]) < 61 else { return nil }
    var seconds = Double(parts[0] * 3600 + parts[1] * 60 + (parts.count > 2 ? parts[2] : 0))
    if parts.count == 3, case .sign(let point) = rest.first, point == "." || point == ",",
      case .number(let value, let digits) = rest.dropFirst().first
    {
      var fraction = Double(value)
      for _ in 0..<digits { fraction /= 10 }
      seconds += fraction
      rest = rest.dropFirst(2)
    }
    var offset: Double?
    if case .sign(let sign) = rest.first, ["+", "-", "\u{2212}"].contains(sign),
      case .number(let value, let digits) = rest.dropFirst().first
    {
      rest = rest.dropFirst(2)
      var minutes = digits == 4 ? value / 100 * 60 + value % 100 : value * 60
      if digits <= 2, case .sign(":") = rest.first, case .number(let more, _) = rest.dropFirst().first {
        minutes += more
        rest = rest.dropFirst(2)
      }
      guard minutes <= 15 * 60 else { return nil }
      offset = Double(sign == "+" ? minutes : -minutes) * 60
    }
    return (seconds, offset, rest.startIndex - tokens.startIndex)
  }

  /// The day that the numbers beside the time mean.
  private static func day(
    _ numbers: [(value: Int, digits: Int)], _ month: (number: Int, place: Int)?, _ separators: Set<Unicode.Scalar>
  ) -> Day? {
    if let month {
      guard numbers.count == 2 else { return nil }
      let (first, second) = (numbers[0], numbers[1])
      // `2024 Jan 2`, else `2 Jan 2024`, `Jan 2, 2024`.
      if first.digits == 4, second.digits <= 2 { return certain(first.value, month.number, second.value) }
      guard first.digits <= 2, let year = year(second) else { return nil }
      return certain(year, month.number, first.value)
    }
    guard numbers.count == 3 else { return nil }
    let (first, second, third) = (numbers[0], numbers[1], numbers[2])
    if first.digits == 4, second.digits <= 2, third.digits <= 2 {
      return certain(first.value, second.value, third.value)
    }
    guard first.digits <= 2, second.digits <= 2, third.digits == 4 || third.digits == 2, let year = year(third),
      (1...31).contains(first.value), (1...31).contains(second.value), first.value <= 12 || second.value <= 12
    else { return nil }
    // With points the day comes first wherever dates are written so.
    if separators.contains("."), !separators.contains("/"), !separators.contains("-") {
      return certain(year, second.value, first.value)
    }
    // Two digits everywhere and hyphens: the year may as well come first.
    if third.digits == 2, separators.contains("-") { return nil }
    return .either(first.value, second.value, year: year)
  }

  private static func certain(_ year: Int, _ month: Int, _ day: Int) -> Day? {
    guard (1601...9999).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
    return .certain(year: year, month: month, day: day)
  }

  /// A year of four digits, or of two as spreadsheets mean them: up to 69 of this century.
  private static func year(_ number: (value: Int, digits: Int)) -> Int? {
    switch number.digits {
    case 4: number.value
    case 2: number.value <= 69 ? 2000 + number.value : 1900 + number.value
    default: nil
    }
  }
}
