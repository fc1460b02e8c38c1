"""Our crispy template pack: what every form of the product looks like."""

from __future__ import annotations

import re
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import ButtonHolder, Div, Fieldset, Hidden, Layout, Row, Submit
from django import forms
from django.template import Context, Template
from django.utils.datastructures import MultiValueDict


class SampleForm(forms.Form):
    token = forms.CharField(widget=forms.HiddenInput, initial="t")
    name = forms.CharField(help_text="As on the badge.")
    size = forms.ChoiceField(choices=[("s", "Small"), ("l", "Large")], widget=forms.RadioSelect)
    agree = forms.BooleanField(label="I agree")
    note = forms.CharField(widget=forms.Textarea, required=False)


def render(form: forms.Form, helper: FormHelper | None = None) -> str:
    template = Template("{% load crispy_forms_tags %}{% crispy form helper %}")
    return template.render(Context({"form": form, "helper": helper or FormHelper()}))


def test_it_ties_label_hint_and_error_to_the_control() -> None:
    html = render(SampleForm({"name": ""}))
    assert '<label for="id_name">Name</label>' in html
    assert '<p class="hint" id="id_name_helptext">As on the badge.</p>' in html
    assert '<p class="error" id="id_name_error"><strong>Error:</strong>' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html


def test_it_groups_radio_buttons_under_a_legend_that_carries_the_error() -> None:
    html = render(SampleForm({"name": "Rosa"}))
    assert '<fieldset class="field" aria-describedby="id_size_error" data-invalid>' in html
    assert '<label class="choice" for="id_size_1">' in html
    assert "<span>Large</span>" in html


def test_it_sums_errors_up_with_a_link_to_each_control() -> None:
    html = render(SampleForm({}))
    assert 'class="error-summary" role="alert" tabindex="-1" autofocus' in html
    for target in ("id_name", "id_size_0", "id_agree"):
        assert f'<a href="#{target}">' in html
    assert 'href="#id_note"' not in html


def test_it_says_what_is_optional_and_shows_no_errors_before_a_submit() -> None:
    html = render(SampleForm())
    assert html.count("(optional)") == 1
    assert "error" not in html
    assert html.count('name="token"') == 1


def test_it_sends_files_and_leaves_checking_to_the_server() -> None:
    class WithFile(forms.Form):
        picture = forms.FileField()

    html = render(WithFile(files=MultiValueDict[str, Any]()))
    assert 'enctype="multipart/form-data"' in html
    assert "novalidate" in html


def test_it_renders_each_part_of_a_layout() -> None:
    helper = FormHelper()
    helper.form_id = "sample"
    helper.layout = Layout(
        Fieldset("About you", Row("name", "size"), css_id="about"),
        Div("agree", "note", css_class="stack"),
        Hidden("step", "2"),
        ButtonHolder(Submit("save", "Save"), Submit("later", "Later", css_class="quiet")),
    )
    html = render(SampleForm(), helper)
    assert 'method="post" novalidate id="sample"' in html
    assert "<legend>About you</legend>" in html
    assert '<div class="row">' in html
    assert '<input type="hidden" name="step" value="2">' in html
    buttons = [re.sub(" +", " ", found) for found in re.findall("<button[^>]+>", html)]
    assert 'class="button primary "' in buttons[0]
    assert 'class="button quiet"' in buttons[1]
