"""A picture on its way from the scene to the file."""

from dataclasses import dataclass

import numpy as np

# Noise's deviation is at most this share of the faintest ink's contrast, and the contrast is
# never made smaller than so many grey levels. Unreadable digits that are labelled teach the
# network to see digits in the noise of paper.
MOST_NOISE = 0.16
LEAST_CONTRAST = 16.0
USUAL_PEN = 0.08  # width of a stroke, as a share of a digit's height


@dataclass(kw_only=True, eq=False)
class Shot:
    """What each stage of the camera changes."""

    scene: np.ndarray  # float32 [side, side], 0..255
    digit_height: float  # pixels
    contrast: float  # paper less the faintest ink, grey levels; below 0: light ink
    evenness: float = 1.0  # light where it is weakest, as a share of where it is strongest

    def faintest(self, share: float) -> float:
        """The share, or as much more as the contrast needs to stay legible after it."""
        return max(share, min(1.0, LEAST_CONTRAST / max(abs(self.contrast), 1e-6)))

    def soften(self, sigma: float) -> float:
        """Tells of a blur of `sigma` pixels, which thins the strokes of a usual pen.

        Returns the blur that may be: smaller, or 0, where the ink would be lost.
        """
        stroke = max(1.0, USUAL_PEN * self.digit_height)
        # stroke / hypot(stroke, 2.5 sigma) is left of a stroke's contrast in its middle.
        left = self.faintest(0.0)
        most = stroke / 2.5 * float(np.sqrt(max(0.0, 1 / max(left, 1e-6) ** 2 - 1)))
        sigma = min(sigma, most)
        self.contrast *= stroke / float(np.hypot(stroke, 2.5 * sigma))
        return sigma
