"""What the API takes and gives, in the words of OpenAPI 3.1."""

from typing import Any

from digitnet import __version__
from digitnet.web.settings import Settings

_BOX = {"type": "array", "items": {"type": "integer"}, "minItems": 4, "maxItems": 4}
_GUESS = {"type": "array", "prefixItems": [{"type": "string"}, {"type": "number"}]}
_DIGIT = {
    "type": "object",
    "required": ["digit", "confidence", "accepted", "box", "top"],
    "properties": {
        "digit": {"type": "string", "description": "the best guess, also where not accepted"},
        "confidence": {
            "type": "number",
            "minimum": 0,
            "maximum": 1,
            "description": "calibrated probability that the best guess is right",
        },
        "accepted": {"type": "boolean", "description": "it is read, not refused"},
        "box": _BOX | {"description": "x, y, width, height in pixels of the upright picture"},
        "top": {"type": "array", "items": _GUESS},
    },
}
_LINE = {
    "type": "object",
    "required": ["text", "digits"],
    "properties": {"text": {"type": "string"}, "digits": {"type": "array", "items": _DIGIT}},
}
_READING = {
    "type": "object",
    "required": ["text", "lines", "width", "height", "turned"],
    "properties": {
        "text": {"type": "string"},
        "lines": {"type": "array", "items": _LINE},
        "width": {"type": "integer"},
        "height": {"type": "integer"},
        "turned": {
            "enum": [0, 90, 180, 270],
            "description": "degrees, counter-clockwise, by which the writing was turned",
        },
        "warning": {
            "type": "string",
            "description": "why no digit is read where one is asked for",
        },
    },
}
_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
        }
    },
}
_PROBLEMS = {
    "400": "the body broke off",
    "401": "a token is asked for",
    "403": "not allowed by how the server was started",
    "408": "the body came too slowly",
    "413": "the body is too long",
    "415": "no JSON, where JSON is expected",
    "422": "no picture that can be read, or a parameter out of range",
    "503": "busy; see Retry-After",
}
_ONE = {
    "name": "one",
    "in": "query",
    "description": "the picture holds exactly one digit",
    "schema": {"type": "boolean", "default": False},
}
_TOP = {
    "name": "top",
    "in": "query",
    "description": "guesses a digit",
    "schema": {"type": "integer", "minimum": 1, "maximum": 10, "default": 3},
}

_NAME = {"name": "name", "in": "path", "required": True, "schema": {"type": "string"}}
_NO_SUCH = {
    "description": "there is none of this name",
    "content": {"application/json": {"schema": _ERROR}},
}


def document(settings: Settings) -> dict[str, Any]:
    """The whole description."""
    picture = {
        "required": True,
        "description": f"the file itself, at most {settings.max_body_bytes:,} bytes: "
        "JPEG, PNG, WebP, BMP, TIFF or GIF",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
    correction = {
        "required": True,
        "content": {"application/json": {"schema": {"type": "object"}}},
    }
    described: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "digitnet", "version": __version__},
        "paths": {
            "/api/read": _post("Read a picture", _READING, picture, [_ONE, _TOP]),
            "/api/correct": _post(
                "Keep a correction", {"type": "object"}, correction, [], success="201"
            ),
            "/api/correct/{name}": {
                "delete": {
                    "summary": "Withdraw a correction, by the name that it was answered with",
                    "parameters": [_NAME],
                    "responses": _responses({"type": "object"}, "200") | {"404": _NO_SUCH},
                }
            },
            "/api/about": _get("Version, and whether corrections are kept"),
            "/healthz": _get("The process is alive"),
            "/readyz": _get("The network is loaded"),
            "/metrics": _get("Counters for Prometheus", "text/plain"),
        },
    }
    if settings.token:
        described["components"] = {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}
        }
        described["security"] = [{"token": []}]
    return described


def _post(
    summary: str,
    answer: dict[str, Any],
    body: dict[str, Any],
    parameters: list[dict[str, Any]],
    success: str = "200",
) -> dict[str, Any]:
    return {
        "post": {
            "summary": summary,
            "parameters": parameters,
            "requestBody": body,
            "responses": _responses(answer, success),
        }
    }


def _responses(answer: dict[str, Any], success: str) -> dict[str, Any]:
    responses: dict[str, Any] = {
        success: {"description": "done", "content": {"application/json": {"schema": answer}}}
    }
    for status, description in _PROBLEMS.items():
        content = {"application/json": {"schema": _ERROR}}
        responses[status] = {"description": description, "content": content}
    return responses


def _get(summary: str, media_type: str = "application/json") -> dict[str, Any]:
    answer = {"description": summary, "content": {media_type: {"schema": {}}}}
    return {"get": {"summary": summary, "responses": {"200": answer}}}
