// Reads the time zones of this machine for the tests.

import Foundation
import ShopRules

typealias Zone = ShopRules.TimeZone

enum ZoneFiles {
  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/\(name)")))
  }

  static func zone(_ name: String) throws -> Zone {
    try Zone(name: name, tzif: bytes(name))
  }

  /// A version 2 file without changes, whose footer alone tells the time.
  static func zone(footer: String, offset: Int32 = 0) throws(Zone.Damaged) -> Zone {
    try Zone(name: footer, tzif: file(version: "2", footer: footer, offset: offset))
  }

  static func file(version: String, footer: String, offset: Int32 = 0) -> [UInt8] {
    let block =
      [UInt8]("TZif\(version)".utf8) + [UInt8](repeating: 0, count: 15)
      + [0, 0, 0, 0] + [0, 0, 0, 0] + [0, 0, 0, 0] + [0, 0, 0, 0] + [0, 0, 0, 1] + [0, 0, 0, 4]
      + withUnsafeBytes(of: offset.bigEndian) { [UInt8]($0) } + [0, 0]
      + [UInt8]("LMT\0".utf8)
    return block + block + [UInt8]("\n\(footer)\n".utf8)
  }
}

extension Moment {
  /// The moment of an RFC 3339 text the tests know to be right.
  init(_ text: String) throws {
    guard let moment = Moment(rfc3339: text) else { throw Unreadable(text: text) }
    self = moment
  }

  struct Unreadable: Error {
    let text: String
  }
}
