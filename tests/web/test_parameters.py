import pytest

from digitnet.web.job import Job
from digitnet.web.parameters import job_of
from digitnet.web.problems import RequestError


def refusal(given):
    with pytest.raises(RequestError) as caught:
        job_of(given)
    assert (caught.value.status, caught.value.code) == (422, "bad_parameter")
    return caught.value.message


def test_what_is_not_said_is_as_the_command_has_it():
    assert job_of({}) == Job(one=False, top=3)


def test_what_is_said():
    given = {"one": "true", "top": "10", "page": "2", "digits": "4"}
    expected = Job(one=True, top=10, page=2, digits=4)
    assert job_of(given) == expected


@pytest.mark.parametrize(
    "text", ["12,007", " 12 007\n", "12\r\n007\r\n", "12, 007", "12,007,", ",12,,007"]
)
def test_a_list_of_numbers_however_it_is_written(text):
    assert job_of({"valid": text}).valid == ("12", "007")


@pytest.mark.parametrize("value", ["", "yes", "2", "truetrue"])
def test_another_flag_is_refused_in_its_own_words(value):
    assert refusal({"one": value}) == f"one is {value!r}, expected true or false"


@pytest.mark.parametrize("value", ["0", "11", "-1", "1.5", "٣", "00001"])
def test_a_number_out_of_range_names_the_range(value):
    assert refusal({"top": value}) == "top is no number from 1 to 10"


def test_an_unknown_parameter_names_those_that_there_are():
    assert refusal({"oen": "1"}) == "'oen' is no parameter, expected one, top, page, digits, valid"
    assert (
        refusal({"digit": "1"}) == "'digit' is no parameter, expected one, top, page, digits, valid"
    )
