"""Entry point for any WSGI server: `app:app`."""

import gc

usual = gc.get_threshold()
gc.set_threshold(
    20_000
)  # loading makes little garbage; looking for it takes a quarter of the start

from probity.wiring import create_app  # noqa: E402

app = create_app()
gc.freeze()  # what is loaded stays: nobody need look through it again
gc.set_threshold(*usual)
