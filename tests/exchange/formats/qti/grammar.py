"""What the schema of QTI 2.1.1 allows in the elements that we write, put down from its XSD.

The XSD itself may not be handed on without a registration; what it says of these elements is short.
Content is a regular expression over the names of the children; `math` is the one of MathML, whose
inside is not looked at. Version 3.0 has the same elements by other names (`test_schema.py`).
"""

import re

from probity.exchange.xml import name_of

NAME = re.compile(r"[^\W\d][\w.\-]*")
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|-?INF|NaN")
LIST_OF_NAMES = re.compile(r"\S+( \S+)*")

INLINE = "img|br|object|em|a|code|span|sub|acronym|big|tt|kbd|q|i|dfn|abbr|strong|sup|var|small|samp|b|cite"
BLOCK = "pre|h1|h2|h3|h4|h5|h6|p|address|dl|ol|hr|ul|blockquote|table|div"
WRITTEN = "textEntryInteraction|inlineChoiceInteraction"
ASKED = (
    "gapMatchInteraction|matchInteraction|hotspotInteraction|selectPointInteraction|choiceInteraction"
    "|orderInteraction|extendedTextInteraction|uploadInteraction"
)
NUMERIC = (
    "sum|subtract|divide|multiple|ordered|random|null|delete|index|power|containerSize|correct|default"
    "|integerDivide|integerModulus|product|round|truncate|fieldValue|randomInteger|randomFloat|variable"
    "|integerToFloat|baseValue|mapResponsePoint|mapResponse|repeat|roundTo|lcm|gcd|min|max"
    "|mathConstant|statsOperator|mathOperator"
)
ANY = (
    f"{NUMERIC}|and|gt|not|lt|gte|lte|or|durationLT|durationGTE|substring|equalRounded|match|equal"
    "|contains|anyN|isNull|member|inside|patternMatch|stringMatch"
)
RULE = (
    "responseCondition|responseProcessingFragment|setOutcomeValue|exitResponse|lookupOutcomeValue"
)
TEXT = f"({INLINE}|math|gap|feedbackInline|{WRITTEN})*"
FLOW = f"({INLINE}|{BLOCK}|math|feedbackInline|{WRITTEN}|{ASKED})*"
PLAIN = f"({INLINE}|{BLOCK}|math)*"
WITH_REASON = f"({INLINE}|{BLOCK}|math|feedbackInline)*"
ONE, TWO, MANY = f"({ANY})", f"({ANY}){{2}}", f"({ANY})+"

PAIRS = ("divide", "equal", "equalRounded", "gt", "gte", "lt", "lte", "match", "stringMatch",
         "substring", "subtract")  # fmt: skip
EMPTY = ("areaMapEntry", "baseValue", "br", "correct", "gap", "gapText", "hotspotChoice", "hr", "img",
         "inlineChoice", "mapEntry", "mapResponse", "mapResponsePoint", "textEntryInteraction",
         "value", "variable")  # fmt: skip

CONTENT = {
    "assessmentItem": "responseDeclaration* outcomeDeclaration* itemBody? responseProcessing? modalFeedback*",
    "responseDeclaration": "defaultValue? correctResponse? mapping? areaMapping?",
    "outcomeDeclaration": "defaultValue?",
    "correctResponse": "value+",
    "defaultValue": "value+",
    "mapping": "mapEntry+",
    "areaMapping": "areaMapEntry+",
    "itemBody": f"(rubricBlock|{ASKED}|math|{BLOCK})+",
    "rubricBlock": PLAIN,
    "modalFeedback": PLAIN,
    "feedbackInline": f"({INLINE}|math)*",
    "choiceInteraction": "prompt? simpleChoice+",
    "orderInteraction": "prompt? simpleChoice+",
    "matchInteraction": "prompt? simpleMatchSet{2}",
    "simpleMatchSet": "simpleAssociableChoice*",
    "gapMatchInteraction": f"prompt? (gapText|gapImg)+ (math|{BLOCK})+",
    "hotspotInteraction": "prompt? object hotspotChoice+",
    "selectPointInteraction": "prompt? object",
    "extendedTextInteraction": "prompt?",
    "uploadInteraction": "prompt?",
    "inlineChoiceInteraction": "inlineChoice+",
    "simpleChoice": WITH_REASON,
    "simpleAssociableChoice": WITH_REASON,
    "gapImg": "object",
    "object": PLAIN,
    "blockquote": f"({ASKED}|math|{BLOCK})*",
    "ol": "li*",
    "ul": "li*",
    "table": "caption? col* colgroup* thead? tfoot? tbody+",
    "thead": "tr+",
    "tbody": "tr+",
    "tr": "(th|td)*",
    "responseProcessing": f"({RULE})*",
    "responseCondition": "responseIf responseElseIf* responseElse?",
    "responseIf": f"{ONE} ({RULE})*",
    "responseElseIf": f"{ONE} ({RULE})*",
    "responseElse": f"({RULE})*",
    "setOutcomeValue": ONE,
    "sum": f"({NUMERIC})+",
    "and": MANY,
    "or": MANY,
    "product": MANY,
    "not": ONE,
    "isNull": ONE,
    "index": ONE,
    **dict.fromkeys(PAIRS, TWO),
    **dict.fromkeys(["a", "code", "em", "p", "pre", "strong"], TEXT),
    **dict.fromkeys(["div", "li", "td", "th"], FLOW),
    **dict.fromkeys(EMPTY, ""),
}
MIXED = frozenset(
    ["a", "baseValue", "code", "div", "em", "feedbackInline", "gapText", "inlineChoice", "li",
     "modalFeedback", "object", "p", "pre", "rubricBlock", "simpleAssociableChoice", "simpleChoice",
     "strong", "td", "th", "value"]
)  # fmt: skip
BASES = "boolean|directedPair|duration|file|float|identifier|integer|pair|point|string|uri"
FLAG, COUNT = re.compile("true|false|0|1"), re.compile(r"\+?\d+")
LENGTH, WORDS = re.compile(r"\d+%?"), re.compile(r"(?s).*")
SHORT = re.compile(r"(?s).{0,256}")
MIME = re.compile(r"[!#-'*+.\-0-9A-Z^-~$% ]+/[!#-'*+.\-0-9A-Z^-~$% ]+")
SHAPE = re.compile("circle|default|ellipse|poly|rect")
BASE, SHOWN = re.compile(BASES), re.compile("show|hide")
CARDINALITY = re.compile("multiple|ordered|record|single")
VIEW = re.compile("author|candidate|proctor|scorer|testConstructor|tutor")
ASKS = {"responseIdentifier!": NAME}
CHOICE = {"identifier!": NAME, "fixed": FLAG}
FEEDBACK = {"outcomeIdentifier!": NAME, "identifier!": NAME}
VALUES = {"lowerBound": NUMBER, "upperBound": NUMBER, "defaultValue": NUMBER}
PLACE = {"shape!": SHAPE, "coords!": WORDS}
ATTRIBUTES = {
    "assessmentItem": {"identifier!": WORDS, "title!": WORDS, "adaptive!": FLAG,
                       "timeDependent!": FLAG, "toolName": SHORT},
    "responseDeclaration": {"identifier!": NAME, "cardinality!": CARDINALITY, "baseType": BASE},
    "outcomeDeclaration": {"identifier!": NAME, "cardinality!": CARDINALITY, "baseType": BASE},
    "mapping": VALUES,
    "areaMapping": VALUES,
    "mapEntry": {"mapKey!": WORDS, "mappedValue!": NUMBER, "caseSensitive": FLAG},
    "areaMapEntry": {**PLACE, "mappedValue!": NUMBER},
    "rubricBlock": {"view!": VIEW, "use": WORDS},
    "modalFeedback": {**FEEDBACK, "showHide!": SHOWN},
    "feedbackInline": {**FEEDBACK, "showHide": SHOWN},
    "choiceInteraction": {**ASKS, "shuffle": FLAG, "maxChoices": COUNT},
    "orderInteraction": {**ASKS, "shuffle": FLAG},
    "matchInteraction": {**ASKS, "shuffle": FLAG, "maxAssociations": COUNT, "class": LIST_OF_NAMES},
    "gapMatchInteraction": {**ASKS, "shuffle": FLAG},
    "hotspotInteraction": {**ASKS, "maxChoices": COUNT},
    "selectPointInteraction": {**ASKS, "maxChoices": COUNT},
    "extendedTextInteraction": {**ASKS, "expectedLines": COUNT},
    "uploadInteraction": {**ASKS, "type": MIME},
    "inlineChoiceInteraction": {**ASKS, "shuffle": FLAG},
    "textEntryInteraction": ASKS,
    "simpleChoice": CHOICE,
    "inlineChoice": CHOICE,
    "gap": {"identifier!": NAME},
    "gapText": {**CHOICE, "matchMax!": COUNT},
    "gapImg": {**CHOICE, "matchMax!": COUNT},
    "simpleAssociableChoice": {**CHOICE, "matchMax!": COUNT},
    "hotspotChoice": {**CHOICE, **PLACE, "hotspotLabel": SHORT},
    "object": {"data!": WORDS, "type!": MIME, "width": LENGTH, "height": LENGTH},
    "img": {"src!": WORDS, "alt!": WORDS, "width": LENGTH, "height": LENGTH},
    "a": {"href!": WORDS},
    "div": {"class": LIST_OF_NAMES},
    "td": {"colspan": COUNT, "rowspan": COUNT, "scope": re.compile("row|col|rowgroup|colgroup")},
    "th": {"colspan": COUNT, "rowspan": COUNT, "scope": re.compile("row|col|rowgroup|colgroup")},
    "baseValue": {"baseType!": BASE},
    "equal": {"toleranceMode": re.compile("absolute|exact|relative"), "tolerance": LIST_OF_NAMES},
    "equalRounded": {"roundingMode": re.compile("decimalPlaces|significantFigures"),
                     "figures!": re.compile(r"-?\d+")},
    "stringMatch": {"caseSensitive!": FLAG, "substring": FLAG},
    "substring": {"caseSensitive!": FLAG},
    "index": {"n!": re.compile(r"-?\d+")},
    **{name: {"identifier!": NAME} for name in
       ("correct", "mapResponse", "mapResponsePoint", "setOutcomeValue", "variable")},
}  # fmt: skip
"""An attribute with an exclamation mark has to be there."""


def _expression(model):
    """A content model as an expression over names that each end with a space."""
    parts = re.findall(r"[A-Za-z]\w*|[()|*+?]|\{\d+\}", model)
    return re.compile("".join(f"(?:{one} )" if one[0].isalpha() else one for one in parts))


MODELS = {name: _expression(model) for name, model in CONTENT.items()}


def faults(element):
    """What the schema would say against an element and all that is in it."""
    name = name_of(element)
    if name == "math":
        return
    if name not in MODELS:
        yield f"{name} is not known"
        return
    children = [child for child in element if isinstance(child.tag, str)]
    names = "".join(f"{name_of(child)} " for child in children)
    if not MODELS[name].fullmatch(names):
        yield f"{name} holds {names}"
    words = [element.text, *(child.tail for child in children)]
    if name not in MIXED and any((text or "").strip() for text in words):
        yield f"{name} holds words"
    yield from _attribute_faults(name, element)
    for child in children:
        yield from faults(child)


def _attribute_faults(name, element):
    known = ATTRIBUTES.get(name, {})
    for attribute in known:
        if attribute.endswith("!") and element.get(attribute[:-1]) is None:
            yield f"{name} lacks {attribute[:-1]}"
    for attribute, value in element.attrib.items():
        kind = known.get(attribute) or known.get(f"{attribute}!")
        if kind is None or not kind.fullmatch(value):
            yield f"{name} has {attribute}={value!r}"


def twins(root):
    """Identifiers that the schema wants to be different: those of the response declarations."""
    found = [child.get("identifier") for child in root if name_of(child) == "responseDeclaration"]
    return {identifier for identifier in found if found.count(identifier) > 1}
