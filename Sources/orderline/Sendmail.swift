// A program like sendmail(8): takes a message on standard input and an address as its last argument.
import Glibc
import ShopService

struct Sendmail {
  /// The program with its arguments.
  private let words: [String]
  /// How many seconds it may take for one message.
  let patience: Int

  /// `command` is a program, and arguments after blanks; no shell reads it.
  init(_ command: String, patience: Int) throws {
    words = command.split { $0 == " " || $0 == "\t" }.map(String.init)
    self.patience = patience
    guard let program = words.first else { throw UsageError(message: "--sendmail wants a program") }
    // A mail that fails is put off, for a day at last: what fails for all of them is said before.
    guard Self.isThere(program) else {
      throw UsageError(
        message: "there is no program \(program) to send mails with; --sendmail CMD names one")
    }
  }

  private static func isThere(_ program: String) -> Bool {
    guard !program.contains("/") else { return access(program, X_OK) == 0 }
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
    return path.split(separator: ":").contains { access("\($0)/\(program)", X_OK) == 0 }
  }

  /// Runs the program on one message, whose only recipient is `address`. Answers why it failed.
  /// SIGCHLD has to be blocked.
  func take(_ message: [UInt8], for address: String) throws -> String? {
    // Files instead of pipes: nobody can block on the other, whatever the program reads or says.
    let input = try namelessFile(holding: message)
    let output = try namelessFile(holding: [])
    defer {
      close(input)
      close(output)
    }
    // -i: a line with a single dot does not end the message. --: the address is no option.
    let child: pid_t
    switch spawn(words + ["-i", "--", address], input, output) {
    case .success(let pid): child = pid
    case .failure(let error):
      return "cannot run \(words[0]): \(String(cString: strerror(error.code)))"
    }
    guard let status = wait(for: child) else {
      return "\(words[0]) did not finish within \(patience) s"
    }
    let (code, number) = (status >> 8 & 0xFF, status & 0x7F)
    if number != 0 { return "\(words[0]) was ended by signal \(number)" + said(output) }
    return code == 0 ? nil : "\(words[0]) exited with status \(code)" + said(output)
  }

  private struct SystemCode: Error {
    let code: Int32
  }

  private func spawn(
    _ words: [String], _ input: Int32, _ output: Int32
  ) -> Result<pid_t, SystemCode> {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // It gets signals as a shell would hand them down, and a group of its own, so that it can be
    // ended with all that it started, and a Ctrl-C does not end it in the middle.
    var none = sigset_t()
    sigemptyset(&none)
    var reset = sigset_t()
    sigemptyset(&reset)
    sigaddset(&reset, SIGPIPE)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &reset)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
    var texts = words.map { strdup($0) } + [nil]
    defer { for text in texts { free(text) } }
    var child: pid_t = 0
    let code = posix_spawnp(&child, words[0], &actions, &attributes, &texts, environ)
    return code == 0 ? .success(child) : .failure(SystemCode(code: code))
  }

  /// The status that the child leaves with; nil when it had to be ended.
  private func wait(for child: pid_t) -> Int32? {
    var ended = sigset_t()
    sigemptyset(&ended)
    sigaddset(&ended, SIGCHLD)
    let deadline = monotonicSeconds() + patience
    var status: Int32 = 0
    while waitpid(child, &status, WNOHANG) == 0 {
      let left = deadline - monotonicSeconds()
      guard left > 0 else {
        kill(-child, SIGKILL)
        waitpid(child, &status, 0)
        return nil
      }
      var time = timespec(tv_sec: left, tv_nsec: 0)
      sigtimedwait(&ended, nil, &time)
    }
    // What it left running in its group is what sends the mail, and may go on.
    return status
  }

  /// The first line that the program said, if it said any.
  private func said(_ output: Int32) -> String {
    var bytes = [UInt8](repeating: 0, count: 1000)
    let length = pread(output, &bytes, bytes.count, 0)
    let text = String(decoding: bytes.prefix(max(length, 0)), as: UTF8.self)
    let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    return line.isEmpty ? "" : ": \(visible(line))"
  }

  /// A file without a name, read from its beginning.
  private func namelessFile(holding bytes: [UInt8]) throws -> Int32 {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var name = Array("\(folder)/orderline-XXXXXX".utf8CString)
    let file = mkstemp(&name)
    guard file >= 0 else { throw SystemFailure("cannot write into \(folder)") }
    unlink(name)
    _ = fcntl(file, F_SETFD, FD_CLOEXEC)
    var rest = bytes[...]
    while !rest.isEmpty {
      let length = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      guard length > 0 else {
        let failure = SystemFailure("cannot write into \(folder)")
        close(file)
        throw failure
      }
      rest = rest.dropFirst(length)
    }
    lseek(file, 0, SEEK_SET)
    return file
  }
}

private func monotonicSeconds() -> Int {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return time.tv_sec
}
