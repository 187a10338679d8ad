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


SIGNED = st.fractions(-1, 1, max_denominator=6).map(
    lambda share: f"{share.numerator}/{share.denominator}"
)


@st.composite
def gap_matches(draw):
    return bank.item(
        "gap_match",
        reuse=draw(st.booleans()),
        credit=draw(st.sampled_from(["per_gap", "all_or_nothing"])),
    )


@st.composite
def matrices(draw):
    rows, columns = IDS[: draw(st.integers(2, 5))], ["yes", "no", "open"]
    one = draw(st.booleans())
    most = 1 if one else 3
    chosen = {row: draw(st.sets(st.sampled_from(columns), max_size=most)) for row in rows}
    chosen[rows[0]] = chosen[rows[0]] or {"yes"}
    return bank.item(
        "matrix",
        rows=[{"id": row, "text": bank.text(row), "why": bank.why()} for row in rows],
        columns=[{"id": column, "text": bank.text(column)} for column in columns],
        cells=[f"{row} {column}" for row in rows for column in sorted(chosen[row])],
        per_row="one" if one else "many",
        credit=draw(st.sampled_from(["per_cell", "per_row", "all_or_nothing"])),
    )


@st.composite
def hotspots(draw):
    return bank.item(
        "hotspot",
        by=draw(st.sampled_from(["area", "point"])),
        credit=draw(st.sampled_from(["right_minus_wrong", "per_option", "all_or_nothing"])),
        points=draw(st.sampled_from([1, 3, "2.5", "0.0001"])),
    )


@st.composite
def mapped(draw):
    """Choices with shares of their own; the key earns all, and some choices cost something."""
    shares = {name: draw(SIGNED) for name in ("gift", "sales")}
    lower = draw(st.sampled_from([None, "0/1", "-1/2"]))
    entries = {"budget": "1/2", "fees": "1/2", **shares}
    return bank.item(
        "multiple", credit="mapping", mapping={"entries": entries, "lower": lower}, points="1.5"
    )


@st.composite
def farther_orderings(draw):
    ids = draw(st.permutations(IDS))[: draw(st.integers(2, 6))]
    steps = [{"id": name, "text": bank.text(name)} for name in ids]
    return bank.item(
        "ordering", steps=steps, credit=draw(st.sampled_from(["positions", "distance"]))
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
    gap_matches(),
    matrices(),
    hotspots(),
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
def placed(draw, view):
    """A response to a kind whose parts lie in a text, a table or a picture."""
    match view["kind"]:
        case "gap_match":
            pieces = st.sampled_from([one["id"] for one in view["choices"]])
            return {gap: draw(pieces | st.none()) for gap in view["gaps"]}
        case "matrix":
            most = 1 if view["per_row"] == "one" else 3
            columns = st.sampled_from([one["id"] for one in view["columns"]])
            chosen = st.lists(columns, unique=True, max_size=most)
            return {row["id"]: draw(chosen) for row in view["rows"]}
        case "hotspot" if view["by"] == "area":
            areas = st.sampled_from([area["id"] for area in view["areas"]])
            return draw(st.lists(areas, unique=True))
        case _:
            point = st.tuples(st.integers(0, 100), st.integers(0, 80)).map(list)
            return draw(st.lists(point, max_size=5))


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
        case "gap_match" | "matrix" | "hotspot":
            return draw(placed(view))
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
