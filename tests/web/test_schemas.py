import jsonschema
import pytest

from digitnet.web.schemas import SCHEMAS


def validated(name, instance):
    document = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": SCHEMAS}}
    jsonschema.Draft202012Validator(document).validate(instance)


@pytest.mark.parametrize("name", SCHEMAS)
def test_examples_are_of_their_form(name):
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name])
    for example in SCHEMAS[name].get("examples", []):
        validated(name, example)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("Reading", {"text": ""}),
        ("Digit", {"digit": "x"}),
        ("Correction", {"label": "10", "image": [[0] * 28] * 28}),
        ("Correction", {"label": "1", "image": [[0] * 27] * 28}),
        ("Problem", {"error": "busy"}),
    ],
)
def test_other_forms_are_not(name, wrong):
    with pytest.raises(jsonschema.ValidationError):
        validated(name, wrong)
