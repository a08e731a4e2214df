import subprocess
import sys

import pytest

from digitnet.cli import VERBS

pytest.importorskip("shtab")


@pytest.fixture(scope="module")
def bash(tmp_path_factory):
    from digitnet.cli import main

    script = tmp_path_factory.mktemp("completion") / "digitnet"
    with script.open("w") as file, pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", file)
        assert main(["completion", "bash"]) == 0
    return script


def completed(script, *words):
    """What bash offers for the last of these words."""
    ask = f"""
    source {script}
    COMP_WORDS=({" ".join(f"'{word}'" for word in words)}) COMP_CWORD={len(words) - 1}
    $(complete -p digitnet | sed 's/.*-F \\([^ ]*\\).*/\\1/')
    printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    ended = subprocess.run(["bash", "-c", ask], capture_output=True, text=True, check=True)
    return ended.stdout.split()


def test_bash_offers_every_command(bash):
    assert set(VERBS) <= set(completed(bash, "digitnet", ""))


def test_bash_completes_a_flag_and_its_choices(bash):
    assert completed(bash, "digitnet", "read", "--exp") == ["--explain"]
    assert "fast" in completed(bash, "digitnet", "train", "--recipe", "")


def test_bash_completes_file_names(bash, tmp_path):
    (tmp_path / "photo.png").touch()
    assert completed(bash, "digitnet", "read", f"{tmp_path}/pho") == [f"{tmp_path}/photo.png"]


def test_without_shtab_it_says_what_to_install(command, monkeypatch):
    monkeypatch.setitem(sys.modules, "shtab", None)
    outcome = command("completion", "bash")
    assert outcome.status == 2
    assert "pip install shtab" in outcome.err
