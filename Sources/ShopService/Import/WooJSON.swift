// WooCommerce's REST v3 JSON: orders and products, in an array, alone, or in an envelope.
import JSONRPC
import ShopRules

enum WooJSON {
  /// The records of a file, in its order.
  static func records(_ bytes: [UInt8]) throws(BadRecord) -> [ImportRecord] {
    let json: JSON
    do throws(JSONSyntaxError) {
      json = try JSONText.parse(bytes)
    } catch {
      let before = bytes.prefix(error.offset)
      let line = before.reduce(1) { $0 + ($1 == 0x0A ? 1 : 0) }
      let column = before.reversed().prefix { $0 != 0x0A }.count + 1
      throw BadRecord("line \(line), column \(column)", "this is no JSON: \(error.reason)")
    }
    var records: [ImportRecord] = []
    func add(_ json: JSON, deleted: Bool = false) {
      records.append(record(json, number: records.count + 1, deleted: deleted))
    }
    let content = json["data"] ?? json
    if content.isArray {
      for element in content.elements { add(element) }
    } else if content["create"] != nil || content["update"] != nil || content["delete"] != nil {
      // What the batch endpoints answer.
      for member in content.members where ["create", "update", "delete"].contains(member.name) {
        for element in member.value.elements { add(element, deleted: member.name == "delete") }
      }
    } else {
      add(content)
    }
    guard records.isEmpty || records.contains(where: { !$0.isUnrecognized }) else {
      throw BadRecord("content", "it holds neither orders nor products")
    }
    return records
  }

  private static let unrecognized = BadRecord(
    "content", "this is neither an order (line_items, billing) nor a product (name, type)")

  private static func record(_ json: JSON, number: Int, deleted: Bool) -> ImportRecord {
    let place = "record \(number)"
    let id = json["id"]?.integer.map { " \($0)" } ?? ""
    if deleted {
      return ImportRecord(
        place: place, label: "deleted\(id)", content: .leftOut("it was deleted in WooCommerce"))
    }
    // A refund has line_items too, and an amount where an order has a total.
    if json["line_items"] != nil, json["billing"] != nil || json["total"] != nil {
      return ImportRecord(place: place, label: "order\(id)", content: .order(json))
    }
    if json["name"] != nil, json["type"] != nil || json["regular_price"] != nil {
      let name = json["name"]?.string ?? ""
      return ImportRecord(place: place, label: "\"\(plainText(name))\"", content: product(json))
    }
    return ImportRecord(place: place, label: "", content: .bad(unrecognized))
  }

  private static func product(_ json: JSON) -> ImportRecord.Content {
    do throws(BadRecord) {
      if let reason = try reasonToLeaveOut(productType: try json.text("type")) {
        return .leftOut(reason)
      }
      guard let id = try json.integer("id"), id > 0 else {
        throw BadRecord("id", "it is missing: this was never in a shop")
      }
      let name = plainText(try json.text("name"))
      guard !name.isEmpty else { throw BadRecord("name", "it is empty") }
      let regular = try json.text("regular_price")
      let price = regular.isEmpty ? try json.text("price") : regular
      guard !price.isEmpty else { return .leftOut(reasonToLeaveOutUnpriced) }
      let sku = try json.text("sku")
      let counts = json["manage_stock"]?.bool ?? false
      return .product(
        ProductRecord(
          id: id, name: name, sku: sku.isEmpty ? nil : sku, price: price,
          isVirtual: try json.flag("virtual"), isDownloadable: try json.flag("downloadable"),
          files: try files(json),
          downloadLimit: try bound(try json.integer("download_limit"), "download_limit"),
          downloadExpiryDays: try bound(try json.integer("download_expiry"), "download_expiry"),
          stock: counts ? try json.integer("stock_quantity") : nil,
          createdAt: try json.moment("date_created", in: nil)))
    } catch {
      return .bad(error)
    }
  }

  private static func files(_ json: JSON) throws(BadRecord) -> [Product.File] {
    var files: [Product.File] = []
    for file in (json["downloads"] ?? json).elements {
      let location = try file.text("file")
      let name = plainText(try file.text("name"))
      guard !location.isEmpty else { throw BadRecord("downloads", "a file has no location") }
      files.append(Product.File(name: name.isEmpty ? location : name, location: location))
    }
    return files
  }
}

extension ImportRecord {
  fileprivate var isUnrecognized: Bool {
    if case .bad(let bad) = content { bad.field == "content" } else { false }
  }
}

extension JSON {
  /// The string or number at `name` as it was written; empty where there is none.
  func text(_ name: String) throws(BadRecord) -> String {
    guard let value = self[name], !value.isNull else { return "" }
    if let text = value.string { return trimmed(text) }
    if value.isNumber { return value.excerpt }
    throw BadRecord(name, "expected a string, found \(value.excerpt)")
  }

  /// The whole number at `name`, which may be written as a string; nil where there is none.
  func integer(_ name: String) throws(BadRecord) -> Int? {
    let text = try text(name)
    if text.isEmpty { return nil }
    guard let value = self[name]?.integer.map({ Int($0) }) ?? Int(text) else {
      throw BadRecord(name, "expected a whole number, found \(text)")
    }
    return value
  }

  func flag(_ name: String) throws(BadRecord) -> Bool {
    guard let value = self[name], !value.isNull else { return false }
    guard let flag = value.bool else {
      throw BadRecord(name, "expected true or false, found \(value.excerpt)")
    }
    return flag
  }

  /// The moment that the members `name` and `name`_gmt tell, of which the latter is exact; the
  /// former is wall time in `zone`. nil where there is none.
  func moment(_ name: String, in zone: TimeZone?) throws(BadRecord) -> Moment? {
    for (field, zone) in [(name + "_gmt", TimeZone.utc), (name, zone ?? .utc)] {
      let text = try text(field)
      if text.isEmpty { continue }
      if let exact = Moment(rfc3339: text) { return exact }
      guard let wall = Moment(rfc3339: text + "Z") else {
        throw BadRecord(field, "\"\(text)\" is no date such as 2021-06-17T12:16:00")
      }
      let local = TimeZone.utc.local(wall)
      return zone.moment(
        local.day, hour: local.hour, minute: local.minute, second: local.second)
    }
    return nil
  }
}
