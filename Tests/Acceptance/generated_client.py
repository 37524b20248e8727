"""A typed client that openrpcclientgenerator makes of the published document lists orders.

The generator takes the document as it is. What it makes knows no member that may be absent, and only
names_with_underscores; so the first is written into the document in its own words before, and the
transport, which has to be ours for a process anyway, changes the names.
"""

import asyncio
import importlib
import json
import keyword
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import caseswitcher
from jsonrpc2pyclient.rpcclient import AsyncRPCClient
from openrpc import OpenRPC
from openrpcclientgenerator import Language, generate

document = json.loads(Path(sys.argv[1]).read_text())
parameters = {
    caseswitcher.to_snake(one["name"]): one["name"]
    for method in document["methods"] for one in method["params"]
}


def renamed(value, name):
    if isinstance(value, dict):
        return {name(key): renamed(one, name) for key, one in value.items()}
    return [renamed(one, name) for one in value] if isinstance(value, list) else value


def spelled_out(schemas):
    """Members that may be absent get a default; what makes no class in Python is left out."""
    for title, schema in list(schemas.items()):
        for name, member in schema.get("properties", {}).items():
            if name not in schema.get("required", []):
                schema["properties"][name] = {"anyOf": [member, {"type": "null"}], "default": None}
        if not schema.get("properties") or any(map(keyword.iskeyword, schema["properties"])):
            del schemas[title]
            yield f"#/components/schemas/{title}"


class Process(AsyncRPCClient):
    """The transport: a request is a line, and so is its answer."""

    def __init__(self):
        super().__init__()
        self.server = subprocess.Popen(
            [os.environ["ORDERLINE"], "serve", "--store", os.environ["ORDERLINE_STORE"]],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    async def _send_and_get_json(self, request_json, request_id, **_):
        request = json.loads(request_json)
        request["params"] = renamed(request.get("params"), lambda name: parameters.get(name, name))
        self.server.stdin.write(json.dumps(request).encode() + b"\n")
        self.server.stdin.flush()
        return renamed(json.loads(self.server.stdout.readline()), caseswitcher.to_snake)


def client_class(folder):
    OpenRPC.model_validate(document)
    anything = set(spelled_out(document["components"]["schemas"]))
    text = json.dumps(document)
    for reference in anything:
        text = text.replace(json.dumps({"$ref": reference}), '{"type": "object"}')
    name = generate(OpenRPC.model_validate_json(text), Language.PYTHON, "http://stdio", folder)
    source = folder / "python" / name / name.replace("-", "_") / "client.py"
    # A method named list hides Python's in the annotations of its class, unless they are put off.
    source.write_text("from __future__ import annotations\n" + source.read_text())
    sys.path.insert(0, str(source.parent.parent))
    module = importlib.import_module(name.replace("-", "_") + ".client")
    return next(
        one for title, one in vars(module).items()
        if title.endswith("Client") and one.__module__ == module.__name__)


async def main(folder):
    kind = client_class(folder)
    client = kind({})
    process = Process()
    for group in vars(client).values():
        if hasattr(group, "transport"):
            group.transport = process
    page = await client.orders.list(status=["processing"], limit=2)
    assert type(page).__name__ == "OrderPage", page
    assert [row.status_label for row in page.orders] == ["En cours", "En cours"], page
    order = await client.orders.get(id=page.orders[0].id)
    assert order.id == page.orders[0].id and order.gross, order
    process.server.stdin.close()
    assert process.server.wait(timeout=20) == 0
    print("generated: openrpcclientgenerator lists", len(page.orders), "orders")


with tempfile.TemporaryDirectory() as place:
    asyncio.run(main(Path(place)))
