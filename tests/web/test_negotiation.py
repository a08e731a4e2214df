import pytest

from digitnet.web.negotiation import has_tag, takes_gzip


@pytest.mark.parametrize(
    "header",
    ["gzip", "br, gzip", "GZIP;q=0.5", "x-gzip", "*", "deflate;q=0, *;q=0.1", "gzip; q=1, *;q=0"],
)
def test_who_takes_gzip(header):
    assert takes_gzip(header)


@pytest.mark.parametrize(
    "header", ["", "br", "gzip;q=0", "gzip;q=0.000", "*;q=0", "gzip;q=0, *", "gzip;q=x", "gzipped"]
)
def test_who_does_not(header):
    assert not takes_gzip(header)


@pytest.mark.parametrize("header", ['"a"', 'W/"a"', '"b", "a"', '"b",W/"a"', "*"])
def test_a_list_that_holds_the_tag(header):
    assert has_tag(header, '"a"')


@pytest.mark.parametrize("header", ["", "a", '"b"', '"ab", "ba"', '"a'])
def test_a_list_that_does_not(header):
    assert not has_tag(header, '"a"')
