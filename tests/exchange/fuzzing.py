"""Files that are broken on purpose, and how many of them are tried."""

import io
import os
import zipfile

from hypothesis import strategies as st


def rounds(usual: int) -> int:
    """So many cases in the suite; as many as FUZZ_ROUNDS says when somebody looks for new ones."""
    return int(os.environ.get("FUZZ_ROUNDS", usual))


@st.composite
def damaged(draw, seed, tokens):
    """A real file, cut, doubled or with something put into it, a few times."""
    data = seed
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 400)))
        piece = draw(
            st.one_of(st.sampled_from(tokens), st.binary(max_size=6), st.just(data[start:end]))
        )
        data = data[:start] + piece + data[draw(st.sampled_from([start, end])) :]
    return data


@st.composite
def damaged_inside(draw, seed, tokens):
    """An archive in which one file is damaged."""
    with zipfile.ZipFile(io.BytesIO(seed)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    name = draw(st.sampled_from(sorted(files)))
    files[name] = draw(damaged(files[name], tokens))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, data in files.items():
            archive.writestr(entry, data)
    return stream.getvalue()
