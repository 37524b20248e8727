// Proves that damaged time zones are refused, and that no bytes whatever make the reader trap.

import ShopRules
import Testing

@Suite("Damaged time zones")
struct DamagedZoneTests {
  @Test("Every prefix of a file is refused")
  func prefixes() throws {
    let bytes = try ZoneFiles.bytes("Europe/Paris")
    for length in 0..<bytes.count {
      #expect(throws: Zone.Damaged.self) {
        try Zone(name: "prefix", tzif: Array(bytes[..<length]))
      }
    }
  }

  @Test(
    "Files with bytes changed at random are refused or used, and never trap",
    arguments: ["Europe/Paris", "Africa/Casablanca"], 1...4 as ClosedRange<UInt64>)
  func mutations(name: String, seed: UInt64) throws {
    let original = try ZoneFiles.bytes(name)
    var random = SplitMix(state: seed)
    var used = 0
    for _ in 0..<1000 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        // Half of the changes strike the headers and the footer, where most can go wrong.
        let places = [0..<bytes.count, 0..<44, bytes.count - 40..<bytes.count]
        let place = places[Int.random(in: 0...2, using: &random)]
        bytes[Int.random(in: place, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      guard let zone = try? Zone(name: name, tzif: bytes) else { continue }
      used += 1
      exercise(zone, &random)
    }
    #expect(used > 0)
  }

  @Test("Footers changed at random are refused or used, and never trap")
  func footers() {
    var random = SplitMix(state: 7)
    let alphabet = [Character]("AB<>+-,,//..:JMM0123456789")
    for _ in 0..<20_000 {
      var footer = [Character]("<+1030>-10:30<+11>-11,M10.1.0/167,J60/-167:59:59")
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let index = Int.random(in: 0..<footer.count, using: &random)
        footer[index] = alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
      }
      guard let zone = try? ZoneFiles.zone(footer: String(footer)) else { continue }
      exercise(zone, &random)
    }
  }

  /// Asks a zone for everything at the moments most likely to overflow.
  private func exercise(_ zone: Zone, _ random: inout SplitMix) {
    let far: [Int64] = [.min, .min + 1, -62_135_596_800, 0, 4_000_000_000, .max - 1, .max]
    for seconds in far + [Int64.random(in: .min ... .max, using: &random)] {
      let moment = Moment(seconds: seconds)
      let local = zone.local(moment)
      _ = zone.moment(local.day, hour: local.hour)
      _ = moment.rfc3339(in: zone)
      _ = moment.label(in: zone, language: .en)
    }
    _ = zone.moment(.first, hour: .min, minute: .min, second: .min)
    _ = zone.moment(.last, hour: .max, minute: .max, second: .max)
  }

  @Test(
    "A footer that is not a POSIX TZ string is refused",
    arguments: [
      "C", "CE-1", "CET", "CET-", "CET-25", "CET-1:60", "CET-1:", "<CET-1", "<>-1", "<+1>-1",
      "CET-1CEST,", "CET-1CEST,M3.5.0", "CET-1CEST,M3.5.0,", "CET-1CEST,M13.5.0,M10.5.0",
      "CET-1CEST,M0.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.0.0,M10.5.0",
      "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,J0,J1", "CET-1CEST,J366,J1", "CET-1CEST,366,1",
      "CET-1CEST,M3.5.0/168,M10.5.0", "CET-1CEST,M3.5.0,M10.5.0/3x", "CET-1CEST,M3.5.0,M10.5.0 ",
      "CET-1 CEST", "CET-1CEST,0001,2", "C\u{e9}T-1", "CET--1",
    ])
  func badFooters(footer: String) {
    #expect(throws: Zone.Damaged.self) { try ZoneFiles.zone(footer: footer) }
  }

  @Test("A refusal names the zone and the reason")
  func reasons() throws {
    let paris = try ZoneFiles.bytes("Europe/Paris")
    func reason(_ change: (inout [UInt8]) -> Void) -> String? {
      var bytes = paris
      change(&bytes)
      do throws(Zone.Damaged) {
        _ = try Zone(name: "Here/There", tzif: bytes)
        return nil
      } catch {
        return "\(error.name): \(error.reason)"
      }
    }
    #expect(reason { _ in } == nil)
    #expect(reason { $0 = [] } == "Here/There: it is cut short")
    #expect(reason { $0[0] = 0 } == "Here/There: it does not begin with TZif")
    #expect(reason { $0[4] = UInt8(ascii: "5") } == "Here/There: its version is none of 1 to 4")
    #expect(reason { $0[32] = 0xFF } == "Here/There: it is cut short")
    #expect(reason { $0.removeLast() } == "Here/There: its footer is cut short")
    #expect(
      reason { $0[$0.count - 2] = UInt8(ascii: "!") }
        == "Here/There: its footer is not a POSIX TZ string")
  }

  @Test("A file that counts leap seconds is refused")
  func leapSeconds() {
    var bytes = ZoneFiles.file(version: "\0", footer: "")
    bytes[31] = 1
    let padded = bytes + [UInt8](repeating: 0, count: 20)
    #expect(throws: Zone.Damaged(name: "right", reason: "it counts leap seconds")) {
      try Zone(name: "right", tzif: padded)
    }
  }
}

/// A small generator with a seed, so that a failure can be seen again (Steele, Lea and Flood,
/// “Fast splittable pseudorandom number generators”, 2014).
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
