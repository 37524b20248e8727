// orderline help and orderline protocol: what the program says of itself.
import Glibc
import JSONRPC
import ShopService

func printHelp(_ arguments: Arguments) throws -> Int32 {
  guard let name = arguments.words.first else { return say(Command.overview) ? 0 : 1 }
  if let text = shopCatalog.help(name) ?? Command.help(name) { return say(text) ? 0 : 1 }
  let names = shopCatalog.methods.map(\.name) + shopCatalog.notifications.map(\.name)
  let near = nearest(to: name, among: names)
  throw UsageError(
    message: "there is no method, notification or command \(name)"
      + (near.map { "; did you mean \($0)?" } ?? ""))
}

func writeProtocol(_ arguments: Arguments) throws -> Int32 {
  guard arguments.words.count == 1, let folder = arguments.words.first else {
    throw UsageError(message: "into which one folder?")
  }
  for document in publishedDocuments {
    let path = folder + "/" + document.name
    guard let file = fopen(path, "w") else {
      throw SystemFailure("cannot write \(path)")
    }
    let written = fputs(document.text, file) >= 0
    guard fclose(file) == 0, written else {
      throw SystemFailure("cannot write \(path)")
    }
  }
  return 0
}
