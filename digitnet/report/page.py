"""A report as one page of HTML that needs nothing else: pictures and styles stand in it."""

import base64
import html
import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitnet.report.disputed import DISPUTED
from digitnet.report.findings import Findings

_STATIC = Path(__file__).parent / "static"
_SHOWN_RIGHT = 24  # of the images that a diagonal cell counts
_SHOWN_WRONG = 60  # of any other cell's
_SPRITE_COLUMNS = 40


def page(title: str, sections: Iterable[tuple[str, str]]) -> bytes:
    """The whole page. sections: heading and HTML of each."""
    parts = list(sections)
    links = "".join(f'<a href="#s{n}">{_text(heading)}</a>' for n, (heading, _) in enumerate(parts))
    body = "".join(
        f'<section id="s{n}" aria-labelledby="h{n}"><h2 id="h{n}">{_text(heading)}</h2>'
        f"{content}</section>"
        for n, (heading, content) in enumerate(parts)
    )
    style, script = ((_STATIC / name).read_text() for name in ("report.css", "report.js"))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="icon" href="data:,">'
        f"<title>{_text(title)}</title><style>{style}</style></head>"
        f"<body><header><h1>{_text(title)}</h1><nav>{links}</nav></header>"
        f"<main>{body}</main><script>{script}</script></body></html>"
    ).encode()


def picture(content: bytes, alternative: str) -> str:
    """A PNG; `alternative` is what it shows, for those who cannot see it."""
    return f'<img class="plot" src="{_data(content)}" alt="{_text(alternative)}">'


def table(rows: Iterable[tuple[str, Any]]) -> str:
    """Names and values."""
    cells = "".join(f"<tr><th>{_text(n)}</th><td>{_text(str(v))}</td></tr>" for n, v in rows)
    return f"<table>{cells}</table>"


def paragraph(text: str) -> str:
    return f"<p>{_text(text)}</p>"


def confusion_table(findings: Findings) -> str:
    """The confusion matrix; a click on a count shows the very images."""
    cells: dict[str, list[int]] = {}
    for true in range(10):
        for read in range(10):
            mine = np.flatnonzero((findings.labels == true) & (findings.guesses == read))
            # The least sure of the right, the most sure of the wrong: what is worth a look.
            sign = 1 if true == read else -1
            order = np.argsort(sign * findings.confidence[mine], kind="stable")
            most = _SHOWN_RIGHT if true == read else _SHOWN_WRONG
            cells[f"{true}{read}"] = mine[order][:most].tolist()
    shown = [index for indices in cells.values() for index in indices]
    place = {index: at for at, index in enumerate(shown)}
    details = {
        key: [[place[i], f"{findings.confidence[i]:.0%}", _note(findings, i)] for i in indices]
        for key, indices in cells.items()
    }
    head = "".join(f"<th>{digit}</th>" for digit in range(10))
    rows = "".join(
        f"<tr><th>{true}</th>"
        + "".join(_cell(true, read, count) for read, count in enumerate(row))
        + "</tr>"
        for true, row in enumerate(findings.evaluation.confusion)
    )
    return (
        f'<div class="scroll"><table class="confusion"><tr><th></th>{head}</tr>{rows}</table></div>'
        '<div id="cell" aria-live="polite"><p>Rows are true digits, columns what they were read '
        "as. Click a count to see the images.</p></div>"
        f"<style>.tile{{background-image:url({_data(_sprite(findings.images[shown]))})}}</style>"
        f'<script type="application/json" id="cells">{json.dumps(details)}</script>'
    )


def _cell(true: int, read: int, count: int) -> str:
    if not count:
        return "<td></td>"
    kind = "right" if true == read else "wrong"
    return f'<td class="{kind}"><button data-cell="{true}{read}">{count}</button></td>'


def _note(findings: Findings, index: int) -> str:
    """Whether people dispute the label, and what most saw."""
    if not findings.official or index not in DISPUTED:
        return ""
    seen = DISPUTED[index]
    return "disputed label" + (f": people see a {seen}" if seen is not None else "")


def _sprite(images: NDArray[np.uint8]) -> bytes:
    """All images in one PNG, 40 a row."""
    rows = max(1, -(-len(images) // _SPRITE_COLUMNS))
    sheet = np.zeros((rows * _SPRITE_COLUMNS, 28, 28), np.uint8)
    sheet[: len(images)] = images
    joined = sheet.reshape(rows, _SPRITE_COLUMNS, 28, 28).transpose(0, 2, 1, 3)
    content = io.BytesIO()
    Image.fromarray(joined.reshape(rows * 28, -1)).save(content, "png", optimize=True)
    return content.getvalue()


def _data(content: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(content).decode()


def _text(text: str) -> str:
    return html.escape(text)
