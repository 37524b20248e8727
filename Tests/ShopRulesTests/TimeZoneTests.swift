// Proves the time zones: against the C library, across gaps and folds, and by POSIX rules.

import Glibc
import ShopRules
import Testing

@Suite("Time zones", .serialized)
struct TimeZoneTests {
  @Test(
    "Offsets agree with the C library from 1900 to 2100",
    arguments: [
      "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca",
      "Asia/Kathmandu", "America/St_Johns", "Europe/Dublin", "America/Nuuk", "Pacific/Apia",
      "Asia/Gaza", "America/Santiago", "Antarctica/Troll", "Etc/GMT+12", "UTC",
    ])
  func agreesWithTheCLibrary(name: String) throws {
    let zone = try ZoneFiles.zone(name)
    // Only this serialized suite touches the C library's zone.
    setenv("TZ", name, 1)
    tzset()
    defer {
      unsetenv("TZ")
      tzset()
    }
    let start = try Moment("1900-01-01T00:00:00Z").seconds
    let end = try Moment("2101-01-01T00:00:00Z").seconds
    for seconds in stride(from: start, to: end, by: 86_399 * 3) {
      var time = time_t(seconds)
      var fields = tm()
      localtime_r(&time, &fields)
      let local = zone.local(Moment(seconds: seconds))
      guard local.offset == fields.tm_gmtoff, local.day.dayOfMonth == fields.tm_mday,
        local.hour == fields.tm_hour, local.minute == fields.tm_min,
        local.second == fields.tm_sec
      else {
        Issue.record("at \(seconds): \(local.offset), not \(fields.tm_gmtoff)")
        return
      }
    }
  }

  @Test(
    "What the clocks show at a moment leads back to it, or to the first time they showed it",
    arguments: ["Europe/Paris", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia"])
  func wallTimesComeBack(name: String) throws {
    let zone = try ZoneFiles.zone(name)
    let start = try Moment("1900-01-01T00:00:00Z").seconds
    let end = try Moment("2101-01-01T00:00:00Z").seconds
    for seconds in stride(from: start, to: end, by: 61_001) {
      let moment = Moment(seconds: seconds)
      let local = zone.local(moment)
      let back = zone.moment(
        local.day, hour: local.hour, minute: local.minute, second: local.second)
      let shown = zone.local(back)
      guard back <= moment, shown.day == local.day, shown.hour == local.hour,
        shown.minute == local.minute, shown.second == local.second
      else {
        Issue.record("\(local) led to \(shown)")
        return
      }
    }
  }

  @Test(
    "In Paris skipped times move past the gap and doubled ones are the first",
    arguments: [
      ("2021-03-28", 1, 59, "2021-03-28T01:59:00+01:00"),
      ("2021-03-28", 2, 0, "2021-03-28T03:00:00+02:00"),
      ("2021-03-28", 2, 30, "2021-03-28T03:30:00+02:00"),
      ("2021-03-28", 3, 0, "2021-03-28T03:00:00+02:00"),
      ("2021-10-31", 1, 59, "2021-10-31T01:59:00+02:00"),
      ("2021-10-31", 2, 0, "2021-10-31T02:00:00+02:00"),
      ("2021-10-31", 2, 59, "2021-10-31T02:59:00+02:00"),
      ("2021-10-31", 3, 0, "2021-10-31T03:00:00+01:00"),
      ("2090-03-26", 2, 30, "2090-03-26T03:30:00+02:00"),
      ("2090-10-29", 2, 30, "2090-10-29T02:30:00+02:00"),
      ("2021-06-17", 36, -60, "2021-06-18T11:00:00+02:00"),
    ])
  func gapsAndFolds(iso: String, hour: Int, minute: Int, expected: String) throws {
    let paris = try ZoneFiles.zone("Europe/Paris")
    let day = try #require(Day(iso))
    let moment = paris.moment(day, hour: hour, minute: minute)
    #expect(moment.rfc3339(in: paris) == expected)
  }

  @Test("The day Samoa skipped begins on the next")
  func skippedDay() throws {
    let apia = try ZoneFiles.zone("Pacific/Apia")
    let day = try #require(Day("2011-12-30"))
    #expect(apia.moment(day, hour: 12).rfc3339(in: apia) == "2011-12-31T12:00:00+14:00")
  }

  @Test("A day belongs to the zone it is asked in")
  func days() throws {
    let moment = try Moment("2021-06-17T22:30:00Z")
    #expect(ShopRules.TimeZone.utc.day(of: moment).iso == "2021-06-17")
    #expect(try ZoneFiles.zone("Europe/Paris").day(of: moment).iso == "2021-06-18")
    #expect(ShopRules.TimeZone.utc.name == "UTC")
  }

  @Test(
    "POSIX rules of every form are followed",
    arguments: [
      ("CET-1CEST,M3.5.0,M10.5.0/3", "2050-03-27T00:59:59Z", 3600),
      ("CET-1CEST,M3.5.0,M10.5.0/3", "2050-03-27T01:00:00Z", 7200),
      ("CET-1CEST,M3.5.0,M10.5.0/3", "2050-10-30T00:59:59Z", 7200),
      ("CET-1CEST,M3.5.0,M10.5.0/3", "2050-10-30T01:00:00Z", 3600),
      ("IST-1GMT0,M10.5.0,M3.5.0/1", "2050-12-25T00:00:00Z", 0),
      ("IST-1GMT0,M10.5.0,M3.5.0/1", "2050-07-01T00:00:00Z", 3600),
      ("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "2050-01-01T00:00:00Z", 39_600),
      ("<-03>3", "2050-01-01T00:00:00Z", -10_800),
      ("<-00>+0:00:01", "2050-01-01T00:00:00Z", -1),
      ("EST5EDT", "2050-03-13T07:00:00Z", -14_400),
      ("EST5EDT", "2050-11-06T06:00:00Z", -18_000),
      // J60 is always 1 March, 59 is 29 February when there is one.
      ("AAA0BBB,J60/0,J300", "2048-02-29T23:59:59Z", 0),
      ("AAA0BBB,J60/0,J300", "2048-03-01T00:00:00Z", 3600),
      ("AAA0BBB,59/0,J300", "2048-02-29T00:00:00Z", 3600),
      ("AAA0BBB,59/0,J300", "2049-02-28T23:59:59Z", 0),
      ("AAA0BBB,59/0,J300", "2049-03-01T00:00:00Z", 3600),
      // Greenland: an hour before the last Sunday begins.
      ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2050-03-27T00:59:59Z", -7200),
      ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2050-03-27T01:00:00Z", -3600),
      // Six days and 23 hours later, and as much earlier.
      ("AAA0BBB,J10/167,J300/-167", "2050-01-16T22:59:59Z", 0),
      ("AAA0BBB,J10/167,J300/-167", "2050-01-16T23:00:00Z", 3600),
      ("AAA0BBB,J10/167,J300/-167", "2050-10-19T23:59:59Z", 3600),
      ("AAA0BBB,J10/167,J300/-167", "2050-10-20T00:00:00Z", 0),
      // Turns that cross the end of a year.
      ("AAA0BBB,J364/167,J100/0", "2050-01-05T22:59:59Z", 0),
      ("AAA0BBB,J364/167,J100/0", "2050-01-05T23:00:00Z", 3600),
      // Daylight saving all year round, as RFC 9636 writes it.
      ("XXX3EDT4,0/0,J365/23", "2050-01-01T03:00:00Z", -14_400),
      ("XXX3EDT4,0/0,J365/23", "2050-12-31T23:59:59Z", -14_400),
      // However far away.
      ("CET-1CEST,M3.5.0,M10.5.0/3", "9998-07-01T00:00:00Z", 7200),
    ] as [(String, String, Int)])
  func posixRules(footer: String, text: String, offset: Int) throws {
    let zone = try ZoneFiles.zone(footer: footer)
    #expect(zone.offset(at: try Moment(text)) == offset)
  }

  @Test("The footer rules before 1970 too when there are no changes at all")
  func footerAlone() throws {
    let zone = try ZoneFiles.zone(footer: "CET-1CEST,M3.5.0,M10.5.0/3", offset: 60)
    #expect(zone.offset(at: try Moment("1950-07-01T00:00:00Z")) == 7200)
    #expect(zone.offset(at: try Moment("1950-01-01T00:00:00Z")) == 3600)
  }

  @Test("An empty footer and a version 1 file leave the offset of the table")
  func withoutRule() throws {
    #expect(try ZoneFiles.zone(footer: "", offset: 1234).offset(at: Moment(seconds: 0)) == 1234)
    let old = ZoneFiles.file(version: "\0", footer: "", offset: -1234)
    #expect(try Zone(name: "old", tzif: old).offset(at: Moment(seconds: 0)) == -1234)
  }

  @Test("The same bytes make equal zones, and a change makes another")
  func equality() throws {
    #expect(try ZoneFiles.zone("Europe/Paris") == ZoneFiles.zone("Europe/Paris"))
    #expect(try ZoneFiles.zone(footer: "CET-1") != ZoneFiles.zone(footer: "CET-2"))
  }
}
