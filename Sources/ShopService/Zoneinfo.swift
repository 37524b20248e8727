// Time zones by name, from the system's zoneinfo files.
import Glibc
import JSONRPC
public import ShopRules

/// The IANA time zone database as systems install it (Debian's tzdata).
public enum Zoneinfo {
  /// A zone could not be had.
  public struct Unavailable: Error, CustomStringConvertible {
    public let description: String
  }

  private static let folder = "/usr/share/zoneinfo/"

  /// The time zone of that IANA name. UTC needs no file.
  public static func zone(_ name: String) throws -> TimeZone {
    if name == TimeZone.utc.name { return .utc }
    let isName =
      !name.isEmpty && !name.hasPrefix("/") && !name.contains("..")
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "_"),
          UInt8(ascii: "-"), UInt8(ascii: "+"):
          true
        default: false
        }
      }
    guard isName, let bytes = contents(ofFile: folder + name) else {
      throw Unavailable(
        description: "this system knows no time zone \(name) (no file \(folder)\(name); "
          + "Debian's package tzdata has them)")
    }
    return try TimeZone(name: name, tzif: bytes)
  }

  static let shape = Shape.text("an IANA time zone of this system, such as \"Europe/Paris\"").map(
    to: { try? zone($0) }, from: { $0.name })
}

/// The bytes of a file, or nil with errno set.
func contents(ofFile path: String) -> [UInt8]? {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return nil }
  defer { close(descriptor) }
  var status = stat()
  guard fstat(descriptor, &status) == 0 else { return nil }
  var bytes: [UInt8] = []
  bytes.reserveCapacity(status.st_size)
  var chunk = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let length = read(descriptor, &chunk, chunk.count)
    if length == 0 { return bytes }
    if length < 0 {
      if errno == EINTR { continue }
      return nil
    }
    bytes.append(contentsOf: chunk[..<length])
  }
}
