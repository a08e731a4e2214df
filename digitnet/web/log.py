"""What the server writes about requests: a line each, for people or as JSON."""

import json
import logging
import time
from typing import Any


class Line(logging.Formatter):
    """A line a request, for people or as JSON."""

    def __init__(self, form: str):
        super().__init__()
        self._json = form == "json"

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = getattr(record, "entry", {"message": record.getMessage()})
        if record.exc_info:
            entry = entry | {"trace": self.formatException(record.exc_info)}
        if self._json:
            stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
            return json.dumps({"time": stamp, "level": record.levelname.lower(), **entry})
        if "method" in entry:
            return (
                f"{entry['client']} {entry['method']} {entry['path']!r} {entry['status']} "
                f"{entry['duration_ms']} ms"
            )
        return "\n".join(str(value) for value in entry.values())
