"""Checks every answer that the transcripts of the Model Context Protocol get against its schemas.

Usage: validate.py PROGRAM TRANSCRIPT…

The schemas are those of the package mcp-types, one for each revision.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from mcp_types import methods
from mcp_types.jsonrpc import JSONRPCError

REVISION = "io.modelcontextprotocol/protocolVersion"


def main(program: str, transcripts: list[str]) -> int:
    checked = 0
    for name in transcripts:
        lines = [line[4:] for line in Path(name).read_text("utf-8").split("\n")
                 if line.startswith("--> ")]
        requests = [json.loads(line) for line in lines]
        with tempfile.TemporaryDirectory() as folder:
            store = f"{folder}/shop.db"
            subprocess.run([program, "init", "--store", store, "--sample"], check=True,
                           stdout=subprocess.DEVNULL)
            answered = subprocess.run(
                [program, "serve", "--store", store, "--now", "2021-06-18T09:00:00+02:00"],
                input="\n".join(lines).encode(), stdout=subprocess.PIPE, check=True).stdout
        messages = [json.loads(line) for line in answered.splitlines()]
        asked = {request["id"]: request for request in requests if "id" in request}
        for message in messages:
            if "error" in message:
                JSONRPCError.model_validate(message)
            elif "method" in message:
                methods.parse_server_notification(
                    message["method"], revision(message, asked), message.get("params"))
            else:
                request = asked[message["id"]]
                if request["method"] not in methods.SPEC_CLIENT_METHODS:
                    continue
                methods.validate_server_result(
                    request["method"], revision(request, asked), message["result"])
            checked += 1
    print(f"{checked} messages keep to their schemas")
    return 0


def revision(message: dict, asked: dict) -> str:
    """What the stateless era stamps on a message shows that it is of that era."""
    metadata = (message.get("params") or {}).get("_meta") or {}
    stamp = "io.modelcontextprotocol/subscriptionId"
    return metadata.get(REVISION) or ("2026-07-28" if stamp in metadata else "2025-11-25")


sys.exit(main(sys.argv[1], sys.argv[2:]))
