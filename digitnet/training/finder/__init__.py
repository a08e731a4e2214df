"""Training the finder: the network that finds and reads the digits of a page."""
