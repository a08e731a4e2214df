"""Made-up pages to train the finder on: digits, writing, paper, what lies around it, camera."""
