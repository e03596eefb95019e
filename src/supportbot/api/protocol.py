"""The HTTP protocol of the server, with an end to what a request may send before its body.

uvicorn's own has none: it would collect the headers of a client that never stops sending them.
"""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEADER_BYTES = 65_536
"""The most that is read of a request line and its headers."""


class BoundedHeaders(HttpToolsProtocol):
    """Ends a connection with 400 once its headers are longer than `HEADER_BYTES`."""

    _unfinished = 0

    def data_received(self, data: bytes) -> None:
        """Bytes from the client."""
        self._unfinished += len(data)
        super().data_received(data)
        if self._unfinished > HEADER_BYTES and not self.transport.is_closing():
            self.send_400_response("The headers are too long.")

    def on_headers_complete(self) -> None:
        """All headers are there."""
        if self._unfinished > HEADER_BYTES:
            return  # refused by `data_received`, as soon as the parser is done
        self._unfinished = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A part of a body: these are bounded elsewhere."""
        self._unfinished = 0
        super().on_body(body)
