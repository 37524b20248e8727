// Bytes that were read and not yet answered.
import Glibc

/// A sliding window over what a descriptor delivers.
struct InputBuffer: ~Copyable {
  private var base: UnsafeMutableRawPointer
  private var capacity: Int
  private var start = 0
  private var end = 0

  private static let chunk = 1 << 16

  init() {
    capacity = Self.chunk
    base = .allocate(byteCount: capacity, alignment: 1)
  }

  deinit { base.deallocate() }

  /// What is waiting; valid until the next `fill`.
  var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: base + start, count: end - start)
  }

  mutating func consume(_ length: Int) {
    start += length
    if start == end {
      start = 0
      end = 0
    }
  }

  /// Reads once. Answers what read(2) does: the number of bytes, 0 at the end, −1 with errno set.
  mutating func fill(from descriptor: Int32) -> Int {
    if capacity - end < Self.chunk { makeRoom() }
    let length = read(descriptor, base + end, capacity - end)
    if length > 0 { end += length }
    return length
  }

  private mutating func makeRoom() {
    let count = end - start
    let needed = count + Self.chunk
    if needed > capacity / 2 || capacity > needed * 4 {
      capacity = needed * 2
      let new = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 1)
      new.copyMemory(from: base + start, byteCount: count)
      base.deallocate()
      base = new
    } else {
      memmove(base, base + start, count)
    }
    start = 0
    end = count
  }
}
