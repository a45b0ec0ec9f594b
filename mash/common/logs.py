"""Logs as JSON lines.  What is logged names rows by key; it never quotes a record."""

from typing import Final

import structlog

ABOUT: Final = (
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def formatter() -> structlog.stdlib.ProcessorFormatter:
    """Return the formatter for every logger: time, level, logger, words, and a traceback where there is one.

    A traceback names places in the source alone: never what stood in a variable, which may be somebody's words.
    """
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=ABOUT,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
    )


def through_the_standard_library() -> None:
    """Send what structlog's loggers are told to the standard ones of the same name, with their levels and handlers."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *ABOUT,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
