"""Holds a conversation with orderline through the official Python SDK, version 2.

Usage: conversation.py MODE SERVER CHANGE

MODE is auto (the client asks first which era the server is of) or legacy (it says hello). SERVER is
the program that serves, CHANGE one that changes order 630 in a process of its own. The client gives up
on any answer after three seconds.
"""

import asyncio
import json
import subprocess
import sys

from jsonschema import Draft202012Validator
from mcp import Client, MCPError, StdioServerParameters, stdio_client
from mcp_types import PromptReference, ResourceTemplateReference

EXPECTED = {"auto": "2026-07-28", "legacy": "2025-11-25"}


async def talk(mode: str, server: str, change: str) -> None:
    told = asyncio.Queue()
    async with Client(
        stdio_client(StdioServerParameters(command=server)), mode=mode, read_timeout_seconds=3,
        message_handler=told.put,
    ) as shop:
        assert shop.protocol_version == EXPECTED[mode], shop.protocol_version
        assert shop.server_info and shop.server_info.name == "orderline"
        assert "dryRun" in shop.instructions

        tools = {tool.name: tool for tool in (await shop.list_tools()).tools}
        for tool in tools.values():
            Draft202012Validator.check_schema(tool.input_schema)
            Draft202012Validator.check_schema(tool.output_schema)
        assert tools["orders_get"].annotations.read_only_hint
        assert tools["orders_setStatus"].annotations.destructive_hint

        # The client checks each result against the tool's output schema.
        counts = await shop.call_tool("orders_count")
        assert counts.structured_content["total"] > 0, counts
        assert json.loads(counts.content[0].text) == counts.structured_content
        order = await shop.call_tool("orders_get", {"id": 630})
        assert order.structured_content["statusLabel"] == "En cours"
        tried = await shop.call_tool(
            "orders_setStatus", {"id": 630, "status": "completed", "dryRun": True})
        assert tried.structured_content["changed"] and not tried.structured_content["applied"]
        refused = await shop.call_tool("orders_setStatus", {"id": 630, "status": "pending"})
        assert refused.is_error and "pending may not follow" in refused.content[0].text
        assert json.loads(refused.content[1].text)["code"] == 1002
        wrong = await shop.call_tool("orders_get", {"id": "630"})
        assert wrong.is_error and "/id" in wrong.content[0].text
        try:
            await shop.call_tool("orders_gett")
            raise AssertionError("there is no such tool")
        except MCPError as error:
            assert error.error.code == -32602

        # Everything that reads and needs no argument answers what its schema says.
        for tool in tools.values():
            if tool.annotations.read_only_hint and not tool.input_schema.get("required"):
                assert not (await shop.call_tool(tool.name)).is_error, tool.name

        page = await shop.list_resources()
        found = list(page.resources)
        while page.next_cursor:
            page = await shop.list_resources(cursor=page.next_cursor)
            found += page.resources
        assert {"orderline://orders/630", "orderline://products/11"} <= {str(r.uri) for r in found}
        templates = (await shop.list_resource_templates()).resource_templates
        assert [t.uri_template for t in templates] == [
            "orderline://orders/{id}", "orderline://products/{id}"]
        read = await shop.read_resource("orderline://orders/630")
        assert json.loads(read.contents[0].text) == order.structured_content
        try:
            await shop.read_resource("orderline://orders/999")
            raise AssertionError("there is no such order")
        except MCPError as error:
            assert error.error.code == (-32602 if mode == "auto" else -32002)

        prompts = {prompt.name for prompt in (await shop.list_prompts()).prompts}
        assert prompts == {"ship_today", "answer_customer", "review_orders"}
        prompt = await shop.get_prompt("answer_customer", {"order": "630"})
        assert prompt.messages[0].content.resource.uri == "orderline://orders/630"
        statuses = await shop.complete(
            PromptReference(type="ref/prompt", name="review_orders"),
            {"name": "status", "value": "on"})
        assert statuses.completion.values == ["on-hold"]
        ids = await shop.complete(
            ResourceTemplateReference(type="ref/resource", uri="orderline://orders/{id}"),
            {"name": "id", "value": "63"})
        assert "630" in ids.completion.values
        assert not (await shop.call_tool("server.ping")).is_error

        # Somebody else changes an order, and the agent is told.
        uri = "orderline://orders/630"
        if mode == "auto":
            async with shop.listen(resource_subscriptions=[uri]) as changes:
                assert changes.honored.resource_subscriptions == [uri]
                await asyncio.to_thread(subprocess.run, [change], check=True)
                assert (await asyncio.wait_for(anext(changes), 3)).uri == uri
        else:
            await shop.send_ping()
            await shop.subscribe_resource(uri)
            await asyncio.to_thread(subprocess.run, [change], check=True)
            assert str((await asyncio.wait_for(told.get(), 3)).params.uri) == uri
            await shop.unsubscribe_resource(uri)


asyncio.run(talk(*sys.argv[1:]))
print(f"mcp 2, {sys.argv[1]}: well")
