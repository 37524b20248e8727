// The rules of the house: what may import what, how long files are, what stands where.
import Foundation
import Testing

@Suite("The house")
struct HouseTests {
  /// A Swift file of the package.
  struct SourceFile: CustomTestStringConvertible {
    let path: String
    let text: String

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    /// The folder below Sources or Tests.
    var module: String { String(path.split(separator: "/")[1]) }
    var testDescription: String { path }

    /// The modules it imports.
    var imports: Set<String> {
      let modifiers: Set<Substring> = ["public", "internal", "private", "fileprivate", "@testable"]
      return Set(
        lines.compactMap { line in
          let words = line.split(separator: " ").drop { modifiers.contains($0) }
          guard words.count >= 2, words.first == "import" else { return nil }
          let name = words.count > 2 ? words[words.startIndex + 2] : words[words.startIndex + 1]
          return String(name.prefix { $0 != "." })
        })
    }

    static func below(_ folder: String) -> [SourceFile] {
      let root = Program.root.appendingPathComponent(folder)
      let names = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String }
      return (names ?? []).filter { $0.hasSuffix(".swift") }.sorted().compactMap { name in
        let url = root.appendingPathComponent(name)
        return (try? String(contentsOf: url, encoding: .utf8)).map {
          SourceFile(path: "\(folder)/\(name)", text: $0)
        }
      }
    }
  }

  private static let sources = SourceFile.below("Sources")
  private static let tests = SourceFile.below("Tests")

  /// What each module may import.
  private static let allowed: [String: Set<String>] = [
    "ShopRules": [],
    "JSONRPC": ["CLinux", "Glibc", "Synchronization"],
    "ShopStore": ["CSQLite", "Glibc", "ShopRules"],
    "ShopService": ["Glibc", "JSONRPC", "ShopRules", "ShopStore"],
    "orderline": ["CLinux", "Glibc", "JSONRPC", "ShopRules", "ShopService", "ShopStore"],
  ]

  @Test("every module is known here, and there is something in each")
  func modules() {
    #expect(Set(Self.sources.map(\.module)) == Set(Self.allowed.keys))
  }

  @Test("a file imports only what its module may", arguments: sources)
  func imports(file: SourceFile) throws {
    let allowed = try #require(Self.allowed[file.module])
    #expect(file.imports.isSubset(of: allowed), "\(file.imports.subtracting(allowed))")
  }

  @Test("no file is longer than 400 lines", arguments: sources + tests)
  func length(file: SourceFile) {
    #expect(file.lines.count <= 401, "the last line is empty")
  }

  @Test("every file begins with a sentence that says what it is", arguments: sources + tests)
  func firstLine(file: SourceFile) throws {
    let first = try #require(file.lines.first)
    #expect(first.hasPrefix("// ") || file.text.hasPrefix("// swift-tools-version"))
    let comment = file.lines.prefix { $0.hasPrefix("//") }.joined(separator: " ")
    #expect(comment.hasSuffix(".") && comment.count > 15, "\(comment)")
  }

  @Test("nothing prints to standard output behind the protocol's back", arguments: sources)
  func printing(file: SourceFile) {
    for word in ["print(", "debugPrint(", "dump(", "puts("] {
      for line in file.lines {
        let calls = line.ranges(of: word).contains { range in
          range.lowerBound == line.startIndex
            || !(line[line.index(before: range.lowerBound)].isLetter
              || "._".contains(line[line.index(before: range.lowerBound)]))
        }
        #expect(!calls, "\(line)")
      }
    }
  }

  @Test("at the top there is nothing but what a reader expects")
  func topLevel() throws {
    let listed = try Program.run(
      ["-C", Program.root.path, "-c", "safe.directory=*", "ls-files"], program: "/usr/bin/git",
      environment: ["PATH": "/usr/bin:/bin"])
    try #require(listed.status == 0, "\(listed.errors)")
    let names = Set(listed.lines.compactMap { $0.split(separator: "/").first.map(String.init) })
    let expected: Set = ["Package.swift", "Sources", "Tests", "Protocol", "Clients", "README.md"]
    let others = names.filter { !$0.hasPrefix(".") }.subtracting(expected)
    #expect(others.isEmpty, "\(others)")
    #expect(names.isSuperset(of: ["Package.swift", "Sources", "Tests"]))
  }

  @Test("the package needs no other package")
  func dependencies() throws {
    let manifest = try String(
      contentsOf: Program.root.appendingPathComponent("Package.swift"), encoding: .utf8)
    #expect(!manifest.contains(".package("))
  }
}
