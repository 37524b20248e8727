// The real server as a caller meets it: started, written to, read from, signalled, watched.
import Foundation
import Glibc

/// A running `orderline serve`, and the caller's ends of its input and output.
final class Conversation {
  let process: Process
  private let errors: FileHandle
  private(set) var input: Int32
  private(set) var output: Int32
  private var unread: [UInt8] = [0x0A]
  private var start = 1
  private var chunk = [UInt8](repeating: 0, count: 1 << 18)

  /// Starts a server whose input and output are `inner`; `outer` are the caller's ends of them.
  private init(
    _ store: URL, _ arguments: [String] = [], scratch: Scratch,
    inner: (input: Int32, output: Int32), outer: (input: Int32, output: Int32), files: Int? = nil
  ) throws {
    signal(SIGPIPE, SIG_IGN)
    let path = scratch.file("errors-\(UUID().uuidString)")
    try Data().write(to: path)
    errors = try FileHandle(forUpdating: path)
    process = Process()
    process.executableURL = URL(fileURLWithPath: Program.path)
    process.arguments = ["serve", "--store", store.path] + arguments
    if let files {
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      process.arguments =
        ["-c", "ulimit -n \(files); exec \"$0\" \"$@\"", Program.path] + process.arguments!
    }
    process.environment = [:]
    process.standardInput = FileHandle(fileDescriptor: inner.input)
    process.standardOutput = FileHandle(fileDescriptor: inner.output)
    process.standardError = errors
    (input, output) = outer
    try process.run()
    for descriptor in Set([inner.input, inner.output]) { close(descriptor) }
  }

  /// Starts a server on two pipes, which may have as many files open as `files` says.
  convenience init(
    pipes store: URL, _ scratch: Scratch, _ arguments: [String] = [], files: Int? = nil
  ) throws {
    let (question, reply) = (try Self.ends { pipe($0) }, try Self.ends { pipe($0) })
    try self.init(
      store, arguments, scratch: scratch, inner: (question[0], reply[1]),
      outer: (question[1], reply[0]), files: files)
  }

  /// Starts a server whose input and output are one socket.
  convenience init(socket store: URL, _ scratch: Scratch) throws {
    let ends = try Self.ends { socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, $0) }
    try self.init(store, scratch: scratch, inner: (ends[0], ends[0]), outer: (ends[1], ends[1]))
  }

  private static func ends(_ open: (UnsafeMutablePointer<Int32>) -> Int32) throws -> [Int32] {
    var ends: [Int32] = [-1, -1]
    guard open(&ends) == 0 else { throw CocoaError(.fileReadUnknown) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return ends
  }

  deinit {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    closeOutput()
    closeInput()
  }

  func closeInput() {
    if input >= 0, input == output {
      shutdown(input, Int32(SHUT_WR))
    } else if input >= 0 {
      close(input)
    }
    input = -1
  }

  func closeOutput() {
    if output >= 0 { close(output) }
    if output == input { input = -1 }
    output = -1
  }

  func say(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let length = bytes.withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
      guard length > 0 else { return }
      bytes = bytes.dropFirst(length)
    }
  }

  /// The next line, or nil at the end.
  func hear() -> String? { hearBytes().map { String(decoding: $0, as: UTF8.self) } }

  /// The bytes of the next line, or nil at the end.
  func hearBytes() -> ArraySlice<UInt8>? {
    var searched = start
    while true {
      let end = unread.withUnsafeBytes { bytes in
        memchr(bytes.baseAddress! + searched, 0x0A, bytes.count - searched)
          .map { UnsafeRawPointer($0) - bytes.baseAddress! }
      }
      if let end {
        defer { start = end + 1 }
        return unread[start..<end]
      }
      searched = unread.count - start
      unread.removeFirst(start)
      start = 0
      guard receive() > 0 else { return nil }
    }
  }

  /// Everything up to the end.
  func hearAll() -> Data {
    while receive() > 0 {}
    return Data(unread[start...])
  }

  private func receive() -> Int {
    let length = read(output, &chunk, chunk.count)
    if length > 0 { unread += chunk[..<length] }
    return length
  }

  /// Writes as much of `bytes` as the server takes while nobody reads: until it has taken nothing
  /// for `patience` milliseconds. Answers how much that was.
  func sayUnheard(_ bytes: Data, patience: Int32) -> Int {
    bytes.withUnsafeBytes { bytes in
      var said = 0
      while said < bytes.count {
        var ready = pollfd(fd: input, events: Int16(POLLOUT), revents: 0)
        guard poll(&ready, 1, patience) > 0 else { break }
        let length = write(input, bytes.baseAddress! + said, min(Int(PIPE_BUF), bytes.count - said))
        guard length > 0 else { break }
        said += length
      }
      return said
    }
  }

  /// What the server said outside the protocol, and how it ended.
  func end() throws -> (status: Int32, errors: String) {
    process.waitUntilExit()
    try errors.seek(toOffset: 0)
    let text = String(decoding: try errors.readToEnd() ?? Data(), as: UTF8.self)
    return (process.terminationReason == .exit ? process.terminationStatus : -1, text)
  }

  /// The most memory the server ever held, in bytes.
  func peakMemory() throws -> Int {
    let status = try String(
      contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
    return line.split(separator: " ").compactMap { Int($0) }.first.map { $0 * 1024 } ?? .max
  }

  /// The processor time the server has used, in clock ticks.
  func ticks() throws -> Int {
    let line = try String(
      contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8)
    let fields = line.split(separator: ")").last?.split(separator: " ") ?? []
    return fields.count > 12 ? (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0) : -1
  }
}
