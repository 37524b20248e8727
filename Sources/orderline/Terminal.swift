// What the program says outside the protocol, and the system it asks.
import Glibc
import ShopRules

/// What could not be done, and why the system says so.
struct SystemFailure: Error, CustomStringConvertible {
  let description: String

  init(_ what: String) {
    description = "\(what): \(String(cString: strerror(errno)))"
  }
}

/// Says `text` and a newline on standard output. False when nobody can hear it.
@discardableResult
func say(_ text: String) -> Bool { write(visible(text) + "\n", to: STDOUT_FILENO) }

/// Says `text` and a newline on standard error.
func complain(_ text: String) { write(visible(text) + "\n", to: STDERR_FILENO) }

/// `text` with control characters written out, but for ends of lines and tabs: what came from a file
/// does not command the terminal. They are written as JSON escapes them, so that JSON stays the
/// same JSON.
private func visible(_ text: String) -> String {
  func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: false
    case ..<0x20, 0x7F...0x9F: true
    default: false
    }
  }
  guard text.unicodeScalars.contains(where: isControl) else { return text }
  return text.unicodeScalars.reduce(into: "") { visible, scalar in
    guard isControl(scalar) else { return visible.unicodeScalars.append(scalar) }
    let digits = String(scalar.value, radix: 16, uppercase: true)
    visible += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
  }
}

@discardableResult
func write(_ text: String, to descriptor: Int32) -> Bool {
  var bytes = Array(text.utf8)[...]
  while !bytes.isEmpty {
    let length = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    if length < 0 {
      if errno == EINTR { continue }
      return false
    }
    bytes = bytes.dropFirst(length)
  }
  return true
}

/// The moment it is.
func systemTime() -> Moment { Moment(seconds: Int64(time(nil))) }

/// A variable of the environment.
func systemVariable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
