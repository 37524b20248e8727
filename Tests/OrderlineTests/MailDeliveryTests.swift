// Mails all the way: through the real msmtp to a mail server, and into a mailbox.
import Foundation
import Testing

@Suite(
  "Mails through msmtp",
  .enabled(if: MailServer.isPossible, "msmtp and Python's aiosmtpd are not both there"))
struct MailDeliveryTests {
  @Test("arrive as they were written, headers and all")
  func arrive() throws {
    let post = try MailSendTests.Post(orders: [])
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

    let server = try MailServer(post.scratch)
    let outcome = try post.send(server.sendmail)
    #expect(outcome.errors == "")
    #expect(outcome.text == "sent 2 mails\n")

    let mails = try server.mails()
    #expect(mails.map(\.number) == [1, 2])
    #expect(mails.map { $0.headers["X-RcptTo"] } == ["ete@phare.example", "elise@a.example"])
    for (mail, number) in zip(mails, 1...) {
      let kept = try post.mail(number)
      #expect(mail.defects == [])
      #expect(mail.headers["X-MailFrom"] == "bounces@phare.example")
      #expect(mail.headers["Subject"] == kept["subject"]?.text)
      #expect(mail.headers["From"] == "Librairie « Été » <ete@phare.example>")
      #expect(mail.headers["To"] == mail.headers["X-RcptTo"])
      #expect(mail.headers["Date"] == "Fri, 18 Jun 2021 09:00:00 +0200")
      #expect(mail.headers["Message-ID"]?.hasSuffix(".\(number)@phare.example>") == true)
      #expect(mail.body == kept["body"]?.text)
      #expect(mail.body.contains(name))
      #expect(mail.longest <= 998)
    }
  }

  @Test("a server that is not there is a failure with msmtp's own words")
  func refused() throws {
    let post = try MailSendTests.Post(orders: [618])
    // Nothing listens on port 1 of the loopback interface.
    let outcome = try post.send(
      "msmtp --host=127.0.0.1 --port=1 --from=a@phare.example --tls=off", ["--limit", "1"])
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("msmtp exited with status "))
    #expect(try post.mail(1)["failures"]?.integer == 1)
  }

  @Test("a vendor's day, played by the Python client, ends in the buyers' and the shop's mailbox")
  func day() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let played = try python3(["Clients/python/scenario.py", store.path, Program.path])
    try #require(played.status == 0, "\(played.errors)")
    #expect(played.lines.contains { $0.hasPrefix("#633 Terminée: 1 × Les Fleurs du mal") })
    #expect(played.lines.contains { $0.hasPrefix("#634 En cours: 2 × Le Horla") })
    #expect(played.lines.contains("#634 Terminée"))

    let server = try MailServer(scratch)
    let outcome = try Program.run(
      ["mail", "send", "--store", store.path, "--sendmail", server.sendmail],
      environment: ["PATH": "/usr/bin:/bin"])
    #expect(outcome.text == "sent 5 mails\n", "\(outcome.errors)")

    let mails = try server.mails()
    try #require(mails.count == 5)
    let (shop, awa, elise) = (
      "librairie@phare.example", "awa.diarra@courrier.example", "elise.vasseur@courrier.example"
    )
    #expect(mails.map { $0.headers["X-RcptTo"] } == [shop, awa, shop, elise, elise])
    #expect(
      mails.map { $0.headers["Subject"] } == [
        "Nouvelle commande n°\u{A0}633", "Votre commande n°\u{A0}633 est terminée",
        "Nouvelle commande n°\u{A0}634", "Votre commande n°\u{A0}634 est bien reçue",
        "Votre commande n°\u{A0}634 est terminée",
      ])
    // The link that was on the screen is the one in the buyer's mail, and in nobody else's.
    let shown = try #require(played.lines.first { $0.hasPrefix("  Les Fleurs du mal (EPUB): ") })
    let link = try #require(shown.split(separator: " ").last)
    #expect(link.hasPrefix("https://phare.example/telecharger/"))
    #expect(mails.map { $0.body.contains(link) } == [false, true, false, false, false])
    // The vendor reads where the customer wants it to go.
    #expect(
      mails[2].body.contains(
        "Adresse de livraison\u{A0}:\nMathurin Le Goff\n3 quai du Fret\n29200 Brest\nFR\n"))
    #expect(mails[2].body.contains("À expédier au plus tard le "))
    #expect(!mails[0].body.contains("Adresse de livraison"))
  }
}
