from digitnet.reading.options import looking, opening


def test_options_are_of_the_file_or_of_the_picture():
    options = {"one": True, "dpi": 200, "max_pixels": 5, "expected": None}
    assert opening(options) == {"dpi": 200, "max_pixels": 5}
    assert looking(options) == {"one": True, "expected": None}
    assert opening({}) == looking({}) == {}
