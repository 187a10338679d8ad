"""Items of QTI written for these tests, around the part that a test is about."""

from probity.exchange.formats import format_named
from probity.exchange.formats.qti.check import parsed
from probity.exchange.found import Source
from tests.factories.exchange import read_all

NAMES = {"2": "qti-2.x", "3": "qti-3.0", "12": "qti-1.2"}
MATCH = '<responseProcessing template="http://x/rptemplates/match_correct"/>'
MAP = '<responseProcessing template="http://x/rptemplates/map_response"/>'


def item(body, declared, processing=MATCH, **attributes):
    """An item of version 2.1 as text."""
    more = " ".join(f'{name}="{value}"' for name, value in attributes.items())
    return (
        '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="i1"'
        f' title="A title" adaptive="false" timeDependent="false" {more}>{declared}'
        '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>'
        f"<itemBody>{body}</itemBody>{processing}</assessmentItem>"
    )


def response(*right, name="RESPONSE", cardinality="single", base="identifier", mapping=""):
    values = "".join(f"<value>{value}</value>" for value in right)
    key = f"<correctResponse>{values}</correctResponse>" if right else ""
    return (
        f'<responseDeclaration identifier="{name}" cardinality="{cardinality}"'
        f' baseType="{base}">{key}{mapping}</responseDeclaration>'
    )


def mapping(entries, **bounds):
    """A mapping element."""
    attributes = " ".join(f'{name}="{value}"' for name, value in bounds.items())
    inner = "".join(f'<mapEntry mapKey="{k}" mappedValue="{v}"/>' for k, v in entries.items())
    return f"<mapping {attributes}>{inner}</mapping>"


def choice(*names, most=1, name="RESPONSE"):
    inner = "".join(f'<simpleChoice identifier="{n}">Option {n}</simpleChoice>' for n in names)
    return (
        f'<choiceInteraction responseIdentifier="{name}" shuffle="true" maxChoices="{most}">'
        f"<prompt>Which?</prompt>{inner}</choiceInteraction>"
    )


def read(text, version="2"):
    """All that a text holds."""
    data = text if isinstance(text, bytes) else text.encode()
    return read_all(format_named(NAMES[version]), Source("file.xml", data))


def one(text, version="2"):
    """The single question of a text."""
    reading = read(text, version)
    assert not reading.problems, reading.problems
    (found,) = reading.found
    return found


def whole(found):
    """The item that a question makes."""
    assert found.content is not None, found.refusal
    return parsed(found.content, found.media)
