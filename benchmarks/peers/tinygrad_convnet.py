"""tinygrad's example "beautiful_mnist": its network, Muon or Adam as it comes, 70 steps of 512."""

import time

from mnist import arrays, tell
from tinygrad import Tensor, TinyJit, nn
from tinygrad.helpers import Context, getenv

STEPS = getenv("STEPS", 70)


class Model:
    def __init__(self):
        self.layers = [
            nn.Conv2d(1, 32, 5), Tensor.relu,
            nn.Conv2d(32, 32, 5), Tensor.relu,
            nn.BatchNorm(32), Tensor.max_pool2d,
            nn.Conv2d(32, 64, 3), Tensor.relu,
            nn.Conv2d(64, 64, 3), Tensor.relu,
            nn.BatchNorm(64), Tensor.max_pool2d,
            lambda x: x.flatten(1), nn.Linear(576, 10),
        ]  # fmt: skip

    def __call__(self, x: Tensor) -> Tensor:
        return x.sequential(self.layers)


train_images, train_labels, test_images, test_labels = arrays()
images, labels = Tensor(train_images[:, None]), Tensor(train_labels.astype("int32"))
Tensor.manual_seed(0)
model = Model()
optimizer = nn.optim.Adam(nn.state.get_parameters(model))


@TinyJit
@Context(TRAINING=1)
def step() -> Tensor:
    optimizer.zero_grad()
    samples = Tensor.randint(512, high=len(train_images))
    loss = model(images[samples]).sparse_categorical_crossentropy(labels[samples]).backward()
    return loss.realize(*optimizer.schedule_step())


started = time.perf_counter()
for _ in range(STEPS):
    step().item()
train_s = time.perf_counter() - started
correct = 0
for start in range(0, len(test_images), 1000):
    scores = model(Tensor(test_images[start : start + 1000, None])).argmax(1).numpy()
    correct += int((scores == test_labels[start : start + 1000]).sum())
tell(
    accuracy=correct / len(test_images),
    train_s=train_s,
    parameters=sum(p.numel() for p in nn.state.get_parameters(model)),
)
