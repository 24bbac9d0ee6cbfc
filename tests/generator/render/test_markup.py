"""HTML in prose, as a reader of a docstring sees it."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from sdkgen.render.markdown import to_commonmark
from sdkgen.render.python.docstrings import join_lines, wrap_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One.</p> <p>Two.</p>", "One.\n\nTwo."),
        ("One.<br>Two.<br/><br />Three.", "One.\n\nTwo.\n\nThree."),
        ("A <b>very</b> <i>long</i> <span class='x'>day</span>", "A very long day"),
        ("Set <code>limit &lt; 5</code>.", "Set `limit < 5`."),
        ("Set <code></code>nothing.", "Set nothing."),
        (
            'See <a href="https://a.example/b">the <b>guide</b></a>, <a>Other</a>.',
            "See [the guide](https://a.example/b), Other.",
        ),
        ('<a href="#here">Here</a>', "Here"),
        ('<a href="https://a.example">https://a.example/</a>', "https://a.example/"),
        ('<a href="javascript:x()">Here</a>', "Here"),
        (
            "Of: <ul> <li> <p>One</p> </li> <li>Two</li> </ul> End",
            "Of:\n\n- One\n- Two\n\nEnd",
        ),
        (
            "<ol><li>One<ul><li>In</li></ul></li><li>Two</li></ol>",
            "1. One\n  - In\n2. Two",
        ),
        ("<table><tr><th>A</th></tr><tr><td>1</td></tr></table>", "| A |\n| 1 |"),
        ("| a |\n|---|\n| x<br>y |", "| a |\n|---|\n| x y |"),
        ("Send:<pre><code>a\n  b\n</code></pre>", "Send:\n\n```\na\n  b\n```"),
        ("<note><p>Mind &amp; hear.</p></note>", "Mind & hear."),
        ("A picture: <img src='x.png'><!-- none -->", "A picture:"),
        # What is no HTML, or is meant as it stands.
        ("Device <deviceId>, 1 < 2 > 0, <https://a.example>", None),
        ("`<b>` and ``<br>``", None),
        ("```\n<p>\n```", None),
        ("Use &lt;br&gt; there", "Use `<br>` there"),
        ("Fish & chips", None),
        ("Tables:\n\n    indented", None),
        # Odd ends.
        ("<code>open", "`open`"),
        ("<pre>open", "```\nopen\n```"),
        ("</a></li></ul>x", "x"),
        ("", None),
    ],
)
def test_tags_become_what_commonmark_writes(html: str, text: str | None) -> None:
    """Blocks, lists, tables, code and links; nothing is left of the rest."""
    wanted = html if text is None else text
    assert to_commonmark(html) == wanted
    assert to_commonmark(wanted) == wanted


def test_docstrings_hold_no_tags() -> None:
    """Neither on one line nor wrapped."""
    html = "<p>Makes <b>one</b>.</p><ul><li>Fast</li><li>Safe</li></ul>"
    assert join_lines(html) == "Makes one. - Fast - Safe"
    assert wrap_text(html, 40) == ["Makes one.", "", "- Fast", "- Safe"]


@given(
    st.lists(
        st.sampled_from(
            ["<p>", "</p>", "<ul>", "</ul>", "<li>", "<pre>", "</pre>", "<code>", "`",
             "</code>", "<a href='https://a.b'>", "</a>", "<br>", "&lt;", "b&gt;", "x",
             " ", "\n", "<td>", "</td>", "```"]
        ),
        max_size=12,
    ).map("".join)
)  # fmt: skip
def test_any_nesting_is_read(html: str) -> None:
    """Whatever is opened and never closed, words stay."""
    assert to_commonmark(html).count("x") == html.count("x")
