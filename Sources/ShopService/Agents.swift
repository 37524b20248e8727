// What agents find in a shop besides its methods: orders and products to read, and the daily work.
import JSONRPC
import ShopRules

/// What is told to agents; their tools are the methods themselves.
let shopAgents = AgentGuide<Session>(
  instructions: """
    The orders of a web shop. Start with orders_count or orders_list. Amounts are decimal strings, \
    statuses are wire names such as "on-hold", and an order's "actions" are the calls that may follow. \
    Changes are real, and some mail the customer: try one with "dryRun": true first, and send it with a \
    "key" of its own, so that a retry does not happen twice. A list goes on at its "nextCursor".
    """,
  resources: [orders, products], prompts: [shipToday, answerCustomer, reviewOrders],
  feed: AgentFeed(
    Changes.list,
    follow: { session, isWanted in
      session.agentWatch = isWanted ? try session.newWatch() : nil
    }, news: { session in try session.resourceChanges() }))

private let orders = Resource(
  "order", "Orders", "An order with everything in it.", prefix: "orderline://orders/",
  lists: Orders.list, in: "orders", reads: Orders.get
) { row in
  (title: "#\(row.words("id")) \(row.words("statusLabel"))", summary: row.words("purchased"))
}

private let products = Resource(
  "product", "Products", "A product: price, files, stock.", prefix: "orderline://products/",
  lists: Products.list, in: "products", reads: Products.get
) { row in
  (title: row.words("name"), summary: "\(row.words("price")) \(row.words("currency"))")
}

private let shipToday = Prompt<Session>("ship_today", using: Orders.list) { session in
  try session.wording(
    fr: .init(
      "À expédier aujourd’hui", "Ce qui doit partir, le plus urgent d’abord.",
      text: { _ in
        """
        Que dois-je expédier aujourd’hui\u{202F}? Appelle orders_list avec {"status":"processing",\
        "needsShipping":true,"sort":"shipBy"} et suis nextCursor jusqu’à la fin. Dis d’abord les \
        commandes en retard, puis celles à expédier aujourd’hui, puis les suivantes avec leur date. \
        Pour chacune\u{A0}: le numéro, les articles et l’adresse de livraison. Ne change rien.
        """
      }),
    en: .init(
      "To ship today", "What has to go out, the most urgent first.",
      text: { _ in
        """
        What do I have to ship today? Call orders_list with {"status":"processing",\
        "needsShipping":true,"sort":"shipBy"} and follow nextCursor to its end. Name the late orders \
        first, then those due today, then the others with their day. Of each: the number, the items and \
        the shipping address. Change nothing.
        """
      }))
}

private let answerCustomer = Prompt<Session>(
  "answer_customer", using: Orders.list, Orders.get,
  arguments: [.init("order", .resource("order")), .init("question", .text, isRequired: false)]
) { session in
  try session.wording(
    fr: .init(
      "Répondre à un client", "Une réponse à propos d’une commande, à relire avant de l’envoyer.",
      arguments: ["Le numéro de la commande.", "Ce que demande le client."],
      text: { values in
        let question = values[1].map { " Sa question\u{A0}: «\u{A0}\($0)\u{A0}»" } ?? ""
        return """
          Écris au client une réponse courte et polie à propos de la commande \(values[0] ?? "") \
          ci-dessus.\(question) Tiens-t’en à ce qui s’y trouve\u{A0}: statut, dates, articles, montants, \
          téléchargements. Ce qui n’y est pas, dis que je vais le vérifier. N’envoie rien et ne change \
          rien\u{A0}: je relis d’abord.
          """
      }),
    en: .init(
      "Answer a customer", "An answer about an order, to be read before it is sent.",
      arguments: ["The order number.", "What the customer asks."],
      text: { values in
        let question = values[1].map { " The question: \"\($0)\"" } ?? ""
        return """
          Write the customer a short and polite answer about order \(values[0] ?? "") above.\(question) \
          Keep to what is there: status, dates, items, amounts, downloads. Of what is not, say that I will \
          look into it. Send nothing and change nothing: I read it first.
          """
      }))
}

private let reviewOrders = Prompt<Session>(
  "review_orders", using: Orders.list,
  arguments: [.init("status", .words(OrderStatus.allCases.map(\.rawValue)))]
) { session in
  try session.wording(
    fr: .init(
      "Passer en revue un statut", "Ce qu’il y a à faire des commandes d’un statut.",
      arguments: ["Le statut, par exemple on-hold."],
      text: { values in
        """
        Passe en revue les commandes au statut \(values[0] ?? "")\u{A0}: appelle orders_list avec ce statut, \
        les plus anciennes d’abord ({"sort":"created","descending":false}). Dis pour chacune ce qu’elle \
        attend et l’action que tu proposes parmi ses «\u{A0}actions\u{A0}». Ne change rien avant mon accord.
        """
      }),
    en: .init(
      "Review a status", "What there is to do about the orders in a status.",
      arguments: ["The status, such as on-hold."],
      text: { values in
        """
        Go through the orders in the status \(values[0] ?? ""): call orders_list with it, the oldest first \
        ({"sort":"created","descending":false}). Say of each what it waits for, and which of its "actions" \
        you propose. Change nothing before I agree.
        """
      }))
}

extension Session {
  /// The one of the two in the shop's language.
  fileprivate func wording(
    fr french: Prompt<Session>.Wording, en english: Prompt<Session>.Wording
  ) throws -> Prompt<Session>.Wording {
    try shop().language == .fr ? french : english
  }
}

extension JSON {
  /// A member as text, whatever it is.
  fileprivate func words(_ name: String) -> String {
    guard let value = self[name] else { return "" }
    return value.string ?? String(decoding: value.source, as: UTF8.self)
  }
}
