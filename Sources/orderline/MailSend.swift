// orderline mail: hands what waits in the outbox to a program like sendmail(8).
import Glibc
import ShopRules
import ShopService

func mail(_ arguments: Arguments) throws -> Int32 {
  guard arguments.words == ["send"] else {
    throw UsageError(message: "what about the mails? There is: mail send")
  }
  let limit = try arguments.number("--limit", 1...1_000_000_000) ?? Int.max
  let patience = try arguments.number("--timeout", 1...3600) ?? 60
  let sendmail = try Sendmail(arguments["--sendmail"] ?? "/usr/sbin/sendmail", patience: patience)
  let session = try openSession(arguments)
  try session.requireSender()
  var round = Round(session: session, clock: try arguments.clock(), sendmail: sendmail)
  try round.run(atMost: limit)
  say(round.summary)
  return round.failed == 0 ? 0 : 1
}

/// One walk through the outbox: each mail that is due at its start is tried once.
private struct Round {
  let session: Session
  let clock: () -> Moment
  let sendmail: Sendmail
  private(set) var sent = 0
  private(set) var failed = 0

  init(session: Session, clock: @escaping () -> Moment, sendmail: Sendmail) {
    self.session = session
    self.clock = clock
    self.sendmail = sendmail
  }

  mutating func run(atMost limit: Int) throws {
    holdSignals()
    let start = clock()
    while sent + failed < limit, !isAskedToLeave() {
      // Longer than handing over can last, so that nobody else takes the mail meanwhile.
      let end = Moment(seconds: clock().seconds + Int64(sendmail.patience) + 60)
      guard let mail = try session.takeMail(dueBy: start, until: end) else { return }
      let failure = try handOver(mail)
      let again = try settle(mail, failure)
      guard let failure else {
        sent += 1
        continue
      }
      failed += 1
      complain(
        "\(programName): mail \(mail.id) (\(mail.kind.rawValue) of order \(mail.order)) to "
          + "\(visible(mail.address)): \(failure)"
          + (again.map { "; next try at \($0.rfc3339(in: .utc))" } ?? ""))
    }
  }

  private func handOver(_ mail: Mail) throws -> String? {
    do {
      return try sendmail.take(try session.message(of: mail), for: mail.address)
    } catch let error as UnsendableMail {
      return error.description
    }
  }

  /// What became of a mail must be kept, else it is sent twice: a busy store is asked again.
  private func settle(_ mail: Mail, _ failure: String?) throws -> Moment? {
    for _ in 0..<9 {
      do {
        return try session.settle(mail, failure: failure, at: clock())
      } catch Refusal.storeBusy {
        continue
      }
    }
    return try session.settle(mail, failure: failure, at: clock())
  }

  var summary: String {
    "sent \(sent) mail\(sent == 1 ? "" : "s")" + (failed > 0 ? ", \(failed) failed" : "")
  }
}

extension Arguments {
  /// The value of an option that is a whole number.
  fileprivate func number(_ name: String, _ range: ClosedRange<Int>) throws(UsageError) -> Int? {
    guard let text = self[name] else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw UsageError(
        message: "\(name) wants a number from \(range.lowerBound) to \(range.upperBound), "
          + "not \(text)")
    }
    return number
  }
}

/// Who asks to leave waits until the mail in hand is settled; SIGCHLD is waited for.
private func holdSignals() {
  // A parent may have it ignored, and then no child could be waited for.
  signal(SIGCHLD, SIG_DFL)
  var held = leaveSignals()
  sigaddset(&held, SIGCHLD)
  sigprocmask(SIG_BLOCK, &held, nil)
}

private func isAskedToLeave() -> Bool {
  var pending = sigset_t()
  sigpending(&pending)
  return [SIGTERM, SIGINT, SIGHUP].contains { sigismember(&pending, $0) == 1 }
}

private func leaveSignals() -> sigset_t {
  var signals = sigset_t()
  sigemptyset(&signals)
  for number in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&signals, number) }
  return signals
}
