// The table of contents: every method and notification there is, in the order it is published.
public import JSONRPC

/// The program's name, wherever it says it.
public let programName = "orderline"

/// The program's version, by semver.org: what callers rely on is what Protocol publishes.
public let programVersion = "0.1.0"

/// Every method of orderline. To add one: declare it beside its noun and name it there in `all`.
public let shopCatalog = Catalog<Session>(
  programName, version: programVersion,
  "A web shop's orders and products over JSON-RPC 2.0 on stdio.",
  methods: Orders.all + Products.all + Downloads.all + Mails.all + Changes.all
    + ShopSettings.all + Imports.all + ServerMethods.all,
  notifications: Changes.notifications,
  agents: shopAgents)
