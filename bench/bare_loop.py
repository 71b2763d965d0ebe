"""The least that a stream can cost: an event loop, a socket, and nothing of a product. The measure for ours.

GET /live opens a stream; GET /say?N tells every stream an event with that number.
"""

import asyncio
import resource
import sys

import uvloop

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
streams: set[asyncio.Transport] = set()


class Bare(asyncio.Protocol):
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # TCP gives no other
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if data.startswith(b"GET /live"):
            streams.add(self.transport)
            self.transport.write(HEAD)
        elif data.startswith(b"GET /say?"):
            number = data[9:].split(b" ", 1)[0]
            event = b'id: %s\ndata: {"n":%s,"name":"Said","topics":["queue"],"key":"case:1"}\n\n' % (
                number,
                number,
            )
            chunk = b"%x\r\n%s\r\n" % (len(event), event)
            for transport in streams:
                transport.write(chunk)
            self.transport.close()

    def connection_lost(self, _: Exception | None) -> None:
        streams.discard(self.transport)


async def serve() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    server = await asyncio.get_running_loop().create_server(Bare, "127.0.0.1", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    try:
        uvloop.run(serve())
    except KeyboardInterrupt:
        sys.exit(0)
