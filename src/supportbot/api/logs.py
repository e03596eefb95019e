"""Structured logs on standard error: lines of JSON with chosen fields, without anything that people wrote."""

import logging
import logging.config
from typing import Any

import structlog


def configure(level: str = "INFO") -> None:
    """Log everything in this process as lines of JSON."""
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
                "uvicorn.access": {"level": "WARNING"},  # its lines contain addresses and queries
            },
        }
    )


def _fields(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Add what a call passed as `extra={"fields": …}` to the line."""
    record = event.get("_record")
    event.update(getattr(record, "fields", {}))
    return event
