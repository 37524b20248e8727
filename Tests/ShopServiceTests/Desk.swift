// The service in process: a real store in a temporary folder, a clock that stands still, a server.
import Foundation
import JSONRPC
import ShopRules
import ShopService
import Testing

@testable import ShopStore

/// Where callers call.
final class Desk {
  let folder: URL
  let path: String
  let store: Store
  let server: Server<Session>
  /// Whether the folder goes with this desk.
  private let isOwner: Bool
  /// What the server said to nobody but its log.
  var log: [String] { notes.lines }
  private let notes = Notes()

  private final class Notes {
    var lines: [String] = []
  }

  /// The Thursday of the tutorial.
  static let now = "2021-06-17T12:16:00+02:00"

  /// A desk with the sample shop, or with an empty one.
  init(sample: Bool = true) throws {
    isOwner = true
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("orderline-desk-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    path = folder.appendingPathComponent("shop.db").path
    let shop = try newShop()
    if sample {
      try Store.create(at: path, shop: sampleShop(shop), fill: fillSample)
    } else {
      try Store.create(at: path, shop: shop)
    }
    (store, server) = try Self.open(path, notes)
  }

  /// Another process's desk, as far as the store can tell.
  init(besides other: Desk) throws {
    isOwner = false
    (folder, path) = (other.folder, other.path)
    (store, server) = try Self.open(path, notes)
  }

  deinit { if isOwner { try? FileManager.default.removeItem(at: folder) } }

  private static func open(_ path: String, _ notes: Notes) throws -> (Store, Server<Session>) {
    let store = try Store.open(at: path, zone: Zoneinfo.zone)
    let now = try #require(Moment(rfc3339: now))
    let session = Session(store: store, path: path, actor: "libraire", clock: { now })
    let server = Server(shopCatalog, context: session) { notes.lines.append($0) }
    return (store, server)
  }

  /// The bytes of the answer to one request.
  func bytes(_ method: String, _ params: String = "{}") -> [UInt8] {
    let request = #"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":\#(params)}"#
    var answer = JSONWriter()
    Array(request.utf8).withUnsafeBytes { server.answer($0, to: &answer) }
    return Array(answer.bytes)
  }

  /// The answer to one request.
  func call(_ method: String, _ params: String = "{}") throws -> Reply {
    let bytes = bytes(method, params)
    let value = try JSONSerialization.jsonObject(with: Data(bytes))
    return Reply(value: try #require(value as? [String: Any]))
  }

  /// Everything that can be read, as one text: two are equal when nothing was changed.
  func everything() throws -> String {
    let orders = try #require(try call("orders.list", #"{"limit":500}"#).objects("result/orders"))
    let files = orders.compactMap { $0["id"] as? Int }.map { bytes("orders.get", "[\($0)]") }
    let rest = [bytes("products.list"), bytes("shop.get"), bytes("orders.count")]
    return (files + rest).map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n")
  }
}

/// An answer, read by paths such as "result/order/lines/0/name".
struct Reply: CustomStringConvertible {
  let value: [String: Any]

  var description: String { "\(value)" }

  private func find(_ path: String) -> Any? {
    path.split(separator: "/").reduce(value as Any?) { found, step in
      if let index = Int(step), let list = found as? [Any] {
        return index < list.count ? list[index] : nil
      }
      return (found as? [String: Any])?[String(step)]
    }
  }

  func text(_ path: String) -> String? { find(path) as? String }
  func number(_ path: String) -> Int? { find(path) as? Int }
  func flag(_ path: String) -> Bool? { find(path) as? Bool }
  func texts(_ path: String) -> [String]? { find(path) as? [String] }
  func objects(_ path: String) -> [[String: Any]]? { find(path) as? [[String: Any]] }
  func isNull(_ path: String) -> Bool { find(path) is NSNull }

  /// The number of the error, or nil where there is a result.
  var code: Int? { number("error/code") }

  /// A part as JSON with its members in alphabetical order.
  func json(_ path: String) throws -> String {
    let part = try #require(find(path))
    let data = try JSONSerialization.data(
      withJSONObject: part, options: [.sortedKeys, .fragmentsAllowed])
    return String(decoding: data, as: UTF8.self)
  }
}
