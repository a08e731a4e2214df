import json

import torch

from digitnet.training.export import fingerprint
from digitnet.training.model import DigitNet
from digitnet.training.page_weights import logits, to_page, unpacked


def trained_a_little(classes=10):
    torch.manual_seed(0)
    model = DigitNet(classes=classes)
    model(torch.randn(64, 1, 28, 28))  # BatchNorm's statistics are no longer the initial ones
    return model.eval()


def test_the_first_line_says_what_follows():
    model = trained_a_little(11)
    content = to_page(model, {"temperature": 1.5})
    line, values = content.split(b"\n", 1)
    about = json.loads(line)
    assert (about["format"], about["version"]) == ("digitnet page", 1)
    assert about["weights"] == fingerprint(model)
    assert about["temperature"] == 1.5
    assert (len(line) + 1) % 4 == 0
    # All 19,739 numbers, with a scale and a shift in place of BatchNorm's four and the bias.
    kernels = sum(p.numel() for name, p in model.named_parameters() if p.ndim == 4)
    assert len(values) == 4 * (kernels + 2 * (16 + 16 + 32 + 32) + 11)


def test_what_is_stored_gives_the_networks_logits():
    model = trained_a_little()
    tensors, about = unpacked(to_page(model, {}))
    assert about["tensors"][0] == ["conv1.kernel", [16, 1, 3, 3]]
    images = torch.randn(5, 1, 28, 28)
    with torch.inference_mode():
        expected = model.logits(images)
    torch.testing.assert_close(logits(tensors, images), expected, rtol=1e-4, atol=1e-4)
