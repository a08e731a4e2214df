"""What each address takes and gives, in the words of OpenAPI 3.1."""

from typing import Any

from digitnet import __version__
from digitnet.units import megabytes, megapixels
from digitnet.web.schemas import SCHEMAS
from digitnet.web.settings import Settings


def _parameter(name: str, description: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema}


_READ = [
    _parameter("one", "the picture holds exactly one digit", type="boolean", default=False),
    _parameter("top", "guesses a digit", type="integer", minimum=1, maximum=10, default=3),
    _parameter(
        "page",
        "which page; all where none is named",
        type="integer",
        minimum=1,
        maximum=9999,
    ),
    _parameter(
        "digits", "how many digits the number in it has", type="integer", minimum=1, maximum=50
    ),
    _parameter(
        "valid",
        "the numbers that come into question, with commas or spaces between",
        type="string",
        pattern=r"^\s*[0-9]{1,50}([\s,]+[0-9]{1,50})*\s*$",
    ),
]
_NAME = {"name": "name", "in": "path", "required": True, "schema": {"type": "string"}}

_PROBLEMS = {
    400: "no HTTP as it should be, or a damaged form",
    401: "the token is missing or wrong",
    403: "this server keeps no corrections",
    408: "the body came too slowly",
    413: "the body is too long",
    415: "no JSON, where JSON is expected, or a packed body",
    422: "no picture that can be read, or not in the time there is; a parameter out of range",
    503: "busy; see Retry-After",
}
_OF_PICTURES = (400, 408, 413, 415, 422, 503)
_OF_CORRECTIONS = (400, 403, 408, 413, 415, 422, 503)


def document(settings: Settings) -> dict[str, Any]:
    """The whole description."""
    paths = {
        "/api/read": _post(
            "Read a picture", "Answer", _picture(settings, _READ), _OF_PICTURES, parameters=_READ
        ),
        "/api/correct": _post(
            "Keep a correction", "Kept", _correction(), _OF_CORRECTIONS, success="201"
        ),
        "/api/correct/{name}": {
            "delete": {
                "summary": "Withdraw a correction, by the name that it was answered with",
                "parameters": [_NAME],
                "responses": {
                    "200": {"description": "done", "content": _json("Withdrawn")},
                    "403": _problem(_PROBLEMS[403]),
                    "404": _problem("there is none of this name"),
                },
            }
        },
        "/api/about": _get("Version, and whether corrections are kept", _json("About")),
        "/healthz": _get("The process is alive", _json("Status")),
        "/readyz": _get("The networks are loaded", _json("Status"), also={503: "not yet"}),
        "/metrics": _get("Counters for Prometheus", {"text/plain": {"schema": {"type": "string"}}}),
    }
    components: dict[str, Any] = {"schemas": SCHEMAS}
    if settings.token:
        components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        asked = [path for path in paths if path.startswith("/api")]
        asked += [] if settings.open_metrics else ["/metrics"]
        for path in asked:
            for operation in paths[path].values():
                operation["security"] = [{"token": []}]
                operation["responses"]["401"] = _problem(_PROBLEMS[401])
    return {
        "openapi": "3.1.0",
        "info": {"title": "digitnet", "version": __version__},
        "paths": paths,
        "components": components,
    }


def _json(name: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}


def _problem(description: str) -> dict[str, Any]:
    return {"description": description, "content": _json("Problem")}


def _picture(settings: Settings, parameters: list[dict[str, Any]]) -> dict[str, Any]:
    """The file itself as the body, or a form with it."""
    file = {"type": "string", "contentMediaType": "application/octet-stream"}
    fields = {parameter["name"]: parameter["schema"] for parameter in parameters}
    form = {"type": "object", "required": ["file"], "properties": {"file": file, **fields}}
    return {
        "required": True,
        "description": f"the file itself, or a form with it as a file, at most "
        f"{megabytes(settings.max_body_bytes)} and {megapixels(settings.max_pixels)}: JPEG, "
        "PNG, WebP, BMP, TIFF, GIF, and AVIF, JPEG 2000, HEIC and PDF where the server has their "
        f"packages; at most {settings.max_pages} pages where none is named. A form's other "
        "fields are parameters; valid may be a file, one number a line",
        "content": {
            "application/octet-stream": {"schema": {}},
            "multipart/form-data": {"schema": form},
        },
    }


def _correction() -> dict[str, Any]:
    return {
        "required": True,
        "description": "a label, and the digit as the network saw it",
        "content": _json("Correction"),
    }


def _post(
    summary: str,
    answer: str,
    body: dict[str, Any],
    problems: tuple[int, ...],
    *,
    parameters: list[dict[str, Any]] | None = None,
    success: str = "200",
) -> dict[str, Any]:
    responses = {success: {"description": "done", "content": _json(answer)}}
    responses |= {str(status): _problem(_PROBLEMS[status]) for status in problems}
    operation = {"summary": summary, "requestBody": body, "responses": responses}
    return {"post": operation | ({"parameters": parameters} if parameters else {})}


def _get(
    summary: str, content: dict[str, Any], also: dict[int, str] | None = None
) -> dict[str, Any]:
    responses = {"200": {"description": summary, "content": content}}
    for status, description in (also or {}).items():
        responses[str(status)] = {"description": description, "content": content}
    return {"get": {"summary": summary, "responses": responses}}
