// WooCommerce's REST v3 JSON: orders, what belongs to them, and products, in an array, alone, or in an
// envelope.
import JSONRPC
import ShopRules

enum WooJSON {
  /// The records of a file, in its order; its dates are wall time in `zone` where they do not say.
  static func records(_ bytes: [UInt8], in zone: TimeZone) throws(BadRecord) -> [ImportRecord] {
    var records: [ImportRecord] = []
    // A long export is an array, of which no more than one record is parsed at a time.
    func read(_ list: JSONPassage, deleted: Bool = false) throws(BadRecord) -> JSON {
      do throws(JSONSyntaxError) {
        return try list.outlined { json in
          records.append(record(json, number: records.count + 1, in: zone, deleted: deleted))
        }
      } catch {
        let before = bytes.prefix(error.offset)
        let line = before.reduce(1) { $0 + ($1 == 0x0A ? 1 : 0) }
        let column = before.reversed().prefix { $0 != 0x0A }.count + 1
        throw BadRecord("line \(line), column \(column)", "this is no JSON: \(error.reason)")
      }
    }
    var content = try read(JSONPassage(bytes))
    if let data = content["data"] { content = try read(data.passage) }
    if content["create"] != nil || content["update"] != nil || content["delete"] != nil {
      // What the batch endpoints answer.
      for member in content.members where ["create", "update", "delete"].contains(member.name) {
        // Only to refuse what is no list; in the outline they are all empty.
        _ = try content.list(member.name)
        _ = try read(member.value.passage, deleted: member.name == "delete")
      }
    } else if !content.isArray {
      records.append(record(content, number: 1, in: zone, deleted: false))
    }
    guard records.isEmpty || records.contains(where: { !$0.isUnrecognized }) else {
      throw BadRecord(
        "content", "it holds neither orders nor products, nor refunds, notes or downloads of orders"
      )
    }
    return records
  }

  private static let unrecognized = BadRecord(
    "content",
    "this is neither an order (line_items, billing) nor a product (name, type), nor an order's refund "
      + "(amount, refunded_by), note (note, customer_note) or download (download_id, order_id)")

  private static func record(
    _ json: JSON, number: Int, in zone: TimeZone, deleted: Bool
  ) -> ImportRecord {
    let place = "record " + String(number)
    let id = json["id"]?.integer.map { " " + String($0) } ?? ""
    if deleted {
      return ImportRecord(
        place: place, label: "deleted\(id)", content: .leftOut("it was deleted in WooCommerce"))
    }
    // A refund has line_items too, and an amount where an order has a total.
    if json["line_items"] != nil, json["billing"] != nil || json["total"] != nil {
      return ImportRecord(place: place, label: "order" + id, content: .order(json.passage))
    }
    if let part = WooOrderPart(json) {
      return ImportRecord(
        place: place, label: "\(part.kind)\(id)", content: .part(json.passage))
    }
    if json["name"] != nil, json["type"] != nil || json["regular_price"] != nil {
      let name = json["name"]?.string ?? ""
      return ImportRecord(
        place: place, label: "\"\(plainName(name))\"", content: product(json.passage, in: zone))
    }
    return ImportRecord(place: place, label: "", content: .bad(unrecognized))
  }

  private static func product(_ passage: JSONPassage, in zone: TimeZone) -> ImportRecord.Content {
    guard let json = try? passage.parsed() else { return .bad(unrecognized) }
    do throws(BadRecord) {
      if let reason = try reasonToLeaveOut(productType: try json.text("type")) {
        return .leftOut(reason)
      }
      let id = try json.identifier()
      let name = plainName(try json.text("name"))
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
          downloadLimit: try bound(
            try json.integer("download_limit"), upTo: mostDownloads, "download_limit"),
          downloadExpiryDays: try bound(
            try json.integer("download_expiry"), upTo: mostDownloadDays, "download_expiry"),
          stock: counts ? try stock(try json.integer("stock_quantity"), "stock_quantity") : nil,
          createdAt: try json.moment("date_created", in: zone)))
    } catch {
      return .bad(error)
    }
  }

  private static func files(_ json: JSON) throws(BadRecord) -> [Product.File] {
    var files: [Product.File] = []
    for file in try json.list("downloads") {
      let location = try file.text("file")
      let name = plainName(try file.text("name"))
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
    if let value = self[name]?.integer { return Int(value) }
    let text = try text(name)
    if text.isEmpty { return nil }
    guard let value = Int(text) else {
      throw BadRecord(name, "expected a whole number, found \(text)")
    }
    return value
  }

  /// The record's own id.
  func identifier() throws(BadRecord) -> Int {
    guard let id = try integer("id") else {
      throw BadRecord("id", "it is missing: this was never in a shop")
    }
    return try ShopService.identifier(id, "id")
  }

  /// The elements of the array at `name`; none where there is none.
  func list(_ name: String) throws(BadRecord) -> [JSON] {
    guard let value = self[name], !value.isNull else { return [] }
    guard value.isArray else {
      throw BadRecord(name, "expected an array, found \(value.excerpt)")
    }
    return Array(value.elements)
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
  func moment(_ name: String, in zone: TimeZone) throws(BadRecord) -> Moment? {
    if let exact = try moment(at: name + "_gmt", .utc) { return exact }
    return try moment(at: name, zone)
  }

  private func moment(at field: String, _ zone: TimeZone) throws(BadRecord) -> Moment? {
    let text = try text(field)
    if text.isEmpty { return nil }
    if let exact = Moment(rfc3339: text) { return exact }
    guard let wall = Moment(rfc3339: text + "Z") else {
      throw BadRecord(field, "\"\(text)\" is no date such as 2021-06-17T12:16:00")
    }
    let local = TimeZone.utc.local(wall)
    return zone.moment(local.day, hour: local.hour, minute: local.minute, second: local.second)
  }
}
