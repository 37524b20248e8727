// The Python client and the player of transcripts, run by python3 against the real server.
import Foundation
import Testing

@Suite("The Python client", .enabled(if: ShellClient.find("python3") != nil))
struct PythonClientTests {
  @Test("methods are called by attribute, by position or by name")
  func calls() throws {
    let outcome = try python(
      """
      print(shop.orders.get(630)["customer"]["name"])
      print(shop.orders.get(id=630)["statusLabel"], shop.call("orders.get", 627)["statusLabel"])
      page = shop.orders.list(status="processing", limit=2)
      print([row["id"] for row in page["orders"]], type(page) is dict)
      try:
          shop.orders.list("processing", limit=2)
      except TypeError as error:
          print(error)
      """)
    #expect(
      outcome.lines == [
        "Élise Vasseur", "En cours Échouée", "[632, 630] True",
        "orders.list() takes its parameters by position or by name, not both",
      ])
  }

  @Test("errors are exceptions of their kind")
  func exceptions() throws {
    let outcome = try python(
      """
      import pickle
      try: shop.orders.setStatus(617, "completed")
      except shop.refusals.transitionNotAllowed as refusal:
          print(refusal.name, refusal.code, refusal.transient, refusal.data["from"])
      try: shop.orders.get(99)
      except shop.refusals.transitionNotAllowed: print("never")
      except Refusal as refusal:
          print(type(refusal) is shop.refusals.noSuchOrder, str(refusal))
          copy = pickle.loads(pickle.dumps(refusal))
          print(type(copy) is type(refusal), copy.data == refusal.data)
      try: shop.orders.get(id="630")
      except InvalidParams as error: print(error.path, error.expected[:10], error.code)
      try: shop.order.get(630)
      except MethodNotFound as error: print(error.suggestion)
      try: shop.refusals.noSuchThing
      except AttributeError as error: print(error)
      print("storeBusy" in dir(shop.refusals), all(issubclass(r, Refusal) for r in shop.refusals))
      """)
    #expect(
      outcome.lines == [
        "transitionNotAllowed 1002 False refunded",
        "True There is no order 99. orders.list shows those there are.", "True True",
        "/id an integer -32602", "orders.get", "the service declares no refusal noSuchThing",
        "True True",
      ])
  }

  @Test("all pages of a list follow one another")
  func pages() throws {
    let outcome = try python(
      """
      print([len(page["orders"]) for page in shop.pages("orders.list", limit=9)])
      rows = [row["id"] for row in shop.iterate("orders.list", limit=5)]
      print(rows == list(range(632, 610, -1)))
      print(len(list(shop.iterate("products.list", limit=1))) > 1)
      """)
    #expect(outcome.lines == ["[9, 9, 4]", "True", "True"])
  }

  @Test("20,000 requests are written before the first answer is read")
  func pipeline() throws {
    let outcome = try python(
      """
      results = shop.pipeline(["server.info"] * 10_000 + ["server.ping"] * 9_999 + [("orders.get", [99])])
      print(len(results), results[0]["name"], results[-2], type(results[-1]).__name__)
      print(shop.pipeline([]), shop.orders.count()["total"])
      """)
    #expect(outcome.lines == ["20000 orderline {'pong': True} noSuchOrder", "[] 22"])
  }

  @Test("more may be sent than the server is willing to keep answers for")
  func flood() throws {
    // Past 64 MiB of unread answers the server reads no further. The alarm ends a deadlock.
    let outcome = try python(
      """
      import signal
      signal.alarm(300)
      message = b'{"jsonrpc":"2.0","method":"server.ping","id":"' + b"a" * 1_000_000 + b'"}'
      answers = shop.converse([message] * 80)
      print(len(answers), sum(map(len, answers)) > 80_000_000)
      """)
    #expect(outcome.lines == ["80 True"])
  }

  @Test("a batch answers in order, and a notification is done in silence")
  func batchesAndNotifications() throws {
    let outcome = try python(
      """
      results = shop.batch([("orders.get", {"id": 630}), ("orders.get", [1]), "server.ping"])
      print(results[0]["id"], results[1].name, results[2], shop.batch([]))
      shop.notify("orders.setStatus", id=630, status="completed")
      shop.notify("no.such.method")
      print(shop.orders.get(630)["status"])
      shop.notify("orders.setStatus", 632, "completed")
      shop.close()
      shop = Orderline(store, program)
      print(shop.orders.get(632)["status"])
      """)
    #expect(
      outcome.lines == ["630 noSuchOrder {'pong': True} []", "completed", "completed"])
  }

  @Test("changes are followed, whoever makes them, while the session goes on")
  func following() throws {
    let outcome = try python(
      """
      feed = shop.follow(0)
      shop.orders.pay(631)
      print([(c["id"], c["what"], c["order"]) for c in [next(feed)]])
      with Orderline(store, program, ["--actor", "caisse"]) as other:
          for number in [630, 632]:
              other.orders.setStatus(number, "completed")
      for change in feed:
          print(change["id"], change["by"], change["from"], shop.orders.get(change["order"])["status"])
          if change["order"] == 632: break
      feed.close()
      import threading
      feed = shop.follow()
      threading.Timer(0.2, lambda: shop.products.configure(id=11, stock=9)).start()
      for change in feed:
          print(change["id"], change["what"], change["product"])
          break
      feed.close()
      """)
    #expect(
      outcome.lines == [
        "[(1, 'order.paid', 631)]", "2 caisse processing completed",
        "3 caisse processing completed", "4 product.configured 11",
      ])
  }

  @Test("answers and notifications are told apart, and what was told is kept")
  func notifications() throws {
    let outcome = try python(
      """
      print(shop.changes.watch())
      print(shop.orders.pay(631)["changed"], shop.server.ping())
      shop.notify("orders.setStatus", 630, "completed")
      print(shop.batch(["server.ping", ("orders.setStatus", [632, "completed"])])[0])
      print([shop.hear()["params"] for _ in range(3)])
      print(shop.changes.unwatch(), shop.changes.list()["last"])
      """)
    #expect(
      outcome.lines == [
        "{'last': 0}", "True {'pong': True}", "{'pong': True}",
        "[{'after': 0, 'last': 1}, {'after': 1, 'last': 2}, {'after': 2, 'last': 3}]",
        "{'watched': True} 3",
      ])
  }

  @Test("a server that is killed is gone, at once and for good")
  func killed() throws {
    let outcome = try python(
      """
      import os, signal, threading
      pid = shop.server.info()["process"]
      calls = ["server.info"] * 200_000
      threading.Timer(0.2, os.kill, (pid, signal.SIGKILL)).start()
      try:
          while True: shop.pipeline(calls)
      except ServerGone as gone: print(gone.status)
      try: shop.server.ping()
      except ServerGone as gone: print(gone.status)
      shop.close()
      shop.close()
      try: shop.server.ping()
      except ServerGone as gone: print(gone)
      """)
    #expect(outcome.lines == ["-9", "-9", "the session is closed"])
  }

  @Test("what is missing is said clearly")
  func missing() throws {
    let outcome = try python(
      """
      try: Orderline(store, "/nowhere/orderline")
      except ServerGone as gone: print(gone, gone.status)
      with Orderline("/nowhere/shop.db", program) as other:
          try: other.orders.count()
          except ServerGone as gone: print(gone.status, gone.stderr)
      with Orderline(store, "cat") as other:
          try: other.orders.count()
          except ServerGone as gone: print(gone.status != 0)
      with Orderline(store, "true") as other:
          try: other.orders.count()
          except ServerGone as gone: print(gone)
      """)
    #expect(
      outcome.lines == [
        "cannot start /nowhere/orderline: No such file or directory; "
          + "is it built, and in PATH or given as program? None",
        "1 orderline: cannot open the store /nowhere/shop.db: No such file or directory; "
          + "create it with: orderline init --store /nowhere/shop.db",
        "True", "true ended with status 0",
      ])
  }

  @Test("a body that raises leaves no process behind")
  func raisingBody() throws {
    let outcome = try python(
      """
      import os
      pid = None
      try:
          with Orderline(store, program) as other:
              pid = other.server.info()["process"]
              raise KeyError("mine")
      except KeyError as error: print(error)
      try: os.kill(pid, 0)
      except ProcessLookupError: print("ended")
      try: shop.orders.get({1, 2})
      except TypeError: print("not sent")
      try: shop.orders.get(float("nan"))
      except ValueError: print("not sent")
      print(shop.server.ping())
      """)
    #expect(outcome.lines == ["'mine'", "ended", "not sent", "not sent", "{'pong': True}"])
  }

  @Test("threads may share a session")
  func threads() throws {
    let outcome = try python(
      """
      from concurrent.futures import ThreadPoolExecutor
      numbers = list(range(611, 633)) * 20
      with ThreadPoolExecutor(8) as pool:
          print([order["id"] for order in pool.map(shop.orders.get, numbers)] == numbers)
      """)
    #expect(outcome.lines == ["True"])
  }

  @Test("its command line lists, shows, completes and calls")
  func commandLine() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    func run(_ words: String...) throws -> Program.Outcome {
      try python3(
        ["Clients/python/orderline.py", "--store", store.path, "--program", Program.path] + words)
    }
    #expect(try run("list").lines.count == 22)
    #expect(try run("list", "processing", "on-hold").lines.count == 6)
    #expect(try run("show", "630").text.contains("\"name\": \"Élise Vasseur\""))
    let completed = try run("complete", "617", "630")
    #expect(completed.status == 1)
    #expect(completed.lines == ["#630 Terminée"])
    #expect(completed.errors.hasPrefix("Order 617 is refunded: completed may not follow."))
    let failed = try run("call", "orders.list", "status=failed", "limit=1")
    #expect(failed.text.contains("\"id\": 627,"))
    let refused = try run("call", "orders.get", "[99]")
    #expect(refused.status == 1)
    #expect(refused.errors == "There is no order 99. orders.list shows those there are.\n")
    #expect(try python3(["Clients/python/orderline.py", "--program", "/no", "list"]).status == 2)
  }

  @Test("what it offers is documented and typed")
  func types() throws {
    let outcome = try python(
      """
      import inspect, orderline
      functions = [f for c in vars(orderline).values() if inspect.isclass(c)
                   and c.__module__ == "orderline" for f in vars(c).values() if inspect.isfunction(f)]
      print(all("return" in f.__annotations__ for f in functions), len(functions) > 20)
      print([n for n in orderline.__all__ if inspect.isclass(getattr(orderline, n))
             and not getattr(orderline, n).__doc__])
      """)
    #expect(outcome.lines == ["True True", "[]"])
  }

  /// Runs a script that has a session `shop`, its `store` and `program`, and the module's names.
  private func python(_ script: String) throws -> Program.Outcome {
    let scratch = try Scratch()
    let store = try scratch.store()
    let prelude = """
      import sys
      from orderline import *
      store, program = sys.argv[1:]
      shop = Orderline(store, program, ["--now", "2021-06-18T09:00:00+02:00"])

      """
    let file = scratch.file("script.py")
    try Data((prelude + script + "\nshop.close()\n").utf8).write(to: file)
    let outcome = try python3(["-W", "error", file.path, store.path, Program.path])
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome.errors)")
    return outcome
  }
}

@Suite("The player of transcripts", .enabled(if: ShellClient.find("python3") != nil))
struct PlayTests {
  private static let ping = "--> {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"server.ping\"}\n"

  @Test("what matches is counted")
  func matching() throws {
    let outcome = try play(
      """
      // A digital book, words left out, notifications either way, and what is no JSON.
      --> {"jsonrpc":"2.0","id":1,"method":"orders.get","params":[630]}
      <-- {"jsonrpc":"2.0","id":1,"result":{"id":630,"customer":{"name":"Élise Vasseur","…":"…"},"…":"…"}}

      --> {"jsonrpc":"2.0","method":"changes.watch"}
      --> {"jsonrpc":"2.0","id":2,"method":"orders.pay","params":[631]}
      <-- {"jsonrpc":"2.0","id":2,"…":"…"}
      <-- {"jsonrpc":"2.0","method":"changes.changed","params":{"after":0,"last":1}}
      --> {"jsonrpc"
      <-- {"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"…","data":"…"}}
      --> [{"jsonrpc":"2.0","id":1.0,"method":"server.ping"},7]
      <-- [{"jsonrpc":"2.0","id":1.0,"result":{"pong":true}},"…"]

      """)
    #expect(outcome.status == 0)
    #expect(outcome.lines == ["5 exchanges played"])
  }

  @Test(
    "each difference is told with file and line",
    arguments: [
      (
        "<-- {\"jsonrpc\":\"2.0\",\"id\":1.0,\"result\":{\"pong\":true}}\n",
        ":2: /id: expected 1.0, found 1"
      ),
      (
        "<-- {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"pong\":1}}\n",
        ":2: /result/pong: expected 1, found true"
      ),
      (
        "<-- {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n",
        ":2: /result/pong: not expected, found true"
      ),
      (
        "<-- {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"pong\":true,\"a\":\"…\"}}\n",
        ":2: /result/a: expected \"…\", found no such member"
      ),
      ("<-- [\"…\"]\n", ":2: answer: expected [\"…\"], found {"),
      ("<-- \"…\"\n<-- \"…\"\n", ":3: no answer"), ("", ": an answer too many: {"),
      ("<-- {\n", ":2: the answer is not JSON"),
      ("<- {}\n", ":2: a line begins with //, --> or <--"),
    ])
  func differing(expected: String, told: String) throws {
    let outcome = try play(Self.ping + expected)
    #expect(outcome.status == 1)
    #expect((outcome.text + outcome.errors).contains("a.txt\(told)"))
  }

  @Test("each transcript has a store of its own and the same moment")
  func fresh() throws {
    let transcript = """
      --> {"jsonrpc":"2.0","id":1,"method":"orders.setStatus","params":[630,"completed"]}
      <-- {"jsonrpc":"2.0","id":1,"result":{"order":{"completedAt":"2021-06-18T09:00:00+02:00","…":"…"},"changed":true,"…":"…"}}

      """
    let outcome = try play(transcript, transcript)
    #expect(outcome.lines == ["2 exchanges played"])
  }

  private func play(_ transcripts: String...) throws -> Program.Outcome {
    let scratch = try Scratch()
    let files = try transcripts.indices.map { index in
      let file = scratch.file(["a.txt", "b.txt"][index])
      try Data(transcripts[index].utf8).write(to: file)
      return file.path
    }
    return try python3(["Tests/OrderlineTests/play.py", Program.path] + files)
  }
}

/// Runs python3 in the package's folder; `orderline` can be imported.
func python3(_ arguments: [String]) throws -> Program.Outcome {
  let own = [
    "PYTHONPATH": Program.root.appendingPathComponent("Clients/python").path,
    "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1",
  ]
  return try Program.run(
    arguments, program: try #require(ShellClient.find("python3")),
    environment: ProcessInfo.processInfo.environment.merging(own) { $1 }, in: Program.root)
}
