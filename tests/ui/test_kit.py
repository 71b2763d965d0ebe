import re

import pytest
from django import forms
from django.template import TemplateSyntaxError, engines

from backstay.ui import examples, icons
from backstay.ui.examples.base import Example
from backstay.ui.templatetags import kit

EVERY = [example for section in examples.sections() for example in section.examples]
SHELL = {
    "address",
    "asset",
    "htmx_config",
    "page_words",
    "brand_mark",
    "status",
}  # addresses, and parts of the base pages and of partials


def draw(source: str, **context) -> str:
    return engines["django"].from_string(source).render(context)


@pytest.mark.parametrize("example", EVERY, ids=lambda example: example.name)
def test_every_example_renders_without_inline_style_or_script(example: Example):
    html = example.html()
    assert html.strip()
    assert not re.search(r'\sstyle=|<script|\son\w+="', html)


def test_every_component_has_an_example():
    shown = " ".join(example.text for example in EVERY)
    assert {tag for tag in kit.register.tags if f"{{% {tag} " not in shown} == SHELL


@pytest.mark.parametrize(
    "source",
    [
        '{% button label="Send" knid="primary" %}',
        '{% clock state="easy" %}',
        '{% severity "S1" %}',
        '{% panel titel="Plan" %}{% endpanel %}',
        '{% notice knd="warn" %}{% endnotice %}',
        "{% field bund=form.name %}",
        "{% instant when=now %}",
    ],
)
def test_misspelt_or_missing_input_fails_at_compile(source):
    with pytest.raises(TemplateSyntaxError):
        engines["django"].from_string(source)


@pytest.mark.parametrize("source", ['{% button label="x" kind="loud" %}', '{% tag label="x" kind="loud" %}'])
def test_unknown_kind_is_refused(source):
    with pytest.raises(ValueError, match="'loud'"):
        draw(source)


def test_what_people_wrote_is_escaped():
    evil = "<img src=x onerror=alert(1)>"
    sources = [
        "{% tag label=evil %}",
        "{% button label=evil name=evil %}",
        "{% presence name=evil %}",
        "{% fact term=evil value=evil %}",
        "{% heading title=evil subtitle=evil %}{% endheading %}",
        "{% panel title=evil id=evil %}{% endpanel %}",
        "{% kbd keys=evil %}",
        "{% rail_link label=evil href=evil %}",
        "{% status text=evil %}",
    ]
    assert [source for source in sources if "<img" in draw(source, evil=evil)] == []


@pytest.mark.parametrize(
    ("code", "rank"), [("S1", 1), ("S4", 4), ("P2", 2), ("Sev 3", 3), ("S9", 4), ("Blocker", 1)]
)
def test_severity_has_a_shape_by_its_number(code, rank):
    assert f"severity-{rank}" in draw("{% severity code=code %}", code=code)


def test_icon_is_hidden_and_its_label_is_read():
    html = draw('{% icon name="shield" label="Protected" %}')
    assert 'aria-hidden="true"' in html
    assert html.endswith('<span class="hidden">Protected</span>')


def test_unknown_icon_is_refused():
    with pytest.raises(Exception, match="no-such-icon"):
        icons.svg("no-such-icon")


def test_form_key_is_new_each_time():
    keys = re.findall(r'value="([0-9a-f-]{36})"', draw("{% form_key %}{% form_key %}"))
    assert len(set(keys)) == 2


class Order(forms.Form):
    name = forms.CharField(help_text="As on the box")
    size = forms.ChoiceField(choices=[("s", "Small"), ("l", "Large")], widget=forms.RadioSelect)


def test_wrong_field_is_described_by_its_help_and_its_error():
    html = draw("{% field bound=form.name %}", form=Order({}))
    described = re.search(r'<input[^>]*aria-describedby="([^"]+)"', html)
    assert described is not None
    assert described[1].split() == ["id_name_helptext", "id_name_error"]
    assert all(f'id="{name}"' in html for name in described[1].split())
    assert 'aria-invalid="true"' in html


def test_error_summary_leads_to_each_control():
    form = Order({})
    html = draw(
        "{% error_summary form=form %}{% field bound=form.name %}{% field bound=form.size %}", form=form
    )
    targets = re.findall(r'href="#([^"]+)"', html)
    assert targets == ["id_name", "id_size_0"]
    assert all(f'id="{target}"' in html for target in targets)


def test_error_summary_of_a_form_that_is_right_is_nothing():
    assert draw("{% error_summary form=form %}", form=Order({"name": "x", "size": "s"})).strip() == ""


def test_sorted_column_tells_its_direction():
    html = draw('{% column label="Due" href="?sort=-due" sort="ascending" %}')
    assert 'aria-sort="ascending"' in html
    assert "aria-sort" not in draw('{% column label="Due" href="?sort=due" sort="none" %}')


def test_pagination_of_one_page_is_nothing():
    assert draw("{% pagination %}").strip() == ""


def test_languages_keep_the_query(rf):
    request = rf.get("/cases", {"state": "open", "lang": "en"})
    assert 'href="?state=open&amp;lang=ro"' in draw("{% languages %}", request=request)
