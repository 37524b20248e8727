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
func say(_ text: String) -> Bool { write(text + "\n", to: STDOUT_FILENO) }

/// Says `text` and a newline on standard error.
func complain(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

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

/// The variables of the environment.
func systemEnvironment() -> [String: String] {
  var variables: [String: String] = [:]
  var next = environ
  while let entry = next.pointee {
    let parts = String(cString: entry).split(
      separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
    next += 1
  }
  return variables
}
