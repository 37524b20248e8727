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
  @inline(__always)
  mutating func put(_ byte: UInt8) {
    guard count < paper.count else { return }
    paper.initializeElement(at: count, to: byte)
    count += 1
  }

  mutating func put(_ text: StaticString) {
    text.withUTF8Buffer { for byte in $0 { put(byte) } }
  }

  /// Writes two digits: hours, minutes, days and cents. Nothing where there is no room.
  @inline(__always)
  mutating func put(pair number: Int) {
    guard count + 2 <= paper.count else { return }
    let pair = Self.pairs.utf8Start + 2 * number
    paper.initializeElement(at: count, to: pair[0])
    paper.initializeElement(at: count + 1, to: pair[1])
    count += 2
  }

  private static let pairs: StaticString = """
    0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546\
    4748495051525354555657585960616263646566676869707172737475767778798081828384858687888990919293\
    949596979899
    """

  /// Writes a number in decimal, with leading zeros up to `width` digits; nothing where it has no
  /// room.
  mutating func put(_ number: UInt64, width: Int = 1) {
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
    put(pair: year / 100)
    put(pair: year % 100)
    put(UInt8(ascii: "-"))
    put(pair: month)
    put(UInt8(ascii: "-"))
    put(pair: dayOfMonth)
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
