"""Hypothesis strategies: items of every scorable kind, and responses good, bad and absurd."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import strategies as st

from probity.bank import marking
from tests.factories import bank

IDS = ["alpha", "beta", "gamma", "delta", "eps", "zeta", "eta", "theta"]
WORDS = st.text(alphabet="abcXYZ 采购限额，。.éＡ１", min_size=1, max_size=12).filter(
    lambda words: any(character.isalnum() for character in words)
)
TYPED = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=30)
NUMBERS = st.decimals(-(10**6), 10**6, places=3)


@st.composite
def singles(draw):
    ids = IDS[: draw(st.integers(3, 5))]
    return bank.item("single", options=bank.options(*ids, correct={draw(st.sampled_from(ids))}))


@st.composite
def multiples(draw):
    ids = IDS[: draw(st.integers(4, 8))]
    keys = draw(st.sets(st.sampled_from(ids), min_size=2, max_size=len(ids) - 1))
    return bank.item(
        "multiple",
        points=draw(st.integers(1, 4)),
        options=bank.options(*ids, correct=keys),
        choose=draw(st.sampled_from([None, len(keys)])),
        credit=draw(st.sampled_from(["right_minus_wrong", "per_option", "all_or_nothing"])),
    )


@st.composite
def numerics(draw):
    absolute = {"absolute": str(draw(st.decimals(0, 1, places=2)))}
    unit = {"code": "CNY", "ask": draw(st.booleans()), "accept": ["元", "RMB"]}
    return bank.item(
        "numeric",
        answer=str(draw(NUMBERS)),
        tolerance=draw(st.sampled_from([absolute, {"relative": "1/100"}])),
        unit=draw(st.sampled_from([None, unit])),
        traps=[],
    )


@st.composite
def short_texts(draw):
    keys = [{"text": draw(WORDS)} for _ in range(draw(st.integers(1, 3)))]
    half = {"text": draw(WORDS), "share": "1/2"}
    return bank.item("short_text", accept=[half, *keys], traps=[])


@st.composite
def matchings(draw):
    left, right = IDS[: draw(st.integers(3, 8))], [f"r{n}" for n in range(10)]
    partners = draw(st.permutations(right))
    side = {name: bank.text(name) for name in (*left, *right)}
    return bank.item(
        "matching",
        left=[{"id": name, "text": side[name]} for name in left],
        right=[{"id": name, "text": side[name]} for name in right],
        pairs=dict(zip(left, partners, strict=False)),
        credit=draw(st.sampled_from(["per_pair", "all_or_nothing"])),
    )


@st.composite
def orderings(draw):
    ids = draw(st.permutations(IDS))[: draw(st.integers(3, 8))]
    return bank.item(
        "ordering",
        steps=[{"id": name, "text": bank.text(name)} for name in ids],
        credit=draw(st.sampled_from(["adjacent_pairs", "all_or_nothing"])),
    )


def fixed(kind):
    return st.just(bank.item(kind))


ITEMS = st.one_of(
    singles(),
    multiples(),
    numerics(),
    short_texts(),
    matchings(),
    orderings(),
    *(fixed(kind) for kind in bank.SCORABLE),
    st.sampled_from(["per_gap", "all_or_nothing"]).map(lambda c: bank.item("cloze", credit=c)),
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from(IDS),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=5) | st.sampled_from(IDS), inner, max_size=4)
    ),
    max_leaves=12,
)


@st.composite
def responses(draw, item):
    """A response of the right shape for this item, right or wrong, or none."""
    if item.kind == "case":
        return {child.id: draw(responses(child)) for child in item.items if draw(st.booleans())}
    view = marking.candidate_view(item, "en")
    match item.kind:
        case "single":
            return draw(st.sampled_from([o["id"] for o in view["options"]]))
        case "multiple":
            ids = [o["id"] for o in view["options"]]
            return draw(st.lists(st.sampled_from(ids), unique=True, max_size=item.choose or 8))
        case "true_false":
            return draw(st.booleans())
        case "ordering":
            return draw(st.permutations([s["id"] for s in view["steps"]]))
        case "matching":
            right = st.sampled_from([r["id"] for r in view["right"]])
            return {piece["id"]: draw(right | st.none()) for piece in view["left"]}
        case "cloze":
            return {
                "rate": draw(st.sampled_from(["ten", "two", None])),
                "who": draw(TYPED),
            }
        case _:
            near = st.just(str(getattr(item, "answer", Decimal(1))))
            return draw(near | NUMBERS.map(str) | WORDS | TYPED)


ANSWERED = ITEMS.flatmap(lambda item: st.tuples(st.just(item), responses(item)))
WHOLE = Fraction(1)
