"""python-lsp-jsonrpc, the endpoint of Python's language server, talks to orderline."""

import os
import subprocess
import threading

from pylsp_jsonrpc.endpoint import Endpoint
from pylsp_jsonrpc.exceptions import JsonRpcException
from pylsp_jsonrpc.streams import JsonRpcStreamReader, JsonRpcStreamWriter

server = subprocess.Popen(
    [os.environ["ORDERLINE"], "serve", "--store", os.environ["ORDERLINE_STORE"]],
    stdin=subprocess.PIPE, stdout=subprocess.PIPE)
endpoint = Endpoint({}, JsonRpcStreamWriter(server.stdin).write)
reader = threading.Thread(
    target=JsonRpcStreamReader(server.stdout).listen, args=[endpoint.consume], daemon=True)
reader.start()


def ask(method, params=None):
    return endpoint.request(method, params).result(timeout=20)


hello = ask("initialize", {"processId": os.getpid(), "capabilities": {}})
assert hello["serverInfo"]["name"] == "orderline"
endpoint.notify("initialized", {})
assert len(ask("orders.list", {"status": "processing", "limit": 2})["orders"]) == 2
try:
    ask("orders.get", {"id": 1})
    raise SystemExit("no refusal")
except JsonRpcException as refusal:
    assert refusal.code == 1001, refusal
assert ask("shutdown") is None
endpoint.notify("exit")
assert server.wait(timeout=20) == 0
print("pylsp: python-lsp-jsonrpc")
