from digitnet.units import megabytes, megapixels


def test_sizes_are_told_in_a_few_figures():
    assert megabytes(20_000_000) == "20 MB"
    assert megabytes(1_250_000) == "1.25 MB"
    assert megapixels(12_192_768) == "12.2 megapixels"
    assert megapixels(139_000_000) == "139 megapixels"
    assert megapixels(4_000_000_000) == "4,000 megapixels"
    assert megapixels(100) == "0.0001 megapixels"
