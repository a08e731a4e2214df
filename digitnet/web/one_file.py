"""The page as one file that can be mailed, and as files for a static host.

Scripts that are modules do not load from a file's address, so here all modules become one plain
script: each a function that returns what it exports. The worker is made of the same functions.
"""

import base64
import json
import re
from pathlib import Path

from digitnet.web.page_weights import in_8_bits, in_24_bits

STATIC = Path(__file__).parent / "static"

_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./(\w+)\.js";$', re.MULTILINE)
_EXPORT = re.compile(
    r"^export (?=(?:const|async function|function\*?|class) ([\w$]+))", re.MULTILINE
)
_LINE_COMMENT = re.compile(r"^[ \t]*//.*$", re.MULTILINE)
_BLOCK_COMMENT = re.compile(r"/\*\*.*?\*/", re.DOTALL)

# No request of any kind, also if somebody changes the page.
_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' blob:; worker-src blob:; "
    "style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'"
)


def one_file(weights: bytes, other: bytes) -> str:
    """The whole page: HTML with its style, its script and both networks inside.

    weights, other: the network that reads, and the one it is compared with.
    """
    page = (STATIC / "index.html").read_text()
    icon = base64.b64encode((STATIC / "icon.svg").read_bytes()).decode()
    head = f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    for found, instead in (
        ('data-place="server"', 'data-place="file"'),
        ('<meta charset="utf-8">', f'<meta charset="utf-8">\n  {head}'),
        ('href="static/icon.svg"', f'href="data:image/svg+xml;base64,{icon}"'),
        ('<link rel="stylesheet" href="static/style.css">', f"<style>{_style()}</style>"),
        ('  <script type="module" src="static/server.js"></script>\n', ""),
        ("</body>", f"<script>{_script(weights, other)}</script>\n</body>"),
    ):
        assert page.count(found) == 1, found
        page = page.replace(found, instead)
    return page


def host_files(weights: bytes, other: bytes) -> dict[str, bytes]:
    """The page for a static host: content by the file's name in a folder."""
    page = (STATIC / "index.html").read_text()
    page = page.replace('data-place="server"', 'data-place="folder"')
    page = page.replace("static/server.js", "static/main.js")
    files = {"index.html": page.encode()}
    for name in ("icon.svg", "style.css", *(f"{module}.js" for module in modules("main"))):
        files[f"static/{name}"] = (STATIC / name).read_bytes()
    return files | {"static/digitnet.bin": weights, "static/documented.bin": other}


def modules(first: str) -> list[str]:
    """A module and all that it imports, by name, what is imported first."""
    order: list[str] = []

    def visit(name: str) -> None:
        if name in order:
            return
        for _, imported in _IMPORT.findall((STATIC / f"{name}.js").read_text()):
            visit(imported)
        order.append(name)

    visit(first)
    return order


def _script(weights: bytes, other: bytes) -> str:
    functions = ",\n".join(f"{name}: {_function(name)}" for name in modules("main"))
    # The worker's functions are taken from the page's own, as text.
    start = "const $made = {};\nconst $need = (name) => ($made[name] ??= $modules[name]($need));\n"
    carried = {
        "weights": base64.b64encode(in_24_bits(weights)).decode(),
        "other": base64.b64encode(in_8_bits(other)).decode(),
    }
    return (
        f"(() => {{\nconst $modules = {{\n{functions}\n}};\n{start}"
        f"const $worker = {json.dumps(modules('worker'))}"
        ".map((name) => `${name}: ${$modules[name]}`);\n"
        f"globalThis.digitnetCarried = {json.dumps(carried)};\n"
        "globalThis.digitnetCarried.worker = `const $modules = {${$worker.join()}};"
        f'{start}$need("worker");`;\n'
        '$need("main");\n})();'
    )


def _function(name: str) -> str:
    """A module as a function of what gives it the others."""
    text = without_comments((STATIC / f"{name}.js").read_text())
    exported = _EXPORT.findall(text)
    text = _IMPORT.sub(_taken, text)
    text = _EXPORT.sub("", text)
    assert not re.search(r"^(import|export)\b", text, re.MULTILINE), name
    return f"($need) => {{\n{text.strip()}\nreturn {{ {', '.join(exported)} }};\n}}"


def _taken(match: re.Match[str]) -> str:
    names = match[1].replace(" as ", ": ").strip().rstrip(",")
    return f'const {{ {names} }} = $need("{match[2]}");'


def without_comments(text: str) -> str:
    """Lines of code alone, without their indentation."""
    text = _LINE_COMMENT.sub("", _BLOCK_COMMENT.sub("", text))
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def _style() -> str:
    text = re.sub(r"/\*.*?\*/", "", (STATIC / "style.css").read_text(), flags=re.DOTALL)
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())
