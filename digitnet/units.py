"""Sizes in the units that people know them in: MB and megapixels."""


def megabytes(size_bytes: int) -> str:
    """ "20 MB"."""
    return f"{_few_figures(size_bytes / 1e6)} MB"


def megapixels(pixels: int) -> str:
    """ "12.2 megapixels"."""
    return f"{_few_figures(pixels / 1e6)} megapixels"


def _few_figures(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
