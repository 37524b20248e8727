// Proves the French holidays and the counting of working days.

import ShopRules
import Testing

@Suite("Working days")
struct WorkingDaysTests {
  @Test(
    "The French holidays of a year are these eleven",
    arguments: [
      (
        2021,
        [
          "2021-01-01", "2021-04-05", "2021-05-01", "2021-05-08", "2021-05-13", "2021-05-24",
          "2021-07-14", "2021-08-15", "2021-11-01", "2021-11-11", "2021-12-25",
        ]
      ),
      // In 2008 Ascension fell on 1 May.
      (
        2008,
        [
          "2008-01-01", "2008-03-24", "2008-05-01", "2008-05-08", "2008-05-12", "2008-07-14",
          "2008-08-15", "2008-11-01", "2008-11-11", "2008-12-25",
        ]
      ),
    ])
  func france(year: Int, expected: [String]) throws {
    let newYear = try #require(Day(year: year, month: 1, day: 1))
    let days = (0..<366).map { newYear.adding(days: $0) }.filter { $0.year == year }
    #expect(days.filter(Holidays.france.contains).map(\.iso) == expected)
  }

  @Test(
    "The n-th working day after a day skips week-ends and holidays",
    arguments: [
      ("2021-06-17", 3, "2021-06-22"),  // Thursday → Tuesday
      ("2021-06-19", 3, "2021-06-23"),  // Saturday → Wednesday
      ("2021-06-20", 1, "2021-06-21"),
      ("2021-06-18", 1, "2021-06-21"),
      ("2021-06-19", 0, "2021-06-19"),
      ("2021-06-19", -5, "2021-06-19"),
      ("2021-04-02", 1, "2021-04-06"),  // over Easter
      ("2021-05-12", 1, "2021-05-14"),  // over Ascension
      ("2021-12-31", 1, "2022-01-03"),
      ("2021-01-01", 254, "2021-12-31"),
    ])
  func counts(from: String, count: Int, expected: String) throws {
    let day = try #require(Day(from))
    #expect(WorkingDays(holidays: .france).day(count, after: day).iso == expected)
  }

  @Test("Without holidays only week-ends are off")
  func none() throws {
    let easterMonday = try #require(Day("2021-04-05"))
    let days = WorkingDays(holidays: .none)
    #expect(days.isWorkingDay(easterMonday))
    #expect(!days.isWorkingDay(easterMonday.adding(days: -1)))
    #expect(!WorkingDays(holidays: .france).isWorkingDay(easterMonday))
  }

  @Test("Listed holidays are off, and their order and repetitions mean nothing")
  func dates() throws {
    let monday = try #require(Day("2021-06-21"))
    let tuesday = monday.adding(days: 1)
    let holidays = Holidays.dates([tuesday, monday, tuesday])
    #expect(holidays == .dates([monday, tuesday]))
    #expect(holidays.hashValue == Holidays.dates([monday, tuesday]).hashValue)
    #expect(holidays != .dates([monday]) && holidays != .none && Holidays.none != .france)
    #expect(Set([Holidays.france, .france, .none]).count == 2)
    let days = WorkingDays(holidays: holidays)
    #expect(days.day(1, after: monday.adding(days: -3)).iso == "2021-06-23")
    #expect(!days.isWorkingDay(monday) && days.isWorkingDay(monday.adding(days: 2)))
  }

  @Test("Absurd holidays and counts end all the same")
  func absurd() throws {
    let start = try #require(Day("2021-06-17"))
    let closed = WorkingDays(holidays: .dates((0..<100_000).map { start.adding(days: $0) }))
    #expect(closed.day(1, after: start).iso == "2295-04-02")
    let end = try #require(Day("9999-12-01"))
    #expect(WorkingDays(holidays: .france).day(.max, after: end) == .last)
    #expect(WorkingDays(holidays: .none).day(1, after: .last) == .last)
  }
}
