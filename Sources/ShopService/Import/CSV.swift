// Tables in CSV, as RFC 4180 has them and as spreadsheets save them.

/// A table whose first row names the columns.
struct CSVTable {
  /// The cells of a row by the lower-case name of their column.
  struct Row {
    /// Counted as a spreadsheet does: the heading is row 1.
    let number: Int
    private let cells: [String]
    private let columns: [String: Int]

    init(number: Int, cells: [String], columns: [String: Int]) {
      self.number = number
      self.cells = cells
      self.columns = columns
    }

    /// The cell without white space around it; empty where there is none.
    subscript(_ column: String) -> String {
      guard let index = columns[column.lowercased()], index < cells.count else { return "" }
      return trimmed(cells[index])
    }
  }

  /// A text that is no CSV, and the row where that showed.
  struct Malformed: Error {
    let row: Int
    let reason: String
  }

  let rows: [Row]
  private let columns: [String: Int]

  /// Reads UTF-8 with or without a byte order mark. A comma separates cells, or a semicolon where
  /// the heading has more of those: spreadsheets in French save them so.
  init(_ bytes: [UInt8]) throws(Malformed) {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let bytes = bytes.starts(with: mark) ? bytes[mark.count...] : bytes[...]
    let heading = bytes.prefix { $0 != 0x0A }
    func count(_ byte: UInt8) -> Int { heading.reduce(0) { $0 + ($1 == byte ? 1 : 0) } }
    let semicolon = UInt8(ascii: ";")
    let comma = UInt8(ascii: ",")
    let table = try Self.cells(
      of: bytes, separator: count(semicolon) > count(comma) ? semicolon : comma)
    let names = (table.first ?? []).map { trimmed($0).lowercased() }
    let columns = Dictionary(
      zip(names, names.indices), uniquingKeysWith: { first, _ in first })
    self.columns = columns
    rows = table.enumerated().dropFirst().filter { !$1.allSatisfy(\.isEmpty) }
      .map { Row(number: $0 + 1, cells: $1, columns: columns) }
  }

  func has(_ column: String) -> Bool { columns[column.lowercased()] != nil }

  private static func cells(
    of bytes: ArraySlice<UInt8>, separator: UInt8
  ) throws(Malformed) -> [[String]] {
    var rows: [[String]] = []
    var row: [String] = []
    var cell: [UInt8] = []
    var isQuoted = false
    var position = bytes.startIndex
    func endCell() throws(Malformed) {
      // Read as if it were, its names would be spoilt for good.
      guard let text = String(validating: cell, as: UTF8.self) else {
        throw Malformed(
          row: rows.count + 1, reason: "this is not UTF-8; save it as CSV UTF-8")
      }
      row.append(text)
      cell.removeAll(keepingCapacity: true)
    }
    while position < bytes.endIndex {
      let byte = bytes[position]
      position += 1
      if isQuoted {
        guard byte == UInt8(ascii: "\"") else {
          cell.append(byte)
          continue
        }
        if position < bytes.endIndex, bytes[position] == byte {
          cell.append(byte)
          position += 1
        } else {
          isQuoted = false
        }
      } else if byte == UInt8(ascii: "\""), cell.isEmpty {
        isQuoted = true
      } else if byte == separator {
        try endCell()
      } else if byte == 0x0A {
        if cell.last == 0x0D { cell.removeLast() }
        try endCell()
        rows.append(row)
        row = []
      } else {
        cell.append(byte)
      }
    }
    if isQuoted { throw Malformed(row: rows.count + 1, reason: "a quoted cell has no end") }
    if !cell.isEmpty || !row.isEmpty {
      try endCell()
      rows.append(row)
    }
    return rows
  }
}

/// `text` without spaces, tabs and line ends at its ends.
func trimmed(_ text: String) -> String {
  func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
  let bytes = text.utf8.span
  if bytes.isEmpty || !isBlank(bytes[0]) && !isBlank(bytes[bytes.count - 1]) { return text }
  let utf8 = text.utf8
  guard let start = utf8.firstIndex(where: { !isBlank($0) }),
    let end = utf8.lastIndex(where: { !isBlank($0) })
  else { return "" }
  return String(text[start...end])
}
