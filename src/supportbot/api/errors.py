"""One body for every error: `{"error": {"code", "message", "request_id", "details"?}}`.

No message repeats a question or tells what is inside. OpenAI's clients read the same body; browsers that accept HTML
get a page instead.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from supportbot.errors import DatabaseError, EmptyQuestionError, InputError, LongQuestionError, NotFoundError

log = logging.getLogger("supportbot.api")

_INPUT_ERRORS: Mapping[type[InputError], tuple[int, str]] = {
    NotFoundError: (404, "not_found"),
    EmptyQuestionError: (422, "empty_question"),
    LongQuestionError: (422, "question_too_long"),
    InputError: (422, "invalid"),
}
"""The status and code of an error of the other rooms; the first that fits."""


class ApiError(Exception):
    """A request that cannot be served, with the status and code of the reply.

    >>> raise ApiError(409, "reverted", "this change was taken back already")
    """

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers
        super().__init__(message)


def error_body(code: str, message: str, request_id: str, details: Sequence[Mapping[str, str]] = ()) -> dict[str, Any]:
    """Return the body of an error."""
    error: dict[str, Any] = {"code": code, "message": message, "request_id": request_id}
    if details:
        error["details"] = list(details)
    return {"error": error}


def install(app: FastAPI, *, page: Callable[[Request, int, Mapping[str, str] | None], Response | None]) -> None:
    """Make an app reply to every error with this body, or with what `page` returns, if it does."""
    app.state.error_page = page
    app.add_exception_handler(ApiError, _api_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(DatabaseError, _database_error)
    app.add_exception_handler(InputError, _input_error)
    app.add_exception_handler(Exception, _unexpected)


async def _reply(
    request: Request,
    status: int,
    code: str,
    message: str,
    headers: Mapping[str, str] | None = None,
    details: Sequence[Mapping[str, str]] = (),
) -> Response:
    page: Response | None = await run_in_threadpool(request.app.state.error_page, request, status, headers)
    if page is not None:
        return page
    request_id = request.scope.get("state", {}).get("request_id", "")
    return JSONResponse(error_body(code, message, request_id, details), status, dict(headers or {}))


async def _api_error(request: Request, error: Any) -> Response:
    return await _reply(request, error.status, error.code, error.message, error.headers)


async def _http_error(request: Request, error: Any) -> Response:
    code = "too_large" if error.status_code == 413 else HTTPStatus(error.status_code).name.lower()
    return await _reply(request, error.status_code, code, str(error.detail), error.headers)


async def _validation_error(request: Request, error: Any) -> Response:
    details = [
        {"field": ".".join(map(str, fault["loc"]))[:200], "message": str(fault["msg"])[:200]}
        for fault in error.errors()[:20]
    ]
    return await _reply(request, 422, "invalid", "the request does not have the expected form", details=details)


async def _database_error(request: Request, error: Any) -> Response:
    log.error("database", extra={"fields": {"reason": error.reason}})
    return await _reply(
        request, 503, "unavailable", "the service cannot store anything right now", {"Retry-After": "5"}
    )


async def _input_error(request: Request, error: Any) -> Response:
    status, code = next(found for kind, found in _INPUT_ERRORS.items() if isinstance(error, kind))
    return await _reply(request, status, code, str(error))


async def _unexpected(request: Request, error: Exception) -> Response:
    log.error("unexpected", exc_info=error)
    return await _reply(
        request, 500, "internal", "something went wrong here; nothing that was sent is lost on your side"
    )
