"""scikit-learn's MLPClassifier as it comes: one hidden layer of 100, Adam, to convergence."""

import time

from mnist import arrays, tell
from sklearn.neural_network import MLPClassifier

train_images, train_labels, test_images, test_labels = arrays()
classifier = MLPClassifier(random_state=0)
started = time.perf_counter()
classifier.fit(train_images.reshape(-1, 784) / 255, train_labels)
train_s = time.perf_counter() - started
tell(
    accuracy=classifier.score(test_images.reshape(-1, 784) / 255, test_labels),
    train_s=train_s,
    parameters=sum(w.size for w in (*classifier.coefs_, *classifier.intercepts_)),
)
