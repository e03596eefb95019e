"""Structured logs: a JSON object a line on standard error, of chosen fields; nobody's words are among them."""

import logging
import logging.config
from typing import Any

import structlog


def configure(level: str = "INFO") -> None:
    """Make everything that is logged in this process a line of JSON."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _fields,
        structlog.processors.format_exc_info,
    ]
    renderer = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, structlog.processors.JSONRenderer()]
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "json": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": shared,
                    "processors": renderer,
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
            "root": {"handlers": ["stderr"], "level": "WARNING"},
            "loggers": {
                "supportbot": {"level": level},
                "uvicorn": {"level": "INFO"},
                "uvicorn.access": {"level": "WARNING"},  # its lines hold whole addresses and queries
            },
        }
    )


def _fields(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """What a call passed as `extra={"fields": …}`, as fields of the line."""
    record = event.get("_record")
    event.update(getattr(record, "fields", {}))
    return event
