// Mails all the way: through the real msmtp to a mail server on the loopback interface.
import Foundation
import Testing

@Suite("Mails through msmtp")
struct MailDeliveryTests {
  /// Listens on a free port, says which, and writes each mail as a line of JSON, read by Python's own
  /// parser of messages.
  private static let server = """
    import email, email.policy, json, os, signal, sys
    from aiosmtpd.controller import Controller

    class Box:
        async def handle_DATA(self, server, session, envelope):
            message = email.message_from_bytes(envelope.content, policy=email.policy.default)
            line = {
                "from": envelope.mail_from, "to": envelope.rcpt_tos,
                "headers": [[name, str(value)] for name, value in message.items()],
                "defects": [str(defect) for defect in message.defects],
                "longest": max(len(line) for line in envelope.content.split(b"\\r\\n")),
                "body": message.get_content(),
            }
            with open(sys.argv[1], "a") as box:
                box.write(json.dumps(line) + "\\n")
            return "250 OK"

    class OnAnyPort(Controller):
        def _trigger_server(self):
            self.port = self.server.sockets[0].getsockname()[1]
            super()._trigger_server()

    server = OnAnyPort(Box(), hostname="127.0.0.1", port=0)
    server.start()
    print(server.port, flush=True)
    sys.stdin.read()
    server.stop()
    """

  private static let python: String? = ["python3", "/usr/bin/python3"].first { python in
    let found = try? Program.run(
      [python, "-c", "import aiosmtpd"], program: "/usr/bin/env",
      environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"])
    return found?.status == 0
  }

  static let isPossible =
    FileManager.default.isExecutableFile(atPath: "/usr/bin/msmtp") && python != nil

  @Test(
    "arrive as they were written, headers and all",
    .enabled(if: isPossible, "msmtp and Python's aiosmtpd are not both there"))
  func arrive() throws {
    let post = try MailSendTests.Post(orders: [])
    let scratch = post.scratch
    let name = "Élise « l’Œil » Vasseur, \"libraire\" <x@y.example>"
    _ = try post.call("shop.configure", "name=Librairie « Été »", "email=ete@phare.example")
    let customer = try JSONEncoder().encode(["name": name, "email": "elise@a.example"])
    let params =
      #"{"lines":[{"product":11,"quantity":2},{"product":12}],"shippingCost":"3.50","customer":"#
      + String(decoding: customer, as: UTF8.self)
      + #","billing":{"name":"Élise","street":"1 rue A","postcode":"69002","city":"Lyon","#
      + #""country":"FR"}}"#
    let id = try #require(try post.call("orders.create", params)["order"]?["id"]?.integer)
    _ = try post.call("orders.pay", "id=\(id)")

    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      try #require(Self.python), "-c", Self.server, scratch.file("box").path,
    ]
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    defer {
      try? input.fileHandleForWriting.close()
      process.waitUntilExit()
    }
    let said = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    let port = try #require(Int(said.trimmingCharacters(in: .newlines)), "\(said)")
    try """
    account default
    host 127.0.0.1
    port \(port)
    from bounces@phare.example
    tls off
    auth off
    """.write(to: scratch.file("msmtprc"), atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o600], ofItemAtPath: scratch.file("msmtprc").path)

    let outcome = try post.send("msmtp -C \(scratch.file("msmtprc").path)")
    #expect(outcome.errors == "")
    #expect(outcome.text == "sent 2 mails\n")

    let box = try String(contentsOf: scratch.file("box"), encoding: .utf8)
    let mails = box.split(separator: "\n").compactMap { Value(String($0)) }
    try #require(mails.count == 2)
    #expect(
      mails.map { $0["to"]?.elements.compactMap(\.text) } == [
        ["ete@phare.example"], ["elise@a.example"],
      ])
    for (mail, number) in zip(mails, 1...) {
      let kept = try post.mail(number)
      var headers: [String: String] = [:]
      for header in mail["headers"]?.elements ?? [] {
        headers[header[0]?.text ?? ""] = header[1]?.text
      }
      #expect(mail["defects"]?.elements == [])
      #expect(mail["from"]?.text == "bounces@phare.example")
      #expect(headers["Subject"] == kept["subject"]?.text)
      #expect(headers["From"] == "Librairie « Été » <ete@phare.example>")
      #expect(headers["To"] == mail["to"]?[0]?.text)
      #expect(headers["Date"] == "Fri, 18 Jun 2021 09:00:00 +0200")
      #expect(headers["Message-ID"]?.hasSuffix(".\(number)@phare.example>") == true)
      let body = mail["body"]?.text?.replacingOccurrences(of: "\r\n", with: "\n")
      #expect(body == kept["body"]?.text)
      #expect(mail["body"]?.text?.contains(name) == true)
      #expect((mail["longest"]?.integer ?? 999) <= 998)
    }
  }

  @Test(
    "a server that is not there is a failure with msmtp's own words",
    .enabled(if: isPossible, "msmtp and Python's aiosmtpd are not both there"))
  func refused() throws {
    let post = try MailSendTests.Post(orders: [618])
    // Nothing listens on port 1 of the loopback interface.
    let outcome = try post.send(
      "msmtp --host=127.0.0.1 --port=1 --from=a@phare.example --tls=off", ["--limit", "1"])
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("msmtp exited with status "))
    #expect(try post.mail(1)["failures"]?.integer == 1)
  }
}
