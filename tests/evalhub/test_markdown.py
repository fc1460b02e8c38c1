"""Stored text becomes harmless markup, whatever was typed."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from evalhub.markdown import read_markdown, render_markdown


def parse(html: str) -> list[tuple[str, dict[str, str | None]]]:
    """Return each element of `html` with its attributes, as a browser would see them."""
    found: list[tuple[str, dict[str, str | None]]] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: found.append((tag, dict(attrs)))  # type: ignore[method-assign]
    parser.feed(html)
    return found


def test_it_renders_what_a_guideline_needs() -> None:
    html = render_markdown(
        "# Hands\n\n- five **fingers**\n- no `clones`\n\n| a | b |\n|-|-|\n| 1 | 2 |"
    )
    for part in ("<h2>Hands</h2>", "<li>five <strong>fingers</strong></li>", "<td>1</td>"):
        assert part in html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java&#x0A;script:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](https://canary.example/pixel.png)",
        '<a href="https://ok.example" onclick="alert(1)">x</a>',
        '<div style="position:fixed">x</div>',
        "<iframe src=https://canary.example></iframe>",
        '[x](https://ok.example "onmouseover=alert(1)")',
        "<svg><animate onbegin=alert(1) attributeName=x /></svg>",
        "[x](/accounts/logout/)",
        "[x](//canary.example)",
        "[x]: javascript:alert(1)\n\n[x]",
        "<https://canary.example/?<script>>",
    ],
)
def test_it_lets_no_code_and_no_foreign_picture_through(text: str) -> None:
    for tag, attributes in parse(render_markdown(text)):
        assert tag in {"p", "a", "ul", "li"}
        assert set(attributes) <= {"href", "rel"}
        assert (attributes.get("href") or "https://").startswith("https://")


def test_it_marks_links_so_that_they_give_nothing_away() -> None:
    html = render_markdown("[rule](https://ok.example/a?b=1&c=2)")
    assert 'href="https://ok.example/a?b=1&amp;c=2"' in html
    assert 'rel="noopener noreferrer nofollow"' in html


@pytest.mark.parametrize("text", ["", "   ", "\x00", "]" * 10_000, "[" * 10_000, ">" * 5_000])
def test_it_takes_any_text(text: str) -> None:
    assert isinstance(render_markdown(text), str)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("# Hands\n\n**Five** _long_ `fingers`.\nCount.", "Hands\n\nFive long fingers.\nCount."),
        ("- one\n- *two*\n\nThen.", "- one\n- two\n\nThen."),
        ("2. one\n3. two", "2. one\n3. two"),
        ("> Said.\n\n---\n\n    x = 1", "Said.\n\n---\n\nx = 1"),
        ("| a | b |\n|-|-|\n| 1 | 2 |\n\nEnd.", "a | b | \n1 | 2 | \n\nEnd."),
        ("[Rules](https://a.example) ~~not~~", "Rules (https://a.example) ~~not~~"),
        ("See ![a hand](h.png)", "See a hand (h.png)"),
        ("2 * 3 < 7 & <b>8</b>", "2 * 3 < 7 & <b>8</b>"),
        ("", ""),
    ],
)  # fmt: skip
def test_it_reads_the_words_without_marks(text: str, words: str) -> None:
    assert read_markdown(text) == words
