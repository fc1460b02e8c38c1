"""A TCP proxy on loopback that breaks on command: what a network and a dying server do."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Coroutine
from contextlib import suppress
from enum import Enum
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any, Self, TypeVar

HOST = "127.0.0.1"
CHUNK = 65_536
# Closing sends a reset and throws away what was not sent yet.
RESETS = struct.pack("ii", 1, 0)

Result = TypeVar("Result")


class Mode(Enum):
    """What the proxy does with connections, those that are open already among them."""

    PASS = "pass"
    REFUSE = "refuse"  # nobody listens, and what was open is reset
    HANG = "hang"  # connections are taken, and no byte goes either way until the mode changes
    RESET = "reset"  # connections are taken and reset at once


class Proxy:
    """Pass the bytes of a loopback port on to the unix socket of a server, or fail to.

    Runs in a thread of its own for the length of a `with` block.
    """

    def __init__(self, upstream: Path) -> None:
        self.upstream = upstream
        self.mode = Mode.PASS
        self.port = 0
        self._left: int | None = None
        self._links: set[asyncio.StreamWriter] = set()
        self._pumps: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)

    def set(self, mode: Mode) -> None:
        """Change the mode; when this returns it holds for every connection."""
        self._run(self._set(mode))

    def cut_after(self, count: int) -> None:
        """Reset everything once clients have sent `count` more bytes, then pass as before."""
        self._run(self._cut_after(count))

    def reset_all(self) -> None:
        """Reset what is open; new connections pass."""
        self._run(self._reset_all())

    def __enter__(self) -> Self:
        self._thread.start()
        self._run(self._begin())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    async def _begin(self) -> None:
        self._flows = asyncio.Event()
        self._flows.set()
        await self._listen()

    async def _end(self) -> None:
        await self._stop_listening()
        self._flows.set()
        await self._reset_all()
        for pump in self._pumps:
            pump.cancel()
        await asyncio.gather(*self._pumps, return_exceptions=True)

    async def _set(self, mode: Mode) -> None:
        self.mode = mode
        if mode is Mode.REFUSE:
            await self._stop_listening()
        else:
            await self._listen()
        if mode in {Mode.REFUSE, Mode.RESET}:
            await self._reset_all()
        if mode is Mode.HANG:
            self._flows.clear()
        else:
            self._flows.set()

    async def _cut_after(self, count: int) -> None:
        self._left = count

    async def _listen(self) -> None:
        if self._server is None:
            self._server = await asyncio.start_server(self._accept, HOST, self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    async def _stop_listening(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _reset_all(self) -> None:
        for writer in list(self._links):
            self._reset(writer)

    def _reset(self, writer: asyncio.StreamWriter) -> None:
        self._links.discard(writer)
        connection = writer.get_extra_info("socket")
        if connection is not None and connection.family == socket.AF_INET:
            with suppress(OSError):
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESETS)
        writer.transport.abort()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._pumps.add(task)
        self._links.add(writer)
        try:
            await self._link(reader, writer)
        except (OSError, asyncio.CancelledError):
            self._reset(writer)
        finally:
            self._pumps.discard(task)

    async def _link(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.mode is Mode.RESET:
            self._reset(writer)
            return
        await self._flows.wait()
        answers, requests = await asyncio.open_unix_connection(self.upstream)
        self._links.add(requests)
        try:
            await asyncio.gather(
                self._pump(reader, requests, counts=True),
                self._pump(answers, writer, counts=False),
            )
        finally:
            self._reset(requests)
            self._reset(writer)

    async def _pump(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, counts: bool
    ) -> None:
        """Pass bytes on until the source ends; whoever ends one way ends the other too."""
        while data := await source.read(CHUNK):
            await self._flows.wait()
            if counts and self._left is not None:
                data = data[: self._left]
                self._left -= len(data)
            target.write(data)
            await target.drain()
            if counts and self._left == 0:
                self._left = None
                await self._reset_all()
        raise ConnectionResetError("one side has ended")
