"""The server's HTTP protocol, with a limit on the size of headers, which uvicorn does not have."""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEADER_BYTES = 65_536
"""The longest request line and headers, together."""


class BoundedHeaders(HttpToolsProtocol):
    """Reply 400 and close the connection once the headers are longer than `HEADER_BYTES`.

    >>> uvicorn.run("supportbot.api:served", factory=True, http=BoundedHeaders)
    """

    _unfinished = 0

    def data_received(self, data: bytes) -> None:
        """Count the bytes that the client sent."""
        self._unfinished += len(data)
        super().data_received(data)
        if self._unfinished > HEADER_BYTES and not self.transport.is_closing():
            self.send_400_response("The headers are too long.")

    def on_headers_complete(self) -> None:
        """Start counting again behind the headers."""
        if self._unfinished > HEADER_BYTES:
            return  # `data_received` refuses it once the parser returns
        self._unfinished = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Do not count the body: `Edge` limits it."""
        self._unfinished = 0
        super().on_body(body)
