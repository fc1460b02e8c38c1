"""Render Markdown to safe HTML: the one place where stored text becomes markup."""

from __future__ import annotations

import re
from collections.abc import Iterable

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

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


def read_markdown(text: str) -> str:
    """Return the words of `text` without marks of emphasis, headings, quotes and code.

    What tells more than how a word looks stays: list marks, addresses of links, strikethrough.
    """
    parts: list[str] = []
    for token in _renderer.parse(text):
        if token.type == "list_item_open":
            parts.append(f"{token.info}{token.markup} ")
        elif token.type == "inline":
            parts += _words(token.children or [])
        elif token.type in ("fence", "code_block"):
            parts.append(f"{token.content}\n")
        elif token.type == "hr":
            parts.append("---\n\n")
        elif token.type in ("th_close", "td_close"):
            parts.append(" | ")
        elif token.type in ("paragraph_close", "heading_close"):
            parts.append("\n" if token.hidden else "\n\n")  # hidden: in a list without gaps
        elif token.type in ("tr_close", "bullet_list_close", "ordered_list_close", "table_close"):
            parts.append("\n")
    return re.sub(r"\n{3,}", "\n\n", "".join(parts)).strip()


def _words(tokens: Iterable[Token]) -> list[str]:
    """Return what an inline text says, piece by piece."""
    words, links = [], []
    for token in tokens:
        if token.type == "link_open":
            links.append(str(token.attrs["href"]))
        elif token.type == "link_close":
            words.append(f" ({links.pop()})")
        elif token.type in ("softbreak", "hardbreak"):
            words.append("\n")
        elif token.type in ("s_open", "s_close"):
            words.append(token.markup)
        elif token.type == "image":
            words.append(f"{token.content} ({token.attrs['src']})")
        else:
            words.append(token.content)
    return words


def _keep_attribute(tag: str, name: str, value: str) -> str | None:
    """Keep nothing but links out: no address of our own, no title that poses as ours."""
    if name == "rel" or (name == "href" and value.lower().startswith(_schemes)):
        return value
    return None
