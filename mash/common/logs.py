"""Logs as JSON lines.  What is logged names rows by key; it never quotes a record."""

import structlog


def formatter() -> structlog.stdlib.ProcessorFormatter:
    """Return the formatter for every logger: time, level, logger, words, and a traceback where there is one."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
    )
