"""The digits that are trained on, and pictures of none."""
