"""The forms of what the API takes and gives, as JSON Schema, each with an example."""

from typing import Any

Schema = dict[str, Any]


def _object(required: Schema, optional: Schema | None = None, **more: Any) -> Schema:
    properties = required | (optional or {})
    return {"type": "object", "required": list(required), "properties": properties} | more


def _list(items: Schema, length: int | None = None, **more: Any) -> Schema:
    bounds = {} if length is None else {"minItems": length, "maxItems": length}
    return {"type": "array", "items": items} | bounds | more


def _named(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


_TEXT, _WHOLE = {"type": "string"}, {"type": "integer"}
_SHARE = {"type": "number", "minimum": 0, "maximum": 1}
_BYTE = {"type": "integer", "minimum": 0, "maximum": 255}
_IMAGE = _list(_list(_BYTE, 28), 28, description="28 x 28, from 0, paper, to 255, ink")

_DIGIT_EXAMPLE = {
    "digit": 7,
    "confidence": 0.9981,
    "accepted": True,
    "box": [24, 18, 52, 71],
    "top": [[7, 0.9991], [1, 0.0004], [2, 0.0002]],
}
READING_EXAMPLE = {
    "text": "7",
    "lines": [{"text": "7", "digits": [_DIGIT_EXAMPLE]}],
    "width": 100,
    "height": 110,
    "turned": 0,
    "page": 1,
    "pages": 1,
}
CORRECTION_EXAMPLE = {"label": "7", "image": [[0] * 28] * 28}

_READING: Schema = {
    "text": _TEXT | {"description": "the lines, one a line; ? for what is doubtful"},
    "lines": _list(_named("Line")),
    "width": _WHOLE | {"description": "of the picture, upright, pixels"},
    "height": _WHOLE,
    "turned": {
        "enum": [0, 90, 180, 270],
        "description": "degrees, counter-clockwise, by which the writing was turned",
    },
    "page": _WHOLE | {"description": "of its file, from 1"},
    "pages": _WHOLE | {"description": "that the file has"},
}
_LINE: Schema = {
    "type": ["integer", "null"],
    "description": "from 0; null where nothing was read, and the answer is of fainter marks",
}
_OPTIONAL: Schema = {
    "answers": _list(
        _object({"text": _TEXT, "probability": _SHARE, "line": _LINE}),
        description="where digits or valid is given: the number of each line that fits",
    ),
    "warning": _TEXT | {"description": "that no digit is seen, or that one was wanted of several"},
}

SCHEMAS: dict[str, Schema] = {
    "Digit": _object(
        {
            "digit": {
                "type": "integer",
                "minimum": 0,
                "maximum": 9,
                "description": "the best guess, also where not accepted",
            },
            "confidence": _SHARE
            | {"description": "calibrated probability that the best guess is right"},
            "accepted": {"type": "boolean", "description": "it is read, not refused"},
            "box": _list(
                _WHOLE, 4, description="x, y, width, height in pixels of the upright picture"
            ),
            "top": _list(
                {"type": "array", "prefixItems": [_WHOLE, _SHARE], "minItems": 2, "maxItems": 2},
                description="the likeliest digits with their probabilities, best first",
            ),
        },
        examples=[_DIGIT_EXAMPLE],
    ),
    "Line": _object({"text": _TEXT, "digits": _list(_named("Digit"))}),
    "Reading": _object(_READING, _OPTIONAL, examples=[READING_EXAMPLE]),
    "Pages": _object(
        {
            "pages": _list(
                {
                    "anyOf": [
                        _named("Reading"),
                        _object({"page": _WHOLE, "pages": _WHOLE, "error": _TEXT}),
                    ]
                },
                description="of a file of several, where none is named",
            )
        }
    ),
    "Answer": {"anyOf": [_named("Reading"), _named("Pages")], "examples": [READING_EXAMPLE]},
    "Correction": _object(
        {"label": {"enum": [*"0123456789", "none"]}, "image": _IMAGE},
        examples=[CORRECTION_EXAMPLE],
    ),
    "Kept": _object(
        {"kept": {"const": True}, "name": _TEXT | {"description": "by which it can be withdrawn"}}
    ),
    "Withdrawn": _object({"kept": {"const": False}}),
    "About": _object({"version": _TEXT, "collects": {"type": "boolean"}}),
    "Status": _object({"status": {"enum": ["alive", "ready", "loading"]}}),
    "Problem": _object(
        {"error": _object({"code": _TEXT, "message": _TEXT})},
        examples=[{"error": {"code": "too_large", "message": "the body is longer than 20 MB"}}],
    ),
}
