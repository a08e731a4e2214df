"""Fetching, from mirrors that behave and misbehave."""

import json
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from torchvision.datasets import MNIST

from digitnet.errors import DataError
from digitnet.training.data import cache
from digitnet.training.data.cache import cache_folder, cached_or_fetched
from digitnet.training.data.idx import OFFICIAL_SHA256
from tests.conftest import NAMES, ROOT
from tests.training.data.mirrors import MISBEHAVIOURS, contents, honest, mirror, whole_cache


def test_missing_files_are_fetched_once(known_files, tmp_path, monkeypatch):
    said = []
    with mirror(known_files, honest) as (url, requests):
        monkeypatch.setattr(MNIST, "mirrors", [url])
        files = cached_or_fetched(tmp_path / "cache", said.append)
        assert [len(file.values) for file in files] == [60, 60, 20, 20]
        assert all(file.official for file in files)
        assert contents(tmp_path / "cache") == whole_cache(known_files)
        fetched = list(requests)
        cached_or_fetched(tmp_path / "cache", said.append)
        assert requests == fetched
    assert said == []


@pytest.mark.slow
@pytest.mark.parametrize("answer", MISBEHAVIOURS.values(), ids=MISBEHAVIOURS.keys())
def test_a_bad_mirror_gives_way_to_the_next(known_files, tmp_path, monkeypatch, answer):
    monkeypatch.setattr(cache, "STALL_S", 2.0)

    def bad_at_first(handler, content):
        (answer if NAMES[0] in handler.path else honest)(handler, content)

    said = []
    with mirror(known_files, bad_at_first) as (bad, _), mirror(known_files, honest) as (good, used):
        monkeypatch.setattr(MNIST, "mirrors", [bad, good])
        cached_or_fetched(tmp_path / "cache", said.append)
    assert contents(tmp_path / "cache") == whole_cache(known_files)
    assert set(used) == {f"{NAMES[0]}.gz"}
    assert len(said) == 1
    assert said[0].startswith(f"{bad}{NAMES[0]}.gz: ")
    assert "\n" not in said[0]


@pytest.mark.slow
@pytest.mark.parametrize("answer", MISBEHAVIOURS.values(), ids=MISBEHAVIOURS.keys())
def test_only_bad_mirrors_leave_nothing_behind(known_files, tmp_path, monkeypatch, answer):
    monkeypatch.setattr(cache, "STALL_S", 2.0)
    with mirror(known_files, answer) as (bad, _):
        monkeypatch.setattr(MNIST, "mirrors", [bad, bad])
        with pytest.raises(DataError, match=rf"no mirror gave {NAMES[0]}.gz \(tried 2\)"):
            cached_or_fetched(tmp_path / "cache", str)
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_mirror_that_is_not_there(known_files, tmp_path, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    said = []
    monkeypatch.setattr(MNIST, "mirrors", [f"http://127.0.0.1:{port}/", "http://nowhere.invalid/"])
    with pytest.raises(DataError, match="no mirror gave"):
        cached_or_fetched(tmp_path / "cache", said.append)
    assert "refused" in said[0]
    assert "nowhere.invalid" in said[1]


def test_what_was_fetched_before_a_failure_stays(known_files, tmp_path, monkeypatch):
    def all_but_the_last(handler, content):
        (honest if NAMES[-1] not in handler.path else MISBEHAVIOURS["404"])(handler, content)

    with mirror(known_files, all_but_the_last) as (url, _):
        monkeypatch.setattr(MNIST, "mirrors", [url])
        with pytest.raises(DataError, match=f"no mirror gave {NAMES[-1]}"):
            cached_or_fetched(tmp_path / "cache", str)
    expected = whole_cache(known_files)
    del expected[NAMES[-1]]
    assert contents(tmp_path / "cache") == expected


# The archive that torchvision knows need not be the file that we know.
def test_a_file_with_another_content_is_not_kept(known_files, tmp_path, monkeypatch):
    monkeypatch.setitem(OFFICIAL_SHA256, NAMES[0], "0" * 64)
    said = []
    with mirror(known_files, honest) as (url, _):
        monkeypatch.setattr(MNIST, "mirrors", [url])
        with pytest.raises(DataError, match="no mirror gave"):
            cached_or_fetched(tmp_path / "cache", said.append)
    assert said == [f"{url}{NAMES[0]}.gz: not the official file"]
    assert contents(tmp_path / "cache") == {}


DAMAGES = {
    "empty": lambda content: b"",
    "truncated": lambda content: content[:-1],
    "one pixel": lambda content: content[:-1] + bytes([content[-1] ^ 1]),
    "a web page": lambda content: b"<html>",
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_file_is_fetched_again(known_files, tmp_path, monkeypatch, damage):
    folder, said = tmp_path / "cache", []
    folder.mkdir()
    for name, content in whole_cache(known_files).items():
        (folder / name).write_bytes(damage(content) if name == NAMES[2] else content)
    with mirror(known_files, honest) as (url, requests):
        monkeypatch.setattr(MNIST, "mirrors", [url])
        cached_or_fetched(folder, said.append)
    assert contents(folder) == whole_cache(known_files)
    assert set(requests) == {f"{NAMES[2]}.gz"}
    assert len(said) == 1
    assert said[0].endswith("; fetching it again")


def test_a_damaged_file_is_gone_even_if_no_mirror_helps(known_files, tmp_path, monkeypatch):
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / NAMES[0]).write_bytes(b"damaged")
    monkeypatch.setattr(MNIST, "mirrors", [])
    with pytest.raises(DataError, match="no mirror gave"):
        cached_or_fetched(tmp_path / "cache", str)
    assert contents(tmp_path / "cache") == {}


def test_a_cache_that_cannot_be_written(known_files, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match=r"cannot write the cache .*choose another folder"):
        cached_or_fetched(tmp_path / "file" / "cache", str)
    (tmp_path / "cache" / NAMES[0]).mkdir(parents=True)  # cannot be deleted as a file can
    with pytest.raises(DataError, match=f"cannot write the cache {tmp_path / 'cache'}"):
        cached_or_fetched(tmp_path / "cache", str)


def test_the_time_limit_of_other_connections_is_left_alone(known_files, tmp_path, monkeypatch):
    monkeypatch.setattr(MNIST, "mirrors", [])
    with pytest.raises(DataError):
        cached_or_fetched(tmp_path / "cache", str)
    assert socket.getdefaulttimeout() is None


START = """
import json, sys
from pathlib import Path
from torchvision.datasets import MNIST
from digitnet.training.data.cache import cached_or_fetched
from digitnet.training.data.idx import OFFICIAL_SHA256

folder, url, MNIST.resources, sha256 = json.loads(sys.argv[1])
MNIST.mirrors = [url]
OFFICIAL_SHA256.update(sha256)
files = cached_or_fetched(Path(folder), print)
sys.exit([len(file.values) for file in files] != [60, 60, 20, 20])
"""


@pytest.mark.slow
def test_two_processes_that_start_together(known_files, tmp_path):
    together = threading.Barrier(2, timeout=600)

    def wait_for_both(handler, content):
        if NAMES[0] in handler.path:
            together.wait()
        honest(handler, content)

    with mirror(known_files, wait_for_both) as (url, _):
        settings = [str(tmp_path / "cache"), url, MNIST.resources, OFFICIAL_SHA256]
        processes = [
            subprocess.Popen(
                [sys.executable, "-W", "error", "-c", START, json.dumps(settings)],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(2)
        ]
        said = [process.communicate() for process in processes]
    assert [process.returncode for process in processes] == [0, 0], said
    assert [out for out, _ in said] == ["", ""]
    assert contents(tmp_path / "cache") == whole_cache(known_files)


def test_the_cache_is_where_the_system_keeps_caches(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "digitnet" / "mnist"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert cache_folder() == tmp_path / ".cache" / "digitnet" / "mnist"
