"""How good a password must be: long enough, and not among those that are tried first."""

from collections.abc import Iterable

SHORTEST = 8
LONGEST = 200
LEAST_SCORE = 2
COMPARED = 72
"""zxcvbn refuses longer input and takes long over it; what is guessable shows by then."""

COMMON_HERE = (
    "probity",
    "procurement",
    "compliance",
    "certificate",
    "certification",
    "exam",
    "learner",
    "caigou",
    "kaoshi",
    "zhengshu",
    "hegui",
    "采购",
    "考试",
    "证书",
    "合规",
)


def is_too_easy(password: str, context: Iterable[str] = ()) -> bool:
    """Tell whether someone who knows the person and the site would soon guess it."""
    from zxcvbn import zxcvbn  # noqa: PLC0415 (its word lists take 13 MB of each process)

    if len(set(password)) < 4:  # noqa: PLR2004 (aaaaaaaa, abababab)
        return True
    words = [part for word in context for part in _parts(word)]
    result = zxcvbn(password[:COMPARED], user_inputs=[*COMMON_HERE, *words])
    return bool(result["score"] < LEAST_SCORE)


def _parts(word: str) -> list[str]:
    pieces = word.replace("@", " ").replace(".", " ").split()
    return [word, "".join(pieces), *(piece for piece in pieces if len(piece) > 1)]
