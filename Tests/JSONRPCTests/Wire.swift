// A connection that is served without threads: what arrives is there before it begins.
import Foundation
import Glibc

@testable import JSONRPC

/// Serves what was sent in pieces, each of which is read alone.
struct Wire {
  let counters = CounterServer()
  var limit = 1 << 20
  var style: Framing.Style?
  var trace: Trace?

  struct Outcome {
    let text: String
    let ending: Connection.Ending
    var lines: [String] { text.split(separator: "\n").map(String.init) }
  }

  /// A socket of packets: read(2) never takes more than one of them.
  func serve(_ pieces: [some Collection<UInt8>]) throws -> Outcome {
    var input: [Int32] = [-1, -1]
    let output = FileManager.default.temporaryDirectory
      .appendingPathComponent("orderline-wire-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: output) }
    guard socketpair(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue), 0, &input) == 0 else {
      throw CocoaError(.fileReadUnknown)
    }
    let answers = open(output.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    defer { for descriptor in [input[0], answers] { close(descriptor) } }
    for piece in pieces where !piece.isEmpty {
      let bytes = Array(piece)
      guard send(input[1], bytes, bytes.count, Int32(MSG_DONTWAIT)) == bytes.count else {
        throw CocoaError(.fileWriteUnknown)
      }
    }
    close(input[1])
    let connection = Connection(
      input: input[0], output: answers, style: style, trace: trace, messageLimit: limit)
    let ending = connection.run(counters.server)
    return Outcome(
      text: String(decoding: try Data(contentsOf: output), as: UTF8.self), ending: ending)
  }

  func serve(_ pieces: String...) throws -> Outcome { try serve(pieces.map(\.utf8)) }
}
