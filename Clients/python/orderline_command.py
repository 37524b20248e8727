"""The command line of the Python client: `python3 orderline.py --store FILE list`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from orderline import Orderline, Params, RPCError, ServerGone


def _params(words: Sequence[str]) -> Params:
    """One word of JSON, or name=value words; values that are JSON are taken as such."""
    if len(words) == 1 and words[0][:1] in ("{", "["):
        params: Params = json.loads(words[0])
        return params
    named: dict[str, Any] = {}
    for word in words:
        name, is_pair, value = word.partition("=")
        if not is_pair:
            raise ValueError(f"params are one word of JSON, or name=value words; {word} is neither")
        try:
            named[name] = json.loads(value)
        except ValueError:
            named[name] = value
    return named


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def _print_rows(rows: Iterable[Mapping[str, Any]]) -> None:
    for row in rows:
        late = " !" if row["late"] else ""
        print(
            f"#{row['id']:<6} {row['statusLabel']:<17} {row['dateLabel']:<22} "
            f"{row['customer']['name']:<24} {row['gross']:>10} {row['currency']}  "
            f"{row['shipBy'] or ''}{late}".rstrip())


def main() -> int:
    parser = argparse.ArgumentParser(description="The orders of a shop.")
    parser.add_argument(
        "--store", default=os.environ.get("ORDERLINE_STORE"), help="the store ($ORDERLINE_STORE)")
    parser.add_argument(
        "--program", default=os.environ.get("ORDERLINE", "orderline"),
        help="the server ($ORDERLINE, or orderline in PATH)")
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("list", help="list orders, a line each")
    command.add_argument("status", nargs="*", help="processing, completed …: only those")
    command = commands.add_parser("show", help="print one order as JSON")
    command.add_argument("id", type=int)
    command = commands.add_parser("complete", help="mark orders as completed")
    command.add_argument("id", type=int, nargs="+")
    command = commands.add_parser("call", help="call any method and print its result")
    command.add_argument("method")
    command.add_argument("params", nargs="*", help="one word of JSON, or name=value words")
    options = parser.parse_args()
    if not options.store:
        parser.error("which store? Say --store FILE, or set ORDERLINE_STORE=FILE")

    status = 0
    try:
        with Orderline(options.store, options.program) as shop:
            if options.command == "list":
                filters = {"status": options.status} if options.status else {}
                _print_rows(shop.iterate("orders.list", **filters))
            elif options.command == "show":
                _print_json(shop.orders.get(options.id))
            elif options.command == "complete":
                for number in options.id:
                    try:
                        receipt = shop.orders.setStatus(id=number, status="completed")
                        print(f"#{number} {receipt['order']['statusLabel']}")
                    except RPCError as error:
                        print(error, file=sys.stderr)
                        status = 1
            else:
                try:
                    params = _params(options.params)
                except ValueError as error:
                    parser.error(str(error))
                [result] = shop.pipeline([(options.method, params)])
                if isinstance(result, RPCError):
                    raise result
                _print_json(result)
    except RPCError as error:
        print(error, file=sys.stderr)
        status = 1
    except ServerGone as error:
        print(error, file=sys.stderr)
        status = 2
    return status
