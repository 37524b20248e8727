// A pen that writes short texts byte by byte, straight into the string they become.

struct Pen {
  private let paper: UnsafeMutableBufferPointer<UInt8>
  private(set) var count = 0

  fileprivate init(_ paper: UnsafeMutableBufferPointer<UInt8>) {
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

  /// Writes a number in decimal, with leading zeros up to `width` digits.
  mutating func put(_ number: UInt64, width: Int = 1) {
    if number > 9 || width > 1 { put(number / 10, width: width - 1) }
    put(UInt8(ascii: "0") + UInt8(number % 10))
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
