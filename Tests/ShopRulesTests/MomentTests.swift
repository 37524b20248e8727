// Proves how moments are read and written: RFC 3339 and the labels people read.

import ShopRules
import Testing

@Suite("Moments")
struct MomentTests {
  @Test(
    "RFC 3339 texts name the right second",
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("2021-06-17T12:16:00+02:00", 1_623_924_960),
      ("2021-06-17t10:16:00z", 1_623_924_960), ("2021-06-17T10:16:00.999999Z", 1_623_924_960),
      ("2021-06-17T10:16:00.5-00:00", 1_623_924_960), ("1969-12-31T23:59:59Z", -1),
      ("2016-12-31T23:59:60Z", 1_483_228_799), ("2017-01-01T00:59:60.5+01:00", 1_483_228_799),
      ("0001-01-01T00:00:00Z", -62_135_596_800), ("9999-12-31T23:59:59Z", 253_402_300_799),
      ("2021-06-18T10:15:00+23:59", 1_623_924_960), ("2021-06-16T10:17:00-23:59", 1_623_924_960),
    ] as [(String, Int64)])
  func reads(text: String, seconds: Int64) {
    #expect(Moment(rfc3339: text)?.seconds == seconds)
  }

  @Test(
    "Anything else is refused",
    arguments: [
      "", "2021-06-17", "2021-06-17T12:16:00", "2021-06-17 12:16:00Z", "2021-06-17T12:16Z",
      "2021-06-17T24:00:00Z", "2021-06-17T12:60:00Z", "2021-06-17T12:16:61Z",
      "2021-06-17T12:16:60Z", "2016-12-31T23:59:60+01:00", "2021-02-29T12:16:00Z",
      "2021-06-31T12:16:00Z", "0000-01-01T00:00:00Z", "2021-06-17T12:16:00.Z",
      "2021-06-17T12:16:00,5Z", "2021-06-17T12:16:00.5", "2021-06-17T12:16:00+0200",
      "2021-06-17T12:16:00+02", "2021-06-17T12:16:00+24:00", "2021-06-17T12:16:00+02:60",
      "2021-06-17T12:16:00ZZ", "2021-06-17T12:16:00Z ", " 2021-06-17T12:16:00Z",
      "2021-06-17T12:16:00+02:00x", "2021-06-17T12:16:00−02:00", "2021-06-17T12-16-00Z",
      "2021-6-17T12:16:00+02:00", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
      "2021-06-17T12:16:00.", "2021-06-17T12:16:0éZ",
    ])
  func refuses(text: String) {
    #expect(Moment(rfc3339: text) == nil)
  }

  @Test(
    "Written moments are read back as themselves",
    arguments: ["Europe/Paris", "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia"])
  func roundTrips(name: String) throws {
    let zone = try ZoneFiles.zone(name)
    for seconds in stride(from: Int64(-62_000_000_000), to: 253_000_000_000, by: 60_999_983) {
      let moment = Moment(seconds: seconds)
      #expect(Moment(rfc3339: moment.rfc3339(in: zone)) == moment)
    }
  }

  @Test("Offsets are written to the minute, and the time follows them")
  func offsets() throws {
    let moment = try Moment("2021-06-17T10:16:00Z")
    #expect(moment.rfc3339(in: .utc) == "2021-06-17T10:16:00+00:00")
    let paris = try ZoneFiles.zone("Europe/Paris")
    #expect(moment.rfc3339(in: paris) == "2021-06-17T12:16:00+02:00")
    // Paris kept its own mean time, +00:09:21, until 1911.
    let old = try Moment("1900-01-01T00:00:00Z")
    #expect(paris.offset(at: old) == 561)
    #expect(old.rfc3339(in: paris) == "1900-01-01T00:09:00+00:09")
    let newfoundland = try ZoneFiles.zone("America/St_Johns")
    #expect(moment.rfc3339(in: newfoundland) == "2021-06-17T07:46:00-02:30")
    // St. John's kept -03:30:52 until 1935, which rounds away from zero.
    #expect(old.rfc3339(in: newfoundland) == "1899-12-31T20:29:00-03:31")
  }

  @Test("An offset RFC 3339 cannot write still leaves the moment right")
  func hugeOffset() throws {
    let zone = try ZoneFiles.zone(footer: "", offset: 90_000)
    let moment = try Moment("2021-06-17T10:16:00Z")
    #expect(moment.rfc3339(in: zone) == "2021-06-18T10:15:00+23:59")
  }

  @Test(
    "Labels read as people write them",
    arguments: [
      ("2021-06-17T12:16:00+02:00", "17 juin 2021 @12h16", "June 17, 2021 @12:16"),
      ("2024-02-01T09:05:59+01:00", "1er février 2024 @09h05", "February 1, 2024 @09:05"),
      ("2023-08-11T00:00:00+02:00", "11 août 2023 @00h00", "August 11, 2023 @00:00"),
      ("2023-12-31T22:59:59Z", "31 décembre 2023 @23h59", "December 31, 2023 @23:59"),
      ("2023-12-31T23:00:00Z", "1er janvier 2024 @00h00", "January 1, 2024 @00:00"),
    ])
  func labels(text: String, french: String, english: String) throws {
    let paris = try ZoneFiles.zone("Europe/Paris")
    let moment = try Moment(text)
    #expect(moment.label(in: paris, language: .fr) == french)
    #expect(moment.label(in: paris, language: .en) == english)
  }

  @Test("Every month has its name", arguments: 1...12)
  func months(month: Int) throws {
    let french = [
      "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
      "octobre", "novembre", "décembre",
    ]
    let english = [
      "January", "February", "March", "April", "May", "June", "July", "August", "September",
      "October", "November", "December",
    ]
    let day = try #require(Day(year: 2022, month: month, day: 22))
    let moment = ShopRules.TimeZone.utc.moment(day)
    #expect(
      moment.label(in: .utc, language: .fr) == "22 \(french[month - 1]) 2022 @00h00")
    #expect(
      moment.label(in: .utc, language: .en) == "\(english[month - 1]) 22, 2022 @00:00")
  }

  @Test("The farthest moments are written without trapping", arguments: [Int64.min, .max])
  func farthest(seconds: Int64) throws {
    let paris = try ZoneFiles.zone("Europe/Paris")
    let moment = Moment(seconds: seconds)
    #expect(moment.rfc3339(in: paris).utf8.count == 25)
    #expect(!moment.label(in: paris, language: .fr).isEmpty)
    #expect(paris.day(of: moment) == (seconds < 0 ? .first : .last))
  }

  @Test("Languages are known by their ISO codes")
  func languages() {
    #expect(Language.allCases.map(\.rawValue) == ["fr", "en"])
  }
}
