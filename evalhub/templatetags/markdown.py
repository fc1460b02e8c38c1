"""Stored Markdown in a template."""

from django import template
from django.utils.safestring import SafeString

from evalhub.markdown import render_markdown

register = template.Library()


@register.filter
def markdown(text: str) -> SafeString:
    """Return stored Markdown as sanitised HTML."""
    return render_markdown(text)
