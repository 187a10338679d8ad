"""Items for the optimiser: by hand, by chance and as hypothesis draws them."""

from fractions import Fraction
from random import Random

from hypothesis import strategies as st

from probity.assembly.rules import Cell, Level, Measure, Offer, Part, Specification

DOMAINS = ("GPP-1", "GPP-2", "GPP-3")
LEVELS = ("remember", "apply", "analyse")


def part(domain="GPP-1", level="apply", p=0.6, points=1, **more):
    return Part(
        domain=domain,
        competency=more.pop("competency", "PR01.F"),
        cognitive=level,
        kind=more.pop("kind", "single"),
        points=Fraction(points),
        p=p,
        **more,
    )


def offer(number, *parts, **more):
    own = parts or (part(),)
    return Offer(
        id=number,
        ref=f"GPP-{number:04d}",
        version=number,
        parts=own,
        domain=own[0].domain,
        is_set=more.pop("is_set", len(own) > 1),
        **more,
    )


def cell(domain, least, most=None, **more):
    name = more.pop("name", f"{domain}/{more.get('measure', 'all')}")
    return Cell(
        name, domain, least=Fraction(least), most=None if most is None else Fraction(most), **more
    )


def pool(size, seed=1):
    """Single items in three domains and levels, difficulty around 0.6."""
    rng = Random(seed)
    return [
        offer(
            number,
            part(
                DOMAINS[number % 3],
                LEVELS[number // 3 % 3],
                round(min(0.95, max(0.2, rng.gauss(0.6, 0.15))), 2),
            ),
        )
        for number in range(1, size + 1)
    ]


@st.composite
def cases(draw):
    """A specification and a small bank, with sets, enemies and exposure, fillable or not."""
    offers = []
    for number in range(1, draw(st.integers(6, 30)) + 1):
        domain = draw(st.sampled_from(DOMAINS))
        sizes = 1 if draw(st.integers(0, 5)) else draw(st.integers(2, 3))
        parts = [
            part(
                domain,
                draw(st.sampled_from(LEVELS)),
                draw(st.sampled_from([None, 0.4, 0.5, 0.6, 0.7, 0.8])),
                draw(st.sampled_from([1, 1, 2])),
            )
            for _ in range(sizes)
        ]
        enemies = frozenset(draw(st.sets(st.integers(1, number), max_size=1))) - {number}
        offers.append(offer(number, *parts, enemies=enemies, exposure=draw(st.integers(0, 2))))
    cells = [cell(domain, *draw(_spans())) for domain in DOMAINS]
    if draw(st.booleans()):
        cells += [cell(domain, 0, 2, measure=Measure.SETS) for domain in DOMAINS]
    low = draw(st.integers(1, 8))
    spec = Specification(
        cells=tuple(cells),
        questions=(low, low + draw(st.integers(0, 4))),
        forms=draw(st.integers(1, 3)),
        points=(Fraction(1), Fraction(14)) if draw(st.booleans()) else None,
        mean=Level(0.6, 0.1) if draw(st.booleans()) else None,
        overlap=draw(st.sampled_from([0, 0, 2])),
        exposure=draw(st.sampled_from([None, 2, 3])),
    )
    return spec, offers


@st.composite
def _spans(draw):
    least = draw(st.integers(0, 4))
    return least, draw(st.sampled_from([None, least + 1, least + 3]))
