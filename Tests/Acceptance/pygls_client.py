"""pygls's JsonRPCClient talks to orderline."""

import asyncio
import os

from pygls.client import JsonRPCClient
from pygls.exceptions import JsonRpcException


async def main():
    client = JsonRPCClient()
    await client.start_io(
        os.environ["ORDERLINE"], "serve", "--store", os.environ["ORDERLINE_STORE"])

    async def ask(method, params=None):
        return await asyncio.wait_for(client.protocol.send_request_async(method, params), 20)

    hello = await ask("initialize", {"processId": os.getpid(), "capabilities": {}})
    assert hello.serverInfo.name == "orderline", hello
    client.protocol.notify("initialized", {})
    page = await ask("orders.list", {"status": "processing", "limit": 2})
    assert len(page.orders) == 2, page
    try:
        await ask("orders.get", {"id": 1})
        raise SystemExit("no refusal")
    except JsonRpcException as refusal:
        assert refusal.code == 1001, refusal
    await ask("shutdown")
    client.protocol.notify("exit")
    await asyncio.wait_for(client._server.wait(), 20)
    assert client._server.returncode == 0, client._server.returncode
    await client.stop()
    print("pygls: JsonRPCClient")


asyncio.run(main())
