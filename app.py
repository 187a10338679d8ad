"""Entry point for any WSGI server: `app:app`."""

from probity.wiring import create_app

app = create_app()
