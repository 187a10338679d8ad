"""How far the share of points in a few questions can be trusted."""

from fractions import Fraction
from math import sqrt

LEAST_QUESTIONS = 5
"""Below this a domain is not judged: even five right answers leave a range from 57 to 100 per cent."""

Z = 1.959964
"""Quantile of the normal distribution for 95 per cent."""


def wilson(share: Fraction, questions: int) -> tuple[float, float]:
    """The score interval of Wilson for a share of `questions`, as parts of 1.

    centre ± half = (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n)
    E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209-212; it holds for few questions too (Brown, Cai,
    DasGupta, Stat. Sci. 16 (2001) 101-133). It treats each question as one draw from all that
    could have been asked; points in part count as a share of it, which makes it a little too wide.
    """
    p, n = float(share), questions
    widened = 1 + Z * Z / n
    centre = (p + Z * Z / (2 * n)) / widened
    half = Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n)) / widened
    return max(centre - half, 0.0), min(centre + half, 1.0)
