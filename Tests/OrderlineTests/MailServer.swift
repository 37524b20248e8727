// A mail server on the loopback interface that fills a real mailbox, and msmtp to reach it.
import Foundation
import Testing

/// Python's aiosmtpd with a Maildir, on a port of its own for as long as somebody holds it.
final class MailServer {
  private static let server = """
    import sys
    from aiosmtpd.controller import Controller
    from aiosmtpd.handlers import Mailbox

    class OnAnyPort(Controller):
        def _trigger_server(self):
            self.port = self.server.sockets[0].getsockname()[1]
            super()._trigger_server()

    server = OnAnyPort(Mailbox(sys.argv[1]), hostname="127.0.0.1", port=0)
    server.start()
    print(server.port, flush=True)
    sys.stdin.read()
    server.stop()
    """

  /// Prints each mail as a line of JSON. The server noted the envelope in X-MailFrom and X-RcptTo.
  private static let reader = """
    import email, email.policy, json, mailbox, sys

    box = mailbox.Maildir(sys.argv[1])
    for content in map(box.get_bytes, box.keys()):
        message = email.message_from_bytes(content, policy=email.policy.default)
        print(json.dumps({
            "headers": {name: str(value) for name, value in message.items()},
            "defects": [str(defect) for defect in message.defects],
            "longest": max(map(len, content.splitlines())),
            "body": message.get_content().replace("\\r\\n", "\\n"),
        }))
    """

  struct Mail: Decodable {
    let headers: [String: String]
    let defects: [String]
    let longest: Int
    let body: String

    /// Its number in the outbox, which ends the local part of its Message-ID.
    var number: Int? {
      let local = headers["Message-ID"]?.prefix { $0 != "@" }
      return local?.split(separator: ".").last.flatMap { Int($0) }
    }
  }

  private static let python: String? = ["python3", "/usr/bin/python3"].first { python in
    let found = try? run([python, "-c", "import aiosmtpd"])
    return found?.status == 0
  }

  static let isPossible =
    FileManager.default.isExecutableFile(atPath: "/usr/bin/msmtp") && python != nil

  /// The command that hands a mail to this server.
  let sendmail: String
  private let mailbox: URL
  private let process = Process()
  private let input = Pipe()

  init(_ scratch: Scratch) throws {
    mailbox = scratch.file("mailbox")
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [try #require(Self.python), "-c", Self.server, mailbox.path]
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    let said = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    let port = try #require(Int(said.trimmingCharacters(in: .newlines)), "\(said)")
    let settings = scratch.file("msmtprc")
    try """
    account default
    host 127.0.0.1
    port \(port)
    from bounces@phare.example
    tls off
    auth off
    """.write(to: settings, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: settings.path)
    sendmail = "msmtp -C \(settings.path)"
  }

  deinit {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  /// What the mailbox holds, as Python's own readers see it, in the order of the outbox.
  func mails() throws -> [Mail] {
    let read = try Self.run([try #require(Self.python), "-c", Self.reader, mailbox.path])
    try #require(read.status == 0, "\(read.errors)")
    return try read.lines.map { try JSONDecoder().decode(Mail.self, from: Data($0.utf8)) }
      .sorted { ($0.number ?? 0) < ($1.number ?? 0) }
  }

  private static func run(_ words: [String]) throws -> Program.Outcome {
    try Program.run(
      words, program: "/usr/bin/env",
      environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"])
  }
}
