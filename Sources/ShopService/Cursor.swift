// Where a list goes on: an opaque word that callers send back as they got it.
import JSONRPC
import ShopRules
import ShopStore

/// Hexadecimal digits of a small JSON array: opaque enough, and a mistake in it is seen.
struct Cursor: Sendable {
  enum Part: Sendable, Equatable {
    case integer(Int64)
    case text(String)
  }

  let parts: [Part]

  static let shape = Shape.text("a cursor from an answer's \"nextCursor\"").map(
    to: { Cursor(word: $0) }, from: { $0.word })

  init(_ parts: [Part]) {
    self.parts = parts
  }

  private init?(word: String) {
    let digits = Array(word.utf8)
    var bytes: [UInt8] = []
    guard digits.count % 2 == 0, digits.count <= 4096 else { return nil }
    for index in stride(from: 0, to: digits.count, by: 2) {
      let pair = String(decoding: digits[index...index + 1], as: UTF8.self)
      guard let byte = UInt8(pair, radix: 16) else { return nil }
      bytes.append(byte)
    }
    guard let json = try? JSONText.parse(bytes), json.isArray else { return nil }
    parts = json.elements.compactMap { element in
      element.integer.map(Part.integer) ?? element.string.map(Part.text)
    }
    guard parts.count == json.count else { return nil }
  }

  private var word: String {
    var writer = JSONWriter(capacity: 128)
    writer.beginArray()
    for part in parts {
      writer.element()
      switch part {
      case .integer(let value): writer.integer(value)
      case .text(let text): writer.string(text)
      }
    }
    writer.endArray()
    return writer.bytes.map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }
}

extension Cursor {
  /// After an order that stands so in a list of orders.
  init(after position: OrderPosition, by sort: OrderSort, isDescending: Bool) {
    parts =
      [.text(sort.rawValue), .integer(isDescending ? 1 : 0)]
      + position.parts.map { part in
        switch part {
        case .integer(let value): .integer(value)
        case .text(let text): .text(text)
        }
      }
  }

  /// The position in a list of orders sorted so; a cursor of another list is a mismatch.
  func position(by sort: OrderSort, isDescending: Bool) throws(Mismatch) -> OrderPosition {
    let position = OrderPosition(
      parts: parts.dropFirst(2).map { part in
        switch part {
        case .integer(let value): .integer(value)
        case .text(let text): .text(text)
        }
      })
    guard parts.prefix(2) == [.text(sort.rawValue), .integer(isDescending ? 1 : 0)],
      position.fits(sort)
    else { throw Cursor.mismatch("a list sorted the same way") }
    return position
  }

  static func mismatch(_ list: String) -> Mismatch {
    Mismatch(
      expected: "a cursor of \(list)", found: "a cursor of another list",
      hint: "A cursor belongs to the sort and direction it was answered for."
    ).at("cursor")
  }
}
