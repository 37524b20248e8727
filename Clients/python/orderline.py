"""A client of `orderline serve`: a shop's orders from Python, with the standard library only.

    from orderline import Orderline, Refusal

    with Orderline("shop.db") as shop:
        order = shop.orders.get(630)
        for row in shop.iterate("orders.list", status="processing"):
            print(row["id"], row["customer"]["name"])
        try:
            shop.orders.setStatus(id=630, status="completed")
        except shop.refusals.transitionNotAllowed as refusal:
            print(refusal, refusal.data["allowed"])
        for change in shop.follow():
            print(change["what"], change.get("order"), change["by"])

Every method of the service is there by its name (`orders.list` is `shop.orders.list`), takes its
parameters by position or by name, and answers what the service answers: dicts, lists, strings,
numbers. Amounts are decimal strings; `decimal.Decimal(order["gross"])` reads them exactly.

One session may be shared among threads: requests of different threads follow one another.
"""

from __future__ import annotations

import collections
import contextlib
import functools
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Optional, Union

__all__ = ["Call", "InvalidParams", "MethodNotFound", "Orderline", "OrderlineError", "Params",
           "RPCError", "Refusal", "ServerGone"]

Path = Union[str, "os.PathLike[str]"]

Params = Union[Mapping[str, Any], Sequence[Any], None]
"""Parameters: by name, by position, or none."""

Call = Union[str, "tuple[str, Params]"]
"""A method, or a method and its parameters: `"orders.count"`, `("orders.get", {"id": 630})`."""


class OrderlineError(Exception):
    """Everything this module raises for what the server did or said."""

    message: str

    def __str__(self) -> str:
        return self.message


class ServerGone(OrderlineError):
    """The server could not be started or has ended; the session is over.

    `status` is its exit status (negative: the signal that ended it), None where it never started.
    `stderr` is what it said.
    """

    def __init__(self, message: str, status: Optional[int] = None, stderr: str = "") -> None:
        super().__init__(message, status, stderr)
        self.message = message
        self.status = status
        self.stderr = stderr


class RPCError(OrderlineError):
    """The server answered with an error; `str()` of it is the server's sentence."""

    def __init__(self, code: int, message: str, data: Optional[Mapping[str, Any]] = None) -> None:
        super().__init__(code, message, data)
        self.code = code
        self.message = message
        self.data: Mapping[str, Any] = data or {}

    def __reduce__(self) -> Any:
        # The classes of refusals are made at run time, so pickle cannot find them by name.
        return _rpc_error, ({"code": self.code, "message": self.message, "data": self.data},)


class MethodNotFound(RPCError):
    """There is no such method. `suggestion` is the name that may have been meant."""

    @property
    def suggestion(self) -> Optional[str]:
        return self.data.get("didYouMean")


class InvalidParams(RPCError):
    """The parameters do not fit: `path` is a JSON pointer to the culprit, such as "/id"."""

    @property
    def path(self) -> str:
        return str(self.data.get("path", ""))

    @property
    def expected(self) -> str:
        return str(self.data.get("expected", ""))


class Refusal(RPCError):
    """A rule of the shop says no; nothing was changed.

    `name` is the refusal's, such as "noSuchOrder"; each has a subclass, `shop.refusals.noSuchOrder`.
    `transient` says whether the same request may succeed later.
    """

    @property
    def name(self) -> str:
        return str(self.data["refusal"])

    @property
    def transient(self) -> bool:
        return bool(self.data.get("transient"))


@functools.lru_cache(maxsize=None)
def _refusal_class(name: str) -> type[Refusal]:
    """The one class of the refusals called `name`, in every session."""
    return type(name, (Refusal,), {"__doc__": f"The refusal {name}.", "__module__": __name__})


def _rpc_error(error: Mapping[str, Any]) -> RPCError:
    code, message, data = error["code"], error["message"], error.get("data")
    if isinstance(data, dict) and isinstance(data.get("refusal"), str):
        return _refusal_class(data["refusal"])(code, message, data)
    kinds = {-32601: MethodNotFound, -32602: InvalidParams}
    return kinds.get(code, RPCError)(code, message, data)


class Methods:
    """The methods whose names begin alike; `shop.orders` is one, and `shop.orders.get` calls."""

    def __init__(self, shop: Orderline, name: str) -> None:
        self._shop = shop
        self._name = name

    def __getattr__(self, name: str) -> Methods:
        if name.startswith("_"):
            raise AttributeError(name)
        return Methods(self._shop, f"{self._name}.{name}")

    def __call__(self, *positional: Any, **named: Any) -> Any:
        return self._shop.call(self._name, *positional, **named)

    def __repr__(self) -> str:
        return f"<orderline method {self._name}>"


class Refusals:
    """The refusals the service declares, each an exception class: `shop.refusals.noSuchOrder`."""

    def __init__(self, shop: Orderline) -> None:
        self._shop = shop

    @functools.cached_property
    def _names(self) -> list[str]:
        return list(self._shop.call("rpc.discover")["components"]["errors"])

    def __getattr__(self, name: str) -> type[Refusal]:
        if name.startswith("_") or name not in self._names:
            raise AttributeError(f"the service declares no refusal {name}")
        return _refusal_class(name)

    def __dir__(self) -> list[str]:
        return self._names

    def __iter__(self) -> Iterator[type[Refusal]]:
        return map(_refusal_class, self._names)


class Orderline:
    """A session with a server of its own, over the store in the file `store`.

    The server starts here and ends with `close()`, which leaving `with` does. That the store is
    missing shows at the first call, as ServerGone.
    """

    def __init__(
        self, store: Path, program: Path = "orderline", arguments: Sequence[str] = ()
    ) -> None:
        self._another = functools.partial(Orderline, store, program, arguments)
        self._program = os.fspath(program)
        command = [self._program, "serve", "--store", os.fspath(store), *arguments]
        self._lock = threading.Lock()
        self._last_id = 0
        # Of many notifications the newest are enough: they tell how far the feed has come.
        self._heard: collections.deque[dict[str, Any]] = collections.deque(maxlen=100)
        # A file, not a pipe: however much the server complains, nobody has to read along.
        self._stderr = tempfile.TemporaryFile()
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._stderr)
        except OSError as error:
            self._stderr.close()
            raise ServerGone(
                f"cannot start {self._program}: {error.strerror}; "
                "is it built, and in PATH or given as program?") from error
        assert self._process.stdin and self._process.stdout
        self._requests = self._process.stdin
        self._answers = self._process.stdout
        self.refusals = Refusals(self)

    def __enter__(self) -> Orderline:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self, patience: float = 30) -> None:
        """Ends the input, lets the server finish what it was told, and waits for its end.

        A server that is not done after `patience` seconds is killed. May be called twice.
        """
        with self._lock:
            if self._stderr.closed:
                return
            with contextlib.suppress(OSError):
                self._requests.close()
            watchdog = threading.Timer(patience, self._process.kill)
            watchdog.start()
            try:
                while self._answers.read(1 << 16):
                    pass
                self._process.wait()
            finally:
                watchdog.cancel()
                self._answers.close()
                self._stderr.close()

    # Calling.

    def __getattr__(self, name: str) -> Methods:
        if name.startswith("_"):
            raise AttributeError(name)
        return Methods(self, name)

    def call(self, method: str, /, *positional: Any, **named: Any) -> Any:
        """Calls `method` and returns its result; an error it answers is raised."""
        [answer] = self.pipeline([_call(method, positional, named)])
        if isinstance(answer, RPCError):
            raise answer
        return answer

    def notify(self, method: str, /, *positional: Any, **named: Any) -> None:
        """Has `method` done without hearing what came of it, not even an error."""
        self._exchange(_line(_request(_call(method, positional, named), None)), 0)

    def pipeline(self, calls: Iterable[Call]) -> list[Any]:
        """Sends all calls at once and returns their results in order.

        A call that was answered with an error has the RPCError in its place; it is not raised.
        Any number of calls may be sent: answers are read while requests are still being written.
        """
        requests = self._numbered(calls)
        lines = self._exchange(b"".join(map(_line, requests)), len(requests))
        return [self._outcome(request, answer) for request, answer in zip(requests, lines)]

    def batch(self, calls: Iterable[Call]) -> list[Any]:
        """As `pipeline`, in one message: a JSON-RPC batch. It is no transaction."""
        requests = self._numbered(calls)
        if not requests:
            return []
        [answers] = self._exchange(_line(requests), 1)
        if isinstance(answers, dict) and "error" in answers:
            raise _rpc_error(answers["error"])
        return [self._outcome(request, answer) for request, answer in zip(requests, answers)]

    def pages(self, method: str, /, **params: Any) -> Iterator[dict[str, Any]]:
        """Every page of a list, each asked for when its turn comes."""
        while True:
            page = self.call(method, **params)
            yield page
            if page["nextCursor"] is None:
                return
            params["cursor"] = page["nextCursor"]

    def iterate(self, method: str, /, **params: Any) -> Iterator[dict[str, Any]]:
        """Every row of every page of a list."""
        for page in self.pages(method, **params):
            # A page is its rows and the cursor of the next.
            [rows] = (value for name, value in page.items() if name != "nextCursor")
            yield from rows

    def converse(self, lines: Iterable[bytes]) -> list[bytes]:
        """Sends lines as they are, right or wrong, ends the input, and returns all answer lines.

        The session is over then; ServerGone where the server did not end as it should.
        """
        payload = b"".join(line + b"\n" for line in lines)
        with self._lock, self._writing(payload, ends_input=True):
            answers = [line.rstrip(b"\n") for line in self._answers]
            if self._process.wait() != 0:
                raise self._gone()
            return answers

    # Being told.

    def follow(self, after: Optional[int] = None) -> Iterator[dict[str, Any]]:
        """Every change as it happens, whoever makes it: from now on, or from behind `after`.

        Waits for the next one until the loop is left. What watches is a session of its own: this
        one goes on meanwhile, in this thread and in others.
        """
        if after is None:
            after = self.call("changes.list", limit=1)["last"]
        return self._follow(after)

    def _follow(self, after: int) -> Iterator[dict[str, Any]]:
        with self._another() as watcher:
            watcher.call("changes.watch")
            while True:
                page = watcher.call("changes.list", after=after, limit=500)
                yield from page["changes"]
                after = page["next"]
                if not page["more"]:
                    watcher.hear()

    def hear(self) -> dict[str, Any]:
        """The next notification of the server's, such as changes.changed; waits for it."""
        with self._lock:
            return self._heard.popleft() if self._heard else self._next()

    # The pipes.

    def _numbered(self, calls: Iterable[Call]) -> list[dict[str, Any]]:
        calls = list(calls)
        with self._lock:
            first = self._last_id + 1
            self._last_id += len(calls)
        return [_request(call, first + index) for index, call in enumerate(calls)]

    def _exchange(self, payload: bytes, count: int) -> list[Any]:
        """Writes `payload` and reads the `count` lines that answer it."""
        with self._lock, self._writing(payload):
            return [self._read() for _ in range(count)]

    @contextlib.contextmanager
    def _writing(self, payload: bytes, ends_input: bool = False) -> Iterator[None]:
        """Writes `payload` while the body reads, so that neither side waits for the other."""
        if self._requests.closed:
            raise ServerGone("the session is closed")

        def write() -> None:
            # A server that is gone shows where its answers are read.
            with contextlib.suppress(OSError, ValueError):
                self._requests.write(payload)
                self._requests.flush()
                if ends_input:
                    self._requests.close()

        writer = threading.Thread(target=write, daemon=True)
        is_short = len(payload) <= 4096  # A pipe takes as much without waiting.
        try:
            if is_short:
                write()
            else:
                writer.start()
            yield
        except BaseException:
            # Answers of this exchange may still come: nobody must take them for theirs.
            self._process.kill()
            raise
        finally:
            if writer.ident is not None:
                writer.join()

    def _read(self) -> Any:
        """The next answer. Notifications before it are kept for `hear`."""
        while True:
            message = self._next()
            if not isinstance(message, dict) or "method" not in message:
                return message
            self._heard.append(message)

    def _next(self) -> Any:
        if self._answers.closed:
            raise ServerGone("the session is closed")
        line = self._answers.readline()
        if not line:
            raise self._gone()
        try:
            return json.loads(line)
        except ValueError as error:
            raise ServerGone(f"{self._program} answered what is not JSON: {line[:80]!r}") from error

    def _gone(self) -> ServerGone:
        status = self._process.wait()
        self._stderr.seek(0)
        said = self._stderr.read().decode("utf-8", "replace").strip()
        reason = f"{self._program} ended with status {status}" + (f": {said}" if said else "")
        return ServerGone(reason, status, said)

    def _outcome(self, request: dict[str, Any], answer: Any) -> Any:
        # Answers come in the order of the requests; one that was not even read has no id.
        if isinstance(answer, dict) and answer.get("id") in (request["id"], None):
            if "result" in answer:
                return answer["result"]
            if "error" in answer:
                return _rpc_error(answer["error"])
        self._process.kill()
        raise ServerGone(f"{self._program} answered what is no answer to {request['method']}")


def _call(method: str, positional: Sequence[Any], named: Mapping[str, Any]) -> Call:
    if positional and named:
        raise TypeError(f"{method}() takes its parameters by position or by name, not both")
    return method, named or positional


def _request(call: Call, number: Optional[int]) -> dict[str, Any]:
    method, params = (call, None) if isinstance(call, str) else call
    request: dict[str, Any] = {"jsonrpc": "2.0", "method": method}
    if number is not None:
        request["id"] = number
    if params:
        request["params"] = dict(params) if isinstance(params, Mapping) else list(params)
    return request


def _line(message: Any) -> bytes:
    text = json.dumps(message, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode() + b"\n"


if __name__ == "__main__":
    from orderline_command import main

    sys.exit(main())
