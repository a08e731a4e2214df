"""What is trained on: MNIST, digits of other hands, pictures of no digit."""
