// Proves the civil calendar: conversions, refusals, weekdays, Easter and the ends of time.

import Foundation
import Glibc
import ShopRules
import Testing

@Suite("Days")
struct DayTests {
  // Every day of one cycle of 400 years, then all of time in strides.
  @Test(
    "Days are the ones the C library computes, and come back",
    arguments: [(0, 146_097, 1), (Day.first.number, Day.last.number, 101)])
  func agreesWithTheCLibrary(first: Int, last: Int, stride step: Int) {
    for number in stride(from: first, through: last, by: step) {
      let day = Day(number: number)
      var seconds = number * 86_400
      var fields = tm()
      gmtime_r(&seconds, &fields)
      let year = Int(fields.tm_year) + 1900
      let month = Int(fields.tm_mon) + 1
      let weekday = fields.tm_wday == 0 ? 7 : Int(fields.tm_wday)
      guard day.year == year, day.month == month, day.dayOfMonth == fields.tm_mday,
        day.weekday.rawValue == weekday,
        Day(year: year, month: month, day: Int(fields.tm_mday)) == day
      else {
        Issue.record("\(number) is \(day.iso)")
        return
      }
    }
  }

  @Test("Days agree with Foundation and round trip through ISO 8601")
  func agreesWithFoundation() {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    // From 1600 on, because Foundation's calendar is Julian before 1582.
    for number in stride(from: -135_140, through: 2_932_896, by: 997) {
      let date = Date(timeIntervalSince1970: Double(number) * 86_400)
      let parts = calendar.dateComponents([.year, .month, .day], from: date)
      let day = Day(number: number)
      #expect(day.year == parts.year && day.month == parts.month && day.dayOfMonth == parts.day)
      #expect(Day(day.iso) == day)
    }
  }

  @Test("The ends of time and the epoch have the numbers they should")
  func landmarks() {
    #expect(Day(number: 0).iso == "1970-01-01")
    #expect(Day.first.iso == "0001-01-01")
    #expect(Day.last.iso == "9999-12-31")
    #expect(Day("2021-06-17")?.weekday == .thursday)
    #expect(Day("2024-02-28")?.adding(days: 2) == Day("2024-03-01"))
    #expect(Day("2024-03-01")?.adding(days: -1) == Day("2024-02-29"))
  }

  @Test("Days beyond the ends are held there", arguments: [Int.max, 1, 4_000_000])
  func held(days: Int) {
    #expect(Day.last.adding(days: days) == .last)
    #expect(Day.first.adding(days: -days) == .first)
    #expect(Day(number: .max) == .last)
    #expect(Day(number: .min) == .first)
  }

  @Test(
    "A text that is not an ISO date is refused",
    arguments: [
      "", "2021-6-17", "2021-06-1", "2021-02-29", "1900-02-29", "2021-13-01", "2021-00-01",
      "2021-04-31", "2021-01-00", "0000-01-01", "+2021-01-01", "2021/01/01", " 2021-01-01",
      "2021-01-01 ", "20210101", "2021-01-01T", "٢٠٢١-01-01", "2021-1é-01",
    ])
  func refusesText(text: String) {
    #expect(Day(text) == nil)
  }

  @Test(
    "A date that does not exist is refused",
    arguments: [(0, 1, 1), (10_000, 1, 1), (2023, 2, 29), (2024, 1, Int.max), (.min, .min, .min)])
  func refusesParts(year: Int, month: Int, day: Int) {
    #expect(Day(year: year, month: month, day: day) == nil)
  }

  @Test(
    "Easter falls on the known Sundays",
    arguments: [
      "1583-04-10", "1818-03-22", "1943-04-25", "1954-04-18", "1981-04-19", "2000-04-23",
      "2008-03-23", "2021-04-04", "2024-03-31", "2025-04-20", "2038-04-25", "2049-04-18",
    ])
  func easter(iso: String) throws {
    let day = try #require(Day(iso))
    #expect(Day.easterSunday(year: day.year) == day)
  }

  @Test("Easter is always a Sunday from 22 March to 25 April")
  func easterRange() {
    for year in 1...9999 {
      let easter = Day.easterSunday(year: year)
      #expect(easter.weekday == .sunday && easter.year == year)
      #expect("03-22"..."04-25" ~= easter.iso.dropFirst(5))
    }
    #expect(Day.easterSunday(year: .max).year == 9999)
    #expect(Day.easterSunday(year: .min).year == 1)
  }

  @Test("Days are ordered by time")
  func order() throws {
    let days = try ["2021-12-31", "2022-01-01", "0999-05-05"].map { try #require(Day($0)) }
    #expect(days.sorted().map(\.iso) == ["0999-05-05", "2021-12-31", "2022-01-01"])
  }
}
