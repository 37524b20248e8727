// The command line, run for real.
import Foundation
import Testing

@Suite("The command line")
struct CommandLineTests {
  @Test("the version is one line")
  func version() throws {
    let outcome = try Program.run(["--version"])
    #expect(outcome.status == 0)
    #expect(outcome.lines.count == 1)
    #expect(outcome.text.hasPrefix("orderline "))
  }
}
