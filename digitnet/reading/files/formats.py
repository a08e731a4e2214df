"""Which formats are read, by their endings and first bytes, and how the others are called."""

import re
from importlib.util import find_spec

from PIL import features

from digitnet.errors import PictureError, install_command

PDF, HEIC = "PDF", "HEIC"

# What needs a package of its own: which one, the extra that brings it, and its endings.
_EXTRAS = {
    HEIC: ("pi_heif", "heic", (".heic", ".heif", ".hif")),
    PDF: ("pypdfium2", "pdf", (".pdf",)),
}


def _decoded() -> dict[str, tuple[str, ...]]:
    """Pillow's names of the formats it decodes here, and their endings."""
    found = {
        "JPEG": (".jpg", ".jpeg", ".jfif"),
        "PNG": (".png", ".apng"),
        "WEBP": (".webp",),
        "BMP": (".bmp",),
        "TIFF": (".tif", ".tiff"),
        "GIF": (".gif",),
    }
    if "avif" in features.modules and features.check("avif"):
        found["AVIF"] = (".avif",)
    if features.check("jpg_2000"):
        found["JPEG2000"] = (".jp2", ".j2k", ".jpx")
    return found


def installed(kind: str) -> bool:
    """Whether the package that reads PDF or HEIC is here."""
    return find_spec(_EXTRAS[kind][0]) is not None


FORMATS = tuple(_decoded())
# Endings of all that is read here; of folders nothing else is taken.
SUFFIXES = tuple(suffix for suffixes in _decoded().values() for suffix in suffixes) + tuple(
    suffix for kind, (_, _, suffixes) in _EXTRAS.items() if installed(kind) for suffix in suffixes
)
# Files that may hold several pages; others do so only rarely.
PAGED_SUFFIXES = (".tif", ".tiff", ".gif", ".pdf", ".heic", ".heif", ".hif", ".apng")

_NAMES = (
    (rb"\s*<(!doctype html|html)", "a web page"),
    (rb"\s*<svg|\s*<\?xml.*<svg", "an SVG drawing"),
    (rb"\xff\x0a|\0\0\0\x0cJXL ", "a JPEG XL picture"),
    (rb"8BPS", "a Photoshop file"),
    (rb"....ftypcrx |II\x2a\0\x10\0\0\0CR|FUJIFILMCCD-RAW|IIRO|IIU\0", "a camera's raw picture"),
    (rb"....ftyp|\x1a\x45\xdf\xa3|RIFF....AVI ", "a video"),
    (rb"....jumb|\0\0\0\x0cjP  |\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (rb"AT&TFORM", "a DjVu document"),
    (rb"%!PS", "a PostScript file"),
    (rb"\xd0\xcf\x11\xe0", "an office document"),
    (rb"PK\x03\x04", "a ZIP archive or an office document"),
    (rb"\x1f\x8b|7z\xbc\xaf|Rar!|BZh|\xfd7zXZ", "an archive"),
    (rb"\x7fELF|MZ", "a program"),
    (rb"P[1-7]\s", "a PNM picture"),
    (rb"\0\0[\x01\x02]\0", "an icon"),
)


# What may name a PDF in a comment; others may have something before their PDF begins.
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF", b"II*\0", b"MM\0*")


def kind_of(head: bytes) -> str:
    """PDF, HEIC, or "" for what Pillow is asked about. head: a file's first 1,024 bytes."""
    if b"%PDF-" in head and not head.startswith(_PICTURES):
        return PDF
    brands = (
        b"heic",
        b"heix",
        b"heim",
        b"heis",
        b"hevc",
        b"hevx",
        b"hevm",
        b"hevs",
        b"mif1",
        b"msf1",
    )
    # AVIF calls itself mif1 too, and names itself among the brands it agrees with.
    if head[4:8] == b"ftyp" and head[8:12] in brands and b"avif" not in head[8:64]:
        return HEIC
    return ""


def require(kind: str) -> None:
    """See that PDF or HEIC can be read.

    Raises:
        PictureError: its package is not installed.
    """
    if not installed(kind):
        raise PictureError(f"it is {named(kind)}; to read it: {cure(kind)}")


def named(kind: str) -> str:
    return {PDF: "a PDF document", HEIC: "a HEIC picture"}[kind]


def cure(kind: str) -> str:
    """What installs the package that reads a kind."""
    return install_command(_EXTRAS[kind][1])


def kind_of_suffix(suffix: str) -> str:
    """PDF or HEIC, where a file's ending says so."""
    return next((kind for kind, (_, _, own) in _EXTRAS.items() if suffix.lower() in own), "")


def described(head: bytes) -> str:
    """What a file is that is not read, for people: "a video". head: its first bytes."""
    if head[4:12] == b"ftypavif":
        return "an AVIF picture"
    for pattern, name in _NAMES:
        if re.match(pattern, head, re.IGNORECASE | re.DOTALL):
            return name
    try:
        text = head[:1000].decode()
    except UnicodeDecodeError as error:
        # The last character may be cut in half.
        text = head[: error.start].decode() if error.start > len(head[:1000]) - 4 else ""
    if text and all(character.isprintable() or character.isspace() for character in text):
        return "text"
    return "of no format that is known here"


def unknown(head: bytes) -> PictureError:
    """The error for a file that is no picture of a format that is read."""
    known = ", ".join([*FORMATS, HEIC, PDF]).replace("JPEG2000", "JPEG 2000")
    return PictureError(f"it is {described(head)}; expected a picture: {known}")
