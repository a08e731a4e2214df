"""The arrows between modules, and the house rules that a program can check."""

import ast
from pathlib import Path

import pytest

from tests.conftest import ROOT, python

PACKAGE = ROOT / "digitnet"
MODULES = sorted(PACKAGE.rglob("*.py"))


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path) -> set[str]:
    """Absolute names of all that a module imports, wherever in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: house style imports by full names"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def imports_from(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


PARTS = ("benchmark", "cli", "reading", "report", "training", "web")
TORCH = ["torch", "torchvision"]


def others(*own: str) -> list[str]:
    """The packages of all parts but these."""
    return [f"digitnet.{part}" for part in PARTS if part not in own]


FORBIDDEN = [
    ("digitnet.training", others("training")),
    ("digitnet.reading", [*others("reading"), *TORCH]),
    ("digitnet.benchmark", ["digitnet.cli", "digitnet.report", "digitnet.web"]),
    ("digitnet.report", others("report", "training")),
    ("digitnet.web", [*others("web", "reading"), *TORCH]),
    ("digitnet.errors", ["digitnet", *TORCH]),
    ("digitnet.files", [*others(), *TORCH]),
]


@pytest.mark.slow
@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_arrows_point_one_way(path):
    module = module_name(path)
    for part, forbidden in FORBIDDEN:
        if not imports_from(module, part):
            continue
        for package in forbidden:
            wrong = [name for name in imported(path) if imports_from(name, package)]
            assert not wrong, f"{module} imports {wrong}"


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_only_the_command_line_prints(path):
    if imports_from(module_name(path), "digitnet.cli"):
        return
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    prints = [call.lineno for call in calls if getattr(call.func, "id", None) == "print"]
    assert not prints, f"{path.name} prints in lines {prints}"


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_no_module_is_a_drawer_for_everything(path):
    assert path.stem not in {"utils", "helpers", "common", "manager", "base"}


def mirror(path: Path) -> Path:
    """tests/training/test_loop.py for digitnet/training/loop.py, test_init.py for a package."""
    inside = path.relative_to(PACKAGE)
    return ROOT / "tests" / inside.with_name(f"test_{inside.stem.strip('_')}.py")


def only_tells(path: Path) -> bool:
    """A package's module that is nothing but a docstring."""
    return len(ast.parse(path.read_text()).body) <= 1


@pytest.mark.slow
@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_every_module_has_its_mirror(path):
    assert mirror(path).is_file() or only_tells(path), f"write {mirror(path)}"


# Tests of more than a module, and of what.
OF_MORE = {
    "test_typing.py": "types, as a user's checker sees them",
    "test_architecture.py": "the package",
    "test_docs.py": "README.md and docs/",
    "test_examples.py": "examples/",
    "reading/test_invariance.py": "reading as a whole",
    "training/test_seed_losses.py": "whole trainings",
    "web/test_page.py": "web/static/, in a browser",
    "web/test_reading_in_browser.py": "what of web/static/ reads, beside Python",
}


def test_every_test_file_mirrors_a_module():
    scripts = [*(ROOT / "benchmarks").glob("*.py"), *ROOT.glob("*.py")]
    mirrors = {mirror(path) for path in MODULES}
    mirrors |= {ROOT / "tests" / path.relative_to(ROOT).with_name(f"test_{path.name}")
                for path in scripts}  # fmt: skip
    mirrors |= {ROOT / "tests" / name for name in OF_MORE}
    found = set((ROOT / "tests").rglob("test_*.py"))
    first = found & mirrors
    assert {path for path in found - first if not goes_on_from(path, first)} == set()


def goes_on_from(path: Path, first: set[Path]) -> bool:
    """Whether a file has more tests of what another has: test_loop_NOUN.py beside test_loop.py."""
    words = path.stem.split("_")
    return any(
        path.with_name("_".join(words[:count]) + ".py") in first for count in range(2, len(words))
    )


def test_the_test_sees_the_modules():
    assert "digitnet.training.loop" in map(module_name, MODULES)
    assert "torch" in imported(PACKAGE / "training" / "loop.py")


def test_importing_the_package_loads_no_torch():
    script = "import digitnet, digitnet.cli, sys; sys.exit('torch' in sys.modules)"
    assert python("-c", script).status == 0
