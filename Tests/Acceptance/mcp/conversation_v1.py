"""Holds a conversation with orderline through the official Python SDK, version 1.

Usage: conversation_v1.py COMMAND…

COMMAND starts the server. The client gives up on any answer after three seconds.
"""

import asyncio
import json
import sys
from datetime import timedelta

from mcp import ClientSession, McpError, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.types import PromptReference
from pydantic import AnyUrl


async def talk(command: list[str]) -> None:
    server = StdioServerParameters(command=command[0], args=command[1:])
    async with stdio_client(server) as (read, write):
        async with ClientSession(
            read, write, read_timeout_seconds=timedelta(seconds=3)
        ) as shop:
            hello = await shop.initialize()
            assert hello.serverInfo.name == "orderline"
            assert hello.protocolVersion == "2025-11-25", hello.protocolVersion
            await shop.send_ping()

            tools = {tool.name: tool for tool in (await shop.list_tools()).tools}
            assert tools["orders_list"].annotations.readOnlyHint
            assert tools["orders_refund"].annotations.destructiveHint
            counts = await shop.call_tool("orders_count")
            assert counts.structuredContent["total"] > 0
            order = await shop.call_tool("orders_get", {"id": 630})
            assert json.loads(order.content[0].text) == order.structuredContent
            product = await shop.call_tool("products_get", {"id": 11})
            assert not product.isError
            refused = await shop.call_tool("orders_setStatus", {"id": 630, "status": "pending"})
            assert refused.isError and "pending may not follow" in refused.content[0].text

            uris = {str(resource.uri) for resource in (await shop.list_resources()).resources}
            assert "orderline://orders/630" in uris
            found = await shop.read_resource(AnyUrl("orderline://orders/630"))
            assert json.loads(found.contents[0].text) == order.structuredContent
            try:
                await shop.read_resource(AnyUrl("orderline://orders/999"))
                raise AssertionError("there is no such order")
            except McpError as error:
                assert error.error.code == -32002

            assert len((await shop.list_prompts()).prompts) == 3
            prompt = await shop.get_prompt("review_orders", {"status": "on-hold"})
            assert "on-hold" in prompt.messages[0].content.text
            statuses = await shop.complete(
                PromptReference(type="ref/prompt", name="review_orders"),
                {"name": "status", "value": "p"})
            assert statuses.completion.values == ["pending", "processing"]


asyncio.run(talk(sys.argv[1:]))
print("mcp 1: well")
