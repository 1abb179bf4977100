import Foundation

/// The names of months and weekdays in many languages, as spreadsheets and programs write them into dates.
enum MonthNames {
  private static let languages = [
    "en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "nb", "fi", "pl", "cs", "sk", "hu", "ro", "ru", "uk", "bg",
    "el",
    "tr", "et", "lv", "lt", "hr", "sl", "sr", "ca", "id", "vi", "ja", "ko", "zh",
  ]

  /// The number of the month that a word means; `nil` where it means none, or another one in another language.
  static func month(_ word: some StringProtocol) -> Int? {
    months[folded(word)].flatMap { $0 }
  }

  /// Whether a word is a weekday's name.
  static func isWeekday(_ word: some StringProtocol) -> Bool {
    weekdays.contains(folded(word))
  }

  private static let calendars: [Calendar] = languages.map { language in
    var calendar = Calendar(identifier: .gregorian)
    calendar.locale = Locale(identifier: language)
    return calendar
  }

  private static let months: [String: Int?] = {
    var found: [String: Int?] = [:]
    for calendar in calendars {
      let lists = [
        calendar.monthSymbols, calendar.shortMonthSymbols, calendar.standaloneMonthSymbols,
        calendar.shortStandaloneMonthSymbols,
      ]
      for (number, name) in lists.flatMap({ Array($0.enumerated()) }) {
        let name = folded(name)
        // Names of one letter, and numbers, say too little.
        guard name.count > 1, !name.allSatisfy({ ("0"..."9").contains($0) }) else { continue }
        if let known = found[name], known != number + 1 { found[name] = .some(nil) } else { found[name] = number + 1 }
      }
    }
    // English is what programs write whatever the language is.
    for (number, name) in calendars[0].shortMonthSymbols.enumerated() { found[folded(name)] = number + 1 }
    for (number, name) in calendars[0].monthSymbols.enumerated() { found[folded(name)] = number + 1 }
    found["sept"] = 9
    return found
  }()

  private static let weekdays: Set<String> = {
    var found: Set<String> = []
    for calendar in calendars {
      let lists = [calendar.weekdaySymbols, calendar.shortWeekdaySymbols, calendar.shortStandaloneWeekdaySymbols]
      found.formUnion(lists.flatMap { $0 }.map { folded($0) }.filter { !$0.isEmpty })
    }
    return found
  }()

  private static func folded(_ word: some StringProtocol) -> String {
    String(word).folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil)
      .filter { $0.isLetter || $0.isNumber }
  }
}
