// The documents that the program writes about itself, for Protocol.
import JSONRPC
import ShopRules

/// Name and text of each published document.
public var publishedDocuments: [(name: String, text: String)] {
  [("openrpc.json", prettyJSON(shopCatalog.openRPC)), ("lifecycle.md", lifecycle)]
}

/// The life of an order, from the same table that decides it.
private var lifecycle: String {
  let statuses = OrderStatus.allCases
  let names = statuses.map { status in
    "| `\(status.rawValue)` | \(status.label(.en)) | \(status.label(.fr)) |"
      + " \(status.isPaid ? "yes" : "no") |"
  }
  let moves = statuses.map { from in
    "| `\(from.rawValue)` | "
      + statuses.map { to in
        from == to ? "·" : from.followers.contains(to) ? "yes" : "forced"
      }.joined(separator: " | ") + " |"
  }
  let natures = [
    ("virtual and downloadable (a digital book)", true, true),
    ("virtual only (a service)", true, false),
    ("downloadable, not virtual", false, true), ("neither (a printed book)", false, false),
  ].map { name, isVirtual, isDownloadable in
    let nature = ProductNature(isVirtual: isVirtual, isDownloadable: isDownloadable)
    return "| \(name) | \(nature.needsShipping ? "yes" : "no") |"
      + " `\((nature.needsProcessing ? OrderStatus.processing : .completed).rawValue)` |"
  }
  return """
    # The life of an order

    Written by `orderline protocol DIR` from the tables that the program goes by.

    ## Statuses

    | on the wire | English | French | paid |
    |---|---|---|---|
    \(names.joined(separator: "\n"))

    ## What may follow what

    A move marked *forced* is refused (1002 `transitionNotAllowed`) unless `"force": true` is sent.
    The same status again (·) changes nothing.

    | from \\ to | \(statuses.map { "`\($0.rawValue)`" }.joined(separator: " | ")) |
    |---|\(String(repeating: "---|", count: statuses.count))
    \(moves.joined(separator: "\n"))

    ## Payment

    `orders.pay` records a payment from \(statuses.filter(\.awaitsPayment).map { "`\($0.rawValue)`" }.joined(separator: ", ")); from the others it changes nothing.
    Where an order holds several kinds, one that needs processing is enough to make it `processing`.

    | every line is | needs shipping | after payment |
    |---|---|---|
    \(natures.joined(separator: "\n"))

    `paidAt` is set when an order first enters a paid status and is never overwritten. `shipBy` is set
    with it where anything is shipped. `completedAt` is set at every entry to `completed`.

    """
}
