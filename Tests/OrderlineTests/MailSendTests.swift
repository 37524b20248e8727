// orderline mail send, with programs that stand where sendmail stands.
import Foundation
import Testing

@Suite("mail send")
struct MailSendTests {
  /// A store where orders were paid, and a folder for what is handed over.
  final class Post {
    let scratch: Scratch
    let store: URL

    /// Each of `orders` leaves one mail to the shop and one to its customer.
    init(orders: [Int] = [631, 618]) throws {
      scratch = try Scratch()
      store = try scratch.store()
      for id in orders { _ = try call("orders.pay", "id=\(id)") }
    }

    var folder: URL { scratch.folder }

    func call(_ words: String...) throws -> Value {
      let outcome = try Program.run(
        ["call"] + words + ["--store", store.path, "--now", Transcript.now])
      try #require(outcome.status == 0, "\(outcome.errors)")
      return try #require(Value(outcome.text))
    }

    /// Writes a program; `$box` is the folder where it may leave what it got.
    func program(_ script: String) throws -> String {
      let file = scratch.file("sendmail-\(UUID().uuidString)")
      try "#!/bin/sh\nbox='\(folder.path)'\n\(script)\n".write(
        to: file, atomically: true, encoding: .utf8)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
      return file.path
    }

    func arguments(_ program: String, _ more: [String], now: String = Transcript.now) -> [String] {
      ["mail", "send", "--store", store.path, "--sendmail", program, "--now", now] + more
    }

    func send(
      _ program: String, _ more: [String] = [], now: String = Transcript.now
    ) throws -> Program.Outcome {
      try Program.run(arguments(program, more, now: now), environment: ["PATH": "/usr/bin:/bin"])
    }

    func mail(_ id: Int) throws -> Value { try call("mails.get", "id=\(id)") }

    /// The files that programs left, by the beginning of their names.
    func left(_ prefix: String) throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: folder.path)
        .filter { $0.hasPrefix(prefix) }.sorted()
        .map { try String(contentsOf: scratch.file($0), encoding: .utf8) }
    }
  }

  /// Keeps each message in a file of its own, and the arguments beside it.
  static let keeps = #"f=$(mktemp "$box/got-XXXXXX"); echo "$@" >"$f"; cat >>"$f""#

  @Test("hands over each mail once, with the address as last argument")
  func sends() throws {
    let post = try Post()
    let program = try post.program(Self.keeps)
    let first = try post.send(program)
    #expect(first.text == "sent 4 mails\n")
    #expect(first.errors == "")
    #expect(first.status == 0)
    let messages = try post.left("got-")
    #expect(messages.count == 4)
    let addresses = messages.compactMap { $0.components(separatedBy: "\n").first }
    #expect(
      addresses.sorted() == [
        "-i -- f.oeuvrard@poste.example", "-i -- librairie@phare.example",
        "-i -- librairie@phare.example", "-i -- noemie.castaing@poste.example",
      ])
    for message in messages {
      #expect(message.contains("\nFrom: \"Librairie du Phare\" <librairie@phare.example>\n"))
      #expect(message.contains("\nDate: Fri, 18 Jun 2021 09:00:00 +0200\n"))
    }
    #expect(try post.mail(4)["state"]?.text == "sent")
    #expect(try post.mail(4)["sentAt"]?.text == Transcript.now)
    let second = try post.send(program)
    #expect(second.text == "sent 0 mails\n")
    #expect(second.status == 0)
    #expect(try post.left("got-").count == 4)
  }

  @Test("sends no more than it may, the oldest first")
  func limit() throws {
    let post = try Post()
    #expect(try post.send("/bin/true", ["--limit", "3"]).text == "sent 3 mails\n")
    let states = try (1...4).map { try post.mail($0)["state"]?.text }
    #expect(states == ["sent", "sent", "sent", "waiting"])
  }

  @Test("names each failure with what the program said, and tries again later")
  func failing() throws {
    let post = try Post(orders: [618])
    let program = try post.program(
      "cat >/dev/null; printf 'no\\033 route\\nto host\\n' >&2; exit 75")
    let outcome = try post.send(program)
    #expect(outcome.status == 1)
    #expect(outcome.text == "sent 0 mails, 2 failed\n")
    let lines = outcome.errors.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(
      lines.allSatisfy {
        $0.hasSuffix(
          "\(program) exited with status 75: no  route; next try at 2021-06-18T07:01:00+00:00")
      })
    let mail = try post.mail(1)
    #expect(mail["failures"]?.integer == 1)
    #expect(mail["lastError"]?.text == "\(program) exited with status 75: no  route")
    #expect(mail["dueAt"]?.text == "2021-06-18T09:01:00+02:00")
    // Not before it is due.
    #expect(try post.send("/bin/true", now: "2021-06-18T09:00:59+02:00").text == "sent 0 mails\n")
    let again = try post.send("/bin/true", now: "2021-06-18T09:01:00+02:00")
    #expect(again.text == "sent 2 mails\n")
    #expect(try post.mail(1)["lastError"] == .null)
  }

  @Test("a program that dies, or reads nothing of a long message, ends nothing but its own mail")
  func dying() throws {
    let post = try Post(orders: [618])
    let outcome = try post.send(try post.program("kill -9 $$"))
    #expect(outcome.text == "sent 0 mails, 2 failed\n")
    #expect(outcome.errors.contains("was ended by signal 9; next try"))
    #expect(
      try post.send("/bin/true", now: "2021-06-18T10:00:00+02:00").text == "sent 2 mails\n")
  }

  @Test("a program that hangs is ended, with what it started")
  func hanging() throws {
    let post = try Post(orders: [618])
    let program = try post.program(#"sleep 600 & echo "$!" >"$box/child"; wait"#)
    let outcome = try post.send(program, ["--timeout", "1", "--limit", "1"])
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("\(program) did not finish within 1 s; next try"))
    let child = try #require(try post.left("child").first.flatMap { Int32($0.dropLast()) })
    // It may be there as long as nobody has waited for it, but it runs no more.
    let status = (try? String(contentsOfFile: "/proc/\(child)/stat", encoding: .utf8)) ?? ""
    #expect(status.isEmpty || status.contains(") Z "), "\(status)")
  }

  @Test("several at once hand over each mail once")
  func atOnce() throws {
    let post = try Post(orders: [618, 631, 613, 627, 628, 614, 623])
    let count = try post.call("mails.list", "state=waiting")["mails"]?.elements.count ?? 0
    #expect(count == 13, "the shop is not told of the order that was on hold")
    let program = try post.program(Self.keeps)
    let runs = try (0..<4).map { number in
      let process = Process()
      process.executableURL = URL(fileURLWithPath: Program.path)
      process.arguments = post.arguments(program, [])
      process.environment = ["PATH": "/usr/bin:/bin"]
      let output = post.scratch.file("out\(number)")
      try Data().write(to: output)
      process.standardOutput = try FileHandle(forWritingTo: output)
      try process.run()
      return process
    }
    for run in runs {
      run.waitUntilExit()
      #expect(run.terminationStatus == 0)
    }
    let identifiers = try post.left("got-").flatMap { message in
      message.components(separatedBy: "\n").filter { $0.hasPrefix("Message-ID: ") }
    }
    #expect(identifiers.count == count)
    #expect(Set(identifiers).count == count)
    let sums = try post.left("out").compactMap { Int($0.split(separator: " ")[1]) }
    #expect(sums.reduce(0, +) == count)
  }

  @Test("a mail whose sender died is handed over again, with the same Message-ID")
  func crash() throws {
    let post = try Post(orders: [618])
    let program = try post.program(Self.keeps + #"; kill -9 "$PPID""#)
    #expect(try post.send(program, ["--limit", "1"]).status == SIGKILL)
    let keeping = try post.program(Self.keeps)
    // It is in hand as long as its sender might still be at work.
    #expect(try post.send(keeping).text == "sent 1 mail\n")
    #expect(try post.send(keeping, now: "2021-06-18T09:01:59+02:00").text == "sent 0 mails\n")
    #expect(try post.send(keeping, now: "2021-06-18T09:02:00+02:00").text == "sent 1 mail\n")
    let messages = try post.left("got-")
    #expect(messages.count == 3)
    #expect(Set(messages).count == 2, "two are the same, byte for byte")
  }

  @Test("who asks to leave waits for the mail in hand, and for no other")
  func interrupted() throws {
    let post = try Post()
    let program = try post.program(Self.keeps + #"; kill -TERM "$PPID""#)
    _ = try post.send(program)
    #expect(try post.left("got-").count == 1)
    #expect(try post.mail(1)["state"]?.text == "sent")
    #expect(try post.mail(2)["state"]?.text == "waiting")
  }

  @Test("names and addresses cannot become headers, options or more addresses")
  func injection() throws {
    let post = try Post(orders: [])
    let configured = try Program.run([
      "call", "shop.configure", "--store", post.store.path,
      #"{"name":"Phare\r\nBcc: all@a.example\r\n\r\nHi\"","language":"en"}"#,
    ])
    try #require(configured.status == 0, "\(configured.errors)")
    for address in ["-oQ/tmp@a.example", "a,b@a.example", "ok@a.example"] {
      let params =
        #"{"lines":[{"product":12}],"customer":{"name":"x\r\nBcc: y@a.example","#
        + #""email":"\#(address)"},"#
        + #""billing":{"name":"x","street":"1","city":"x","country":"FR"}}"#
      let id = try #require(try post.call("orders.create", params)["order"]?["id"]?.integer)
      _ = try post.call("orders.pay", "id=\(id)")
    }
    let outcome = try post.send(try post.program(Self.keeps))
    #expect(outcome.text == "sent 4 mails, 2 failed\n")
    #expect(outcome.errors.contains("the address cannot be sent to: -oQ/tmp@a.example"))
    #expect(outcome.errors.contains("the address cannot be sent to: a,b@a.example"))
    for message in try post.left("got-") {
      let head = message.components(separatedBy: "\n\n")[0]
      #expect(!head.lowercased().contains("\nbcc:"))
      #expect(message.hasPrefix("-i -- ok@") || message.hasPrefix("-i -- librairie@"))
    }
  }

  @Test("without a sender's address nothing is tried")
  func noSender() throws {
    let scratch = try Scratch()
    let outcome = try Program.run([
      "mail", "send", "--store", scratch.store(sample: false).path, "--sendmail", "/bin/true",
    ])
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("shop.configure email="))
  }

  @Test(
    "is used rightly or not at all",
    arguments: [
      [], ["sned"], ["send", "--limit", "0"], ["send", "--limit", "x"],
      ["send", "--timeout", "-1"], ["send", "--sendmail", "/no/such/program"],
      ["send", "--sendmail", " "],
      ["send", "--sendmail", "no-such-program -x"],
    ])
  func usage(words: [String]) throws {
    let post = try Post(orders: [618])
    let outcome = try Program.run(["mail"] + words + ["--store", post.store.path])
    #expect(outcome.status == 2)
    #expect(outcome.text == "")
    #expect(try post.mail(1)["failures"]?.integer == 0)
  }

  @Test("the command may have arguments of its own")
  func ownArguments() throws {
    let post = try Post(orders: [618])
    let program = try post.program(Self.keeps)
    _ = try post.send("\(program)  -f bounces@phare.example", ["--limit", "1"])
    #expect(
      try post.left("got-").first?.hasPrefix(
        "-f bounces@phare.example -i -- librairie@phare.example\n") == true)
  }
}
