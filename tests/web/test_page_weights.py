import json

import numpy as np
import pytest

from digitnet.errors import WeightsError
from digitnet.reading.network import Network
from digitnet.web import page_weights
from digitnet.web.page_weights import DOCUMENTED, SHIPPED, load_page_weights


def test_what_ships_is_of_the_weights_that_ship():
    fingerprint = Network().metadata["weights"]
    content = load_page_weights(SHIPPED, fingerprint)
    assert page_weights.described(content)["weights"] == fingerprint


def test_the_other_network_is_the_documented_one():
    about = page_weights.described(load_page_weights(DOCUMENTED))
    assert about["recipe"] == "seed"
    assert about["classes"] == list("0123456789")


def test_a_stale_file_is_told():
    with pytest.raises(WeightsError, match=r"digitnet\.bin was made of other weights than"):
        load_page_weights(SHIPPED, "another")


@pytest.mark.parametrize("content", [b"", b"text\n1234", b"[1]\n", b'{"format": "digitnet"}\n'])
def test_another_file_is_told(tmp_path, content):
    path = tmp_path / "mine.bin"
    path.write_bytes(content)
    with pytest.raises(WeightsError, match=r"mine.bin is no network for the page of version 1"):
        load_page_weights(path)


def test_no_file_is_told(tmp_path):
    with pytest.raises(
        WeightsError, match=r"cannot read .*mine.bin: .*'digitnet export' writes it"
    ):
        load_page_weights(tmp_path / "mine.bin")


def test_smaller_files_keep_their_numbers():
    content = load_page_weights(SHIPPED)
    line, values = content.split(b"\n", 1)
    numbers = np.frombuffer(values, "<f4")
    small = page_weights.in_24_bits(content).split(b"\n", 1)[1]
    upper = np.frombuffer(small, np.uint8).reshape(-1, 3)
    again = np.pad(upper, ((0, 0), (1, 0))).copy().view("<f4").ravel()
    np.testing.assert_allclose(again, numbers, rtol=2**-16)
    smaller = page_weights.in_8_bits(content)
    assert len(smaller) < 0.35 * len(content)
    tensors = json.loads(line)["tensors"]
    assert page_weights.described(smaller)["tensors"] == tensors


@pytest.mark.parametrize("cut", [1, 4, 30_000])
def test_a_file_that_is_cut_off_is_refused(tmp_path, cut):
    path = tmp_path / "digitnet.bin"
    path.write_bytes(SHIPPED.read_bytes()[:-cut])
    with pytest.raises(WeightsError, match="is damaged or cut off; write it again"):
        load_page_weights(path)
