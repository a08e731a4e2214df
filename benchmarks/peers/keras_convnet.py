"""Keras' example "Simple MNIST convnet": its network and settings, PyTorch as backend."""

import os
import time

os.environ["KERAS_BACKEND"] = "torch"

import keras
from keras import layers
from mnist import arrays, tell

train_images, train_labels, test_images, test_labels = arrays()
train_images = train_images[..., None].astype("float32") / 255
test_images = test_images[..., None].astype("float32") / 255
keras.utils.set_random_seed(0)
model = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.Conv2D(32, kernel_size=(3, 3), activation="relu"),
        layers.MaxPooling2D(pool_size=(2, 2)),
        layers.Conv2D(64, kernel_size=(3, 3), activation="relu"),
        layers.MaxPooling2D(pool_size=(2, 2)),
        layers.Flatten(),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ]
)
model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
started = time.perf_counter()
targets = keras.utils.to_categorical(train_labels, 10)
model.fit(train_images, targets, batch_size=128, epochs=15, validation_split=0.1, verbose=0)
train_s = time.perf_counter() - started
predicted = model.predict(test_images, batch_size=1000, verbose=0).argmax(1)
accuracy = (predicted == test_labels).mean()
tell(accuracy=accuracy, train_s=train_s, parameters=model.count_params())
