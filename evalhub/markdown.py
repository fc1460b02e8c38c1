"""Render Markdown to safe HTML: the one place where stored text becomes markup."""

from __future__ import annotations

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_renderer = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_tags = {
    "a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre",
    "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_schemes = ("http://", "https://", "mailto:")


def render_markdown(text: str) -> SafeString:
    """Return `text` as HTML of a few harmless tags; links go to http, https and mailto only."""
    tokens = _renderer.parse(text)
    for token in tokens:
        if token.tag == "h1":
            token.tag = "h2"  # the page has its own first heading
    html = nh3.clean(
        _renderer.renderer.render(tokens, _renderer.options, {}),
        tags=_tags,
        attributes={"a": {"href"}},
        attribute_filter=_keep_attribute,
        link_rel="noopener noreferrer nofollow",
    )
    return mark_safe(html)  # noqa: S308 - nh3 has just cleaned it


def _keep_attribute(tag: str, name: str, value: str) -> str | None:
    """Keep nothing but links out: no address of our own, no title that poses as ours."""
    if name == "rel" or (name == "href" and value.lower().startswith(_schemes)):
        return value
    return None
