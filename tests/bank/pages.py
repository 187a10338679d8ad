"""Reading a page as a browser does: what its form would send, what it says."""

import html5lib
from werkzeug.datastructures import MultiDict

SPACE = "{http://www.w3.org/1999/xhtml}"


def parse(text):
    return html5lib.parse(text)


def form_values(text, marker="data-item-editor", *, scripts=True):
    """Everything that the form with this attribute would send, buttons left out.

    With scripts, what stands inside `noscript` is text and sends nothing.
    """
    parser = html5lib.HTMLParser()
    tree = parser.parse(text, scripting=scripts)
    form = next(one for one in tree.iter(f"{SPACE}form") if marker in one.attrib)
    values = MultiDict()
    disabled = set()
    for fieldset in form.iter(f"{SPACE}fieldset"):
        if "disabled" in fieldset.attrib:
            disabled.update(fieldset.iter())
    for control in form.iter():
        name = control.attrib.get("name")
        if not name or name == "csrf_token" or control in disabled:
            continue
        values.setlist(name, [*values.getlist(name), *_sent(control)])
    return MultiDict((name, value) for name, value in values.items(multi=True))


def _sent(control):
    kind = control.tag.removeprefix(SPACE)
    if kind == "textarea":
        return [(control.text or "").removeprefix("\n")]
    if kind == "select":
        options = list(control.iter(f"{SPACE}option"))
        chosen = [one for one in options if "selected" in one.attrib] or options[:1]
        return [one.attrib.get("value", one.text) for one in chosen]
    if kind == "input" and control.attrib.get("type") in {"radio", "checkbox"}:
        return [control.attrib["value"]] if "checked" in control.attrib else []
    return [control.attrib.get("value", "")] if kind == "input" else []
