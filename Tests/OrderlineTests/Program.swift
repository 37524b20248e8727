// The real program, as a shell would run it.
import Foundation

/// The `orderline` that was built with these tests.
enum Program {
  /// It lies beside the executable that holds these tests.
  static let path: String = {
    let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    return tests.deletingLastPathComponent().appendingPathComponent("orderline").path
  }()

  /// The package's folder.
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  struct Outcome {
    let status: Int32
    let output: Data
    let errors: String

    var text: String { String(decoding: output, as: UTF8.self) }
    var lines: [String] { text.split(separator: "\n").map(String.init) }
  }

  /// Runs a program to its end. Input and output go through files, so that nothing can block.
  static func run(
    _ arguments: [String], program executable: String = path, input: Data = Data(),
    environment: [String: String] = [:], in folder: URL? = nil
  ) throws -> Outcome {
    let scratch = try Scratch()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    process.environment = environment
    process.currentDirectoryURL = folder
    try input.write(to: scratch.file("in"))
    for name in ["out", "err"] { try Data().write(to: scratch.file(name)) }
    process.standardInput = try FileHandle(forReadingFrom: scratch.file("in"))
    process.standardOutput = try FileHandle(forWritingTo: scratch.file("out"))
    process.standardError = try FileHandle(forWritingTo: scratch.file("err"))
    try process.run()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus, output: try Data(contentsOf: scratch.file("out")),
      errors: String(decoding: try Data(contentsOf: scratch.file("err")), as: UTF8.self))
  }

  /// Runs `orderline` on requests, one a line.
  static func serve(
    _ store: URL, _ requests: String, _ arguments: [String] = []
  ) throws -> Outcome {
    try run(["serve", "--store", store.path] + arguments, input: Data(requests.utf8))
  }
}

/// A folder of its own that goes when nobody holds it any more.
final class Scratch {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("orderline-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func file(_ name: String) -> URL { folder.appendingPathComponent(name) }

  /// A new store, with the sample shop unless said otherwise.
  func store(_ name: String = "shop.db", sample: Bool = true) throws -> URL {
    let store = file(name)
    let outcome = try Program.run(
      ["init", "--store", store.path] + (sample ? ["--sample"] : []))
    guard outcome.status == 0 else { throw CocoaError(.fileWriteUnknown) }
    return store
  }
}
