"""Mails as a person reads them."""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from probity.kernel.mail import Letter


def letters_to(session: Session, address: str) -> list[Letter]:
    query = select(Letter).where(Letter.recipient == address).order_by(Letter.id)
    return list(session.scalars(query))


def link_in(letter: Letter) -> str:
    """The path of the link in a letter; it must begin with the configured address."""
    return re.findall(r"http://localhost:8000(/\S+)", letter.text)[0]
