// What editors say to every server they start: hello, goodbye, and that something is not wanted.

extension Server {
  /// Carries out what the Language Server Protocol wants of any server. False where `request` is
  /// nothing of that kind.
  func mindManners(_ request: Request, to output: inout JSONWriter) throws -> Bool {
    switch request.method {
    case "initialize":
      // Hellos of other protocols bear this name too; their params tell them apart.
      try answerEditor(request.params, to: &output)
    case "shutdown":
      caller.isShutDown = true
      output.null()
    case "exit":
      caller.isDismissed = true
      output.null()
    default:
      if let (id, _) = request.withdraws {
        caller.forget(id)
        return true
      }
      // Whatever else begins so may be ignored where nobody waits for an answer.
      return request.id == nil && request.method.hasPrefix("$/")
    }
    return true
  }

  /// The answer to an editor's hello. The process it names is watched from now on.
  private func answerEditor(_ params: JSON?, to output: inout JSONWriter) throws {
    if let process = params?["processId"], !process.isNull {
      guard let id = process.integer.flatMap(Int32.init(exactly:)), id > 0 else {
        throw Mismatch(expected: "a process id or null", found: process).at("processId")
      }
      caller.process = id
    }
    output.raw("{\"capabilities\":{},\"serverInfo\":{\"name\":")
    output.string(catalog.title)
    output.raw(",\"version\":")
    output.string(catalog.version)
    output.raw("}}")
  }
}
