// A pen that writes short texts byte by byte, straight to where they stay.

/// Writes dates, amounts and the like as ASCII or UTF-8 into memory that somebody else provides.
public struct Pen {
  private let paper: UnsafeMutableBufferPointer<UInt8>
  /// How many bytes were written.
  public private(set) var count = 0

  /// A pen on `paper`, which has to last as long as the pen writes.
  public init(_ paper: UnsafeMutableBufferPointer<UInt8>) {
    self.paper = paper
  }

  /// Writes one byte; past the end of the paper nothing is written.
  mutating func put(_ byte: UInt8) {
    guard count < paper.count else { return }
    paper.initializeElement(at: count, to: byte)
    count += 1
  }

  mutating func put(_ text: StaticString) {
    text.withUTF8Buffer { for byte in $0 { put(byte) } }
  }

  /// Writes a number in decimal, with leading zeros up to `width` digits; nothing where it has no
  /// room.
  mutating func put(_ number: UInt64, width: Int = 1) {
    // Hours, minutes, days and cents.
    if width <= 2, number < 100, count + 2 <= paper.count {
      if width == 2 || number > 9 {
        put(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / 10))
      }
      return put(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number % 10))
    }
    var length = 1
    var rest = number / 10
    while rest > 0 || length < width {
      rest /= 10
      length += 1
    }
    let end = count + length
    guard end <= paper.count else { return }
    rest = number
    var place = end
    repeat {
      place -= 1
      paper.initializeElement(
        at: place, to: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    } while place > count
    count = end
  }

  /// Writes the magnitude of a number in decimal, with leading zeros up to `width` digits.
  mutating func put(_ number: Int, width: Int = 1) {
    put(UInt64(number.magnitude), width: width)
  }

  /// Writes a date as YYYY-MM-DD.
  mutating func put(_ day: Day) {
    let (year, month, dayOfMonth) = day.civil
    put(year, width: 4)
    put("-")
    put(month, width: 2)
    put("-")
    put(dayOfMonth, width: 2)
  }
}

extension String {
  /// The text that `write` puts down, at most `capacity` UTF-8 bytes.
  init(capacity: Int, _ write: (inout Pen) -> Void) {
    self.init(unsafeUninitializedCapacity: capacity) { paper in
      var pen = Pen(paper)
      write(&pen)
      return pen.count
    }
  }
}
