"""Cues by which a candidate who knows nothing finds the key, and other flaws of single words. Pure."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from probity.kernel.markup import plain_text

Hit = dict[str, Any]

MORE, LEAST_SHARED = 1.4, 3
LEAST_REPEATED, REPEATED_PAIRS = 2, 3
SITUATION_WORDS, SITUATION_CHARACTERS = 14, 30

COMMON = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be by can for from has have if in is it its may must no not of on one or"
        " out shall should that the their then there these they this those to under until was what"
        " when which who will with within would",
    )
)
WORDS = re.compile(r"[a-z][a-z\-]+|\d[\d.,]*")
CHINESE = re.compile(r"[\u3400-\u9fff]+")
ARTICLE = re.compile(r"\b(an?)\s*(?:[:…]|\.\.\.|_+)?\s*$", re.IGNORECASE)
VOWEL = re.compile(r"^(?:[aeio]|u(?!ni|se|s[^a-z]|til))|^(?:hour|honest|heir)", re.IGNORECASE)
DOUBLE = re.compile(
    r"\b(?:(?:not|never)\s+(?:\w+\s+)?|no\s+)"
    r"(?:un(?!der|til|iform|ion|ique|it\b|ited|less)\w+|in(?:correct|valid|admissible|complete|eligible)"
    r"|il\w*legal|ir\w*regular|non-?compliant|without|untrue|wrong|forbidden|prohibited)\b"
    r"|不是不|并非不|没有不|不得不|不无|非不",
    re.IGNORECASE,
)
TRIVIA = re.compile(
    r"\b(?:what|which) (?:is the )?(?:order|document|decree|notice|file|issue|article|page) number\b"
    r"|\bnumber of the (?:order|decree|notice|article)\b"
    r"|\b(?:in )?(?:which|what) year (?:was|were|did)\b"
    r"|\bon (?:which|what) (?:date|day) was\b.*\b(?:issued|adopted|signed|published|promulgated)\b"
    r"|(?:是|为)?第几(?:号令|号|条)|文号(?:是|为)|哪一年(?:发布|颁布|公布|通过|施行)|(?:发布|颁布|公布)于哪",
    re.IGNORECASE,
)
LOCAL = re.compile(
    r"\b(?:threshold|ceiling|procurement limit|quota standard)s?\b|限额标准|数额标准|起点金额|采购限额",
    re.IGNORECASE,
)
BEST = re.compile(
    r"\b(?:best|most (?:appropriate|suitable|important)|better)\b"
    r"|最(?:恰当|合适|适当|适合|好|佳|重要)|更(?:好|合适)",
    re.IGNORECASE,
)
FILLER = re.compile(
    r"\b(?:fortune[- ]?tell\w*|horoscope|astrolog\w*|crystal ball|magic\w*|toss(?:es|ing)? a coin"
    r"|flip(?:s|ping)? a coin|roll(?:s|ing)? (?:a |the )?dice|pray\w*|joke|lucky|ask (?:his|her|your|a) "
    r"(?:mother|neighbour|cat|dog)|go on holiday|take a nap|do nothing and hope)\b"
    r"|算命|占卜|星座|掷硬币|抛硬币|掷骰子|求神|拜佛|碰运气|听天由命|回家睡觉|开玩笑",
    re.IGNORECASE,
)
AMONG = re.compile(r"(\d[\d.,]*)\s*(?:to|and|[-–—~至到])\s*(\d[\d.,]*)", re.IGNORECASE)
BEFORE = re.compile(
    r"(under|below|less than|fewer than|at most|up to|no more than|over|above|more than|at least"
    r"|not less than|within|不超过|不少于|不多于|不低于|至少|至多|最多|最少|低于|高于|超过|少于|多于)\s*"
    r"(?:[a-z]{2,3}\s*|¥\s*)?\d",
    re.IGNORECASE,
)
AFTER = re.compile(r"\d[^\d\u3400-\u9fff]*[\u3400-\u9fff]{0,4}?(以内|之内|以下|以上|以外)")


def of_stem(item: Any, pattern: re.Pattern[str]) -> Iterator[Hit]:
    """The first hit in the question, in whatever language."""
    for words in item.stem.values():
        if hit := pattern.search(plain_text(words)):
            yield {"words": hit.group(0)}
            return


def double_negative(item: Any) -> Iterator[Hit]:
    yield from of_stem(item, DOUBLE)


def trivia(item: Any) -> Iterator[Hit]:
    yield from of_stem(item, TRIVIA)


def law_gap(item: Any) -> Iterator[Hit]:
    """A value that differs from place to place, with no figure to go by."""
    for words in item.stem.values():
        plain = plain_text(words)
        hit = LOCAL.search(plain)
        if hit and not re.search(r"\d", plain):
            yield {"words": hit.group(0)}
            return


def undecided(item: Any) -> Iterator[Hit]:
    """Asks for the best of several answers, and tells nothing that decides between them."""
    for locale, words in item.stem.items():
        plain = plain_text(words)
        size = len(plain.split()) if locale == "en" else len(plain)
        least = SITUATION_WORDS if locale == "en" else SITUATION_CHARACTERS
        if size < least and (hit := BEST.search(plain)):
            yield {"words": hit.group(0)}
            return


def filler(item: Any) -> Iterator[Hit]:
    for option in item.options:
        for words in option.text.values():
            if hit := FILLER.search(plain_text(words)):
                yield {"words": hit.group(0)}
                return


def article(item: Any) -> Iterator[Hit]:
    """The article before the gap fits the key alone."""
    hit = ARTICLE.search(plain_text(item.stem["en"]))
    if not hit:
        return
    wants_vowel = hit.group(1).casefold() == "an"
    fitting = [o for o in item.options if bool(VOWEL.search(_english(o))) is wants_vowel]
    if 0 < len(fitting) < len(item.options) and any(option.correct for option in fitting):
        yield {"words": hit.group(1)}


def convergence(item: Any) -> Iterator[Hit]:
    """The key shares far more words with the others than they share with each other."""
    if sum(option.correct for option in item.options) != 1:
        return
    for locale in item.stem:
        sets = [(o.correct, _content(o.text.get(locale, ""), locale)) for o in item.options]
        scores = {
            correct: max(
                _shared(place, sets) for place, (own, _w) in enumerate(sets) if own is correct
            )
            for correct in (True, False)
        }
        if scores[True] >= LEAST_SHARED * _unit(locale) and scores[True] > MORE * scores[False]:
            yield {"language": locale}
            return


def repeated(item: Any) -> Iterator[Hit]:
    """Words of the question come back in the key, and in no other option."""
    for locale, stem in item.stem.items():
        asked = _content(stem, locale)
        texts = [
            (o.correct, asked & _content(o.text.get(locale, ""), locale)) for o in item.options
        ]
        in_keys = [found for correct, found in texts if correct]
        in_others = set().union(*(found for correct, found in texts if not correct))
        least = LEAST_REPEATED if locale == "en" else REPEATED_PAIRS
        if len(in_keys) == 1 and len(in_keys[0] - in_others) >= least and not in_others:
            yield {"words": _first(stem, in_keys[0] - in_others)}
            return


def overlap(item: Any) -> Iterator[Hit]:
    """Two options that can both be right: spans that overlap, or limits of the same kind."""
    for locale in item.stem:
        texts = [plain_text(option.text.get(locale, "")) for option in item.options]
        for pattern in (BEFORE, AFTER):
            limits = [hit.group(1).casefold() for text in texts if (hit := pattern.search(text))]
            twice = next((one for one in limits if limits.count(one) > 1), None)
            if twice:
                yield {"words": twice}
                return
        if clash := _clash(texts):
            yield {"words": clash}
            return


def _clash(texts: Sequence[str]) -> str:
    spans = sorted(
        (float(low.replace(",", "").rstrip(".")), float(high.replace(",", "").rstrip(".")), text)
        for text in texts
        for low, high in AMONG.findall(text)
    )
    for (_low, high, _text), (start, _end, text) in pairwise(spans):
        if start < high:
            return text
    return ""


def _shared(place: int, sets: Sequence[tuple[bool, frozenset[str]]]) -> int:
    own = sets[place][1]
    return sum(len(own & other) for at, (_c, other) in enumerate(sets) if at != place)


def _content(words: str, locale: str) -> frozenset[str]:
    """Words that carry meaning; of Chinese, pairs of characters."""
    plain = plain_text(words).casefold()
    if locale == "en":
        return frozenset(_stemmed(word) for word in WORDS.findall(plain) if word not in COMMON)
    return frozenset(
        run[at : at + 2] for run in CHINESE.findall(plain) for at in range(len(run) - 1)
    )


def _stemmed(word: str) -> str:
    return re.sub(r"(?:ing|ed|es|s)$", "", word) if len(word) > 5 else word  # noqa: PLR2004


def _unit(locale: str) -> int:
    return 1 if locale == "en" else 2


def _first(stem: str, found: frozenset[str]) -> str:
    plain = plain_text(stem).casefold()
    return min(found, key=lambda word: (plain.find(word), word))


def _english(option: Any) -> str:
    return plain_text(option.text["en"])
