"""What every template can say and knows."""

SAID = (
    "{% block b %}{% set name = '<i>' %}"
    "{{ _('Courses') }}|{{ _('Certificate %(number)s', number=name) }}|"
    "{{ ngettext('%(num)s point', '%(num)s points', 2) }}{% endblock %}"
)


def test_words_of_a_page_are_in_the_readers_language_and_what_is_put_in_is_escaped(app):
    page = app.jinja_env.from_string(SAID)
    english, chinese = "Courses|Certificate &lt;i&gt;|2 points", "课程|证书&lt;i&gt;|2分"
    for language, said in (("en", english), ("zh", chinese), ("en", english)):
        with app.test_request_context(headers={"Accept-Language": language}):
            assert page.render() == said


def test_words_of_a_letter_are_left_as_they_are(app):
    letter = app.jinja_env.from_string(
        "{% autoescape false %}{{ _('Courses') }} {{ _('Certificate %(number)s', number='<i>') }} "
        "{{ ngettext('%(num)s point', '%(num)s points', 1) }}{% endautoescape %}"
    )
    with app.test_request_context():
        assert letter.render() == "Courses Certificate <i> 1 point"


def test_a_per_cent_sign_is_doubled_with_and_without_variables(app):
    page = app.jinja_env.from_string("{{ _('100 %%') }} {{ _('%(n)s %%', n=5) }}")
    with app.test_request_context():
        assert page.render() == "100 % 5 %"


def test_globals_of_one_template_are_not_those_of_the_others(app):
    own = app.jinja_env.from_string("{{ site_name }}{{ given }}", globals={"given": "x"})
    other = app.jinja_env.from_string("{{ given }}")
    assert (own.render(), other.render()) == ("x", "")


def test_what_a_template_includes_and_imports_knows_the_globals(app):
    page = app.jinja_env.from_string(
        '{% from "components/badge.html" import badge %}{{ badge("So", symbol="check") }}'
    )
    with app.test_request_context():
        assert "<svg" in page.render()
