"""Plays transcripts against the real program, through the Python client.

Usage: play.py PROGRAM TRANSCRIPT…

A transcript is a text file. A line `// …` says why, `--> …` is a message as it is sent, right or
wrong, and `<-- …` what must come back, as JSON: the answer, and notifications behind it. A message
without such a line must get nothing. In an answer the string "…" stands for any value, and the member "…": "…" for members not shown;
numbers must be written alike. Each transcript has a fresh sample store and a clock that stands
still.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Clients" / "python"))
from orderline import Orderline, OrderlineError  # noqa: E402

NOW = "2021-06-18T09:00:00+02:00"
ANYTHING = "…"


@dataclass(frozen=True)
class Number:
    """A number as it was written: 1 and 1.0 are not the same answer."""

    text: str


@dataclass(frozen=True)
class Expectation:
    line: int
    answer: Any


def parsed(text: str | bytes) -> Any:
    return json.loads(text, parse_int=Number, parse_float=Number, parse_constant=Number)


def shown(value: Any) -> str:
    if isinstance(value, Number):
        return value.text
    if isinstance(value, list):
        return "[" + ",".join(map(shown, value)) + "]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{shown(name)}:{shown(one)}" for name, one in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)


def differences(expected: Any, found: Any, path: str = "") -> Iterator[str]:
    """What makes `found` another answer than `expected`, each with the path to it."""
    if expected == ANYTHING:
        return
    if isinstance(expected, dict) and isinstance(found, dict):
        for name, value in expected.items():
            if name == ANYTHING:
                continue
            if name in found:
                yield from differences(value, found[name], f"{path}/{name}")
            else:
                yield f"{path}/{name}: expected {shown(value)}, found no such member"
        if ANYTHING not in expected:
            for name in found.keys() - expected.keys():
                yield f"{path}/{name}: not expected, found {shown(found[name])}"
    elif isinstance(expected, list) and isinstance(found, list):
        if len(expected) != len(found):
            yield f"{path}: expected {len(expected)} elements, found {len(found)}"
        for index, (one, other) in enumerate(zip(expected, found)):
            yield from differences(one, other, f"{path}/{index}")
    elif type(expected) is not type(found) or expected != found:
        yield f"{path or 'answer'}: expected {shown(expected)}, found {shown(found)}"


def read(transcript: Path) -> tuple[list[bytes], list[Expectation]]:
    """The messages to send and the answers to hear."""
    messages, expectations = [], []
    for number, line in enumerate(transcript.read_bytes().split(b"\n"), 1):
        if line.startswith(b"-->"):
            messages.append(line[3:].removeprefix(b" "))
        elif line.startswith(b"<--"):
            try:
                expectations.append(Expectation(number, parsed(line[3:])))
            except ValueError as error:
                raise SystemExit(f"{transcript}:{number}: the answer is not JSON: {error}")
        elif line.strip() and not line.startswith(b"//"):
            raise SystemExit(f"{transcript}:{number}: a line begins with //, --> or <--")
    return messages, expectations


def answers(program: str, messages: list[bytes]) -> list[Any]:
    with tempfile.TemporaryDirectory() as folder:
        store = f"{folder}/shop.db"
        subprocess.run(
            [program, "init", "--store", store, "--sample"], check=True,
            stdout=subprocess.DEVNULL)
        with Orderline(store, program, ["--now", NOW]) as shop:
            return [parsed(line) for line in shop.converse(messages)]


def play(program: str, transcript: Path) -> tuple[int, list[str]]:
    """How many messages were sent, and what was wrong with the answers."""
    messages, expectations = read(transcript)
    found = answers(program, messages)
    wrong = [
        f"{transcript}:{expected.line}: {difference}"
        for expected, answer in zip(expectations, found)
        for difference in differences(expected.answer, answer)
    ]
    for expected in expectations[len(found):]:
        wrong.append(f"{transcript}:{expected.line}: no answer")
    for answer in found[len(expectations):]:
        wrong.append(f"{transcript}: an answer too many: {shown(answer)}")
    return len(messages), wrong


def main(words: list[str]) -> int:
    if len(words) < 2:
        print("usage: play.py PROGRAM TRANSCRIPT…", file=sys.stderr)
        return 2
    played, status = 0, 0
    for name in words[1:]:
        try:
            count, wrong = play(words[0], Path(name))
        except (OSError, OrderlineError, subprocess.CalledProcessError) as error:
            count, wrong = 0, [f"{name}: {error}"]
        played += count
        for line in wrong:
            print(line)
            status = 1
    print(f"{played} exchanges played")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
