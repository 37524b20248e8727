// Resources: what an agent reads by a URI, listed and read by methods of the catalog.

extension Agent {
  /// Writes a page of all resources: those of one kind after those of another. The cursor is a kind's
  /// place and the cursor of its own list.
  func listResources(_ params: JSON?, to output: inout JSONWriter) throws {
    var place = 0
    var cursor: String?
    if let json = params?["cursor"], !json.isNull {
      let parts = (json.string ?? "").split(
        separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, let known = Int(parts[0]), guide.resources.indices.contains(known)
      else {
        throw Mismatch(expected: "a cursor from an answer's \"nextCursor\"", found: json)
          .at("cursor")
      }
      place = known
      cursor = parts[1].isEmpty ? nil : String(parts[1])
    }
    try write(.moment, to: &output) { output in
      output.member("resources")
      output.beginArray()
      if guide.resources.indices.contains(place) {
        cursor = try list(guide.resources[place], after: cursor, to: &output)
      }
      output.endArray()
      if let cursor {
        output.text("nextCursor", "\(place):\(cursor)")
      } else if guide.resources.indices.contains(place + 1) {
        output.text("nextCursor", "\(place + 1):")
      }
    }
  }

  /// Writes a page of one kind. Answers where the next one begins.
  private func list(
    _ resource: Resource<Context>, after cursor: String?, to output: inout JSONWriter
  ) throws -> String? {
    var params = JSONWriter(capacity: 256)
    params.beginObject()
    if let cursor { params.text("cursor", cursor) }
    params.endObject()
    let page = try result(of: resource.lists, params.text)
    for row in page[resource.rows].map({ Array($0.elements) }) ?? [] {
      let (title, summary) = resource.label(row)
      let id = row["id"]?.integer ?? 0
      output.element()
      output.beginObject()
      output.text("uri", resource.prefix + String(id))
      output.text("name", "\(resource.name) \(id)")
      output.text("title", title)
      output.text("description", summary)
      output.text("mimeType", mediaType)
      output.endObject()
    }
    return page["nextCursor"]?.string
  }

  /// Writes what URIs look like.
  func listTemplates(to output: inout JSONWriter) {
    write(.process, to: &output) { output in
      output.member("resourceTemplates")
      output.beginArray()
      for resource in guide.resources {
        output.element()
        output.beginObject()
        output.text("uriTemplate", resource.template)
        output.text("name", resource.name)
        output.text("title", resource.title)
        output.text("description", resource.summary)
        output.text("mimeType", mediaType)
        output.endObject()
      }
      output.endArray()
    }
  }

  func readResource(_ params: JSON?, to output: inout JSONWriter) throws {
    let uri = try params.text("uri")
    try write(.moment, to: &output) { output in
      output.member("contents")
      output.beginArray()
      output.element()
      guard try writeResource(uri, to: &output) else { throw missing(uri) }
      output.endArray()
    }
  }

  /// Writes what stands behind a URI; false where nothing does.
  func writeResource(_ uri: String, to output: inout JSONWriter) throws -> Bool {
    for resource in guide.resources {
      guard let id = resource.id(in: uri) else { continue }
      var text = JSONWriter()
      do {
        try server.run(resource.reads, try JSONText.parse("[\(id)]".utf8), to: &text)
      } catch let refusal as Context.Refusal where !refusal.kind.isTransient {
        // Where only an id is given there is nothing else to refuse.
        return false
      }
      output.beginObject()
      output.text("uri", uri)
      output.text("mimeType", mediaType)
      output.text("text", text.text)
      output.endObject()
      return true
    }
    return false
  }

  /// The eras have different codes for what is not there.
  private func missing(_ uri: String) -> any Error {
    guard era == .stateless else { return Failure.resourceNotFound(uri) }
    let templates = guide.resources.map(\.template).joined(separator: ", ")
    return Mismatch(
      expected: "the URI of a resource there is (\(templates))",
      found: "\"\(excerpt(Array(uri.utf8)[...]))\""
    ).at("uri")
  }
}

private let mediaType = "application/json"
