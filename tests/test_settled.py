"""What is settled without black is what black would have made of it."""

from __future__ import annotations

import black
import pytest
from black.mode import Mode, TargetVersion
from hypothesis import given, strategies as st

from generator.breaking import broken
from generator.cache import Cache
from generator.diagnostics import Diagnostics
from generator.formatting import format_files
from generator.settled import Question

MODE = Mode(target_versions={TargetVersion.PY311}, line_length=88)

NAMES = st.text("abcdgh_", min_size=1, max_size=30)
"""No keyword is made of these letters."""
TEXTS = st.text("abc ,([{:.", max_size=70).map(lambda text: f'"{text}"')
PLAIN = TEXTS | st.integers().map(str) | st.sampled_from(["None", "1.5", "[]", "f()"])


def nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Lists, dictionaries and calls."""
    pairs = st.tuples(TEXTS, inner).map(lambda pair: f"{pair[0]}: {pair[1]}")
    passed = st.tuples(NAMES, inner).map(lambda pair: f"{pair[0]}={pair[1]}")
    named = st.lists(NAMES, min_size=1, max_size=3).map(".".join)
    return st.one_of(
        st.lists(inner, min_size=1, max_size=4).map(
            lambda each: f"[{', '.join(each)}]"
        ),
        st.lists(pairs, min_size=1, max_size=4).map(
            lambda each: f"{{{', '.join(each)}}}"
        ),
        st.tuples(named, st.lists(passed, min_size=1, max_size=4)).map(
            lambda call: f"{call[0]}({', '.join(call[1])})"
        ),
    )


ITEMS = st.tuples(
    st.sampled_from(["", "minimal=", "lambda client: ", "minimal=lambda client: "]),
    nested(st.recursive(PLAIN, nested, max_leaves=8)),
).map("".join)

IMPORTS = '# Header.\n"""What it is."""\n\nfrom __future__ import annotations\n'
HEAD = f'{IMPORTS}\n__all__ = ["A"]\n'


@given(ITEMS)
def test_an_item_is_broken_as_black_does(item: str) -> None:
    """At every place where that is known without black."""
    lines = broken(item, 8)

    if lines is not None:
        made = black.format_str(f"if x:\n    f(\n        {item},\n    )\n", mode=MODE)
        assert f"if x:\n    f(\n        {lines}\n    )\n" == made


@pytest.mark.parametrize(
    "part",
    [
        "class A(B):\n    a: str\n    b: list[int] | None = None",
        'class A(B):\n    """Text."""\n\n    a: str\n    """Text, "quoted"."""',
        'class A(B):\n    """Text.\n\n    More:\n      - more\n    """\n\n    pass',
        'A = TypedDict(\n    "A",\n    {\n        "$b": "str",\n    },\n)\n"""Text."""',
        "A: TypeAlias = (\n    int|\n        str\n)  # fmt: skip\n"
        '"""Text."""\nB: TypeAlias = int',
        f'MOCK = r"""{{\n"a":"{"long " * 20}\\n"\n}}"""',
        'def test_a(check: Check) -> None:\n    """Text."""\n    check(\n        "a.b",\n'
        f"        lambda client: client.a.b(c={'[1, 2]' * 20}),\n    )",
        f'def test_a(check: Check) -> None:\n    """{"a" * 90}\n"""\n'
        "    check(\n        1,\n    )",
    ],
)
def test_what_templates_print_is_not_shown_to_black(part: str) -> None:
    """Nor what stands after `# fmt: off`."""
    for module in (f"{HEAD}\n\n{part}\n", f"{HEAD}\n# fmt: off\n{part}\n"):
        assert not Question.of(module).text or "1, 2][" in part
        assert formatted(module) == black.format_str(module, mode=MODE)


@pytest.mark.parametrize(
    "part",
    [
        "class A( B ):\n    a: str",
        "class A(B):\n\n    a: str",
        "class A(B):\n    a: str = 'b'",
        'class A(B):\n    a: Literal["b",]',
        'class A(B):\n    """Text. """\n\n    a: str',
        'class A(B):\n    """ Text."""\n\n    a: str',
        'class A(B):\n    """Text."""\n    a: str',
        'class A(B):\n    """Text\n  more."""\n\n    a: str',
        'class A(B):\n    """Text\n        more."""\n\n    a: str',
        'class A(B):\n    """Text\n\tmore."""\n\n    a: str',
        'class A(B):\n    """Text  \n    more."""\n\n    a: str',
        'class A(B):\n    """Text\\\\"""\n\n    a: str',
        'class A(B):\n    """Text\n\n\n# fmt: off\n    """\n\n    a: str',
        'class A(B):\n    """Text\n\n\nclass B(C):\n    pass\n\n\n"""\n\n    a: str',
        f"class A(B):\n    a: {'A | ' * 20}int = 1",
        f'class A(B):\n    """Text\n    {"a " * 45}b."""\n\n    a: str',
        f'class A(B):\n    """{"é" * 90}\n    more."""\n\n    a: str',
        'class A(B):\n    a: X["\\xAB", 0XFF, 1E5, 10L]'.replace("10L", "10"),
        "x = 1\n\n\n\ny = 2\n\n\nclass A(B):\n    a: str\nz = 1",
        "x = 1\n\n# fmt: off\ny  = 1\n# fmt: on\nz  = 1",
        "if x:\n    # fmt: off\n    y  = 1",
        "x = 1\n\n\n# fmt: off\ny  = 1",
        "kept__0 = 1\n\n\nclass A(B):\n    a: str",
        'class A(B):\n    """T."""\n\n    a: str\n    """A."""\n'
        f"    b: {'C | ' * 30}D\n    c: str",
        f'class A(B):\n    a: str\n    {"b" * 80}: str = 1\n    """B: c."""\n'
        "    d: str\n\n\n    e: str",
        'class A(B):\n    """T.\n\n    a: str\n    """\n    b: str\n    """B."""\n'
        "    c:  str",
        "class A(B):\n    a: int\n    @property\n    def b(self) -> C:\n        pass\n\n"
        '    @cached_property\n    def c(self) -> d.C:\n        """C."""\n'
        "        return d.C(self)\n\n"
        '    @cached_property\n    def e(self) -> d.C:\n        """E."""\n'
        f"        return d.C(self)\n\n    f = {'1, ' * 40}2",
        "A: TypeAlias = str",
        "x = 1",
    ],
)
def test_what_black_changes_or_may_change_it_does(part: str) -> None:
    """In the midst of what it need not see."""
    known = "class Known(B):\n    a: str"
    for module in (
        f"{IMPORTS}\n\n{part}\n",
        f"{HEAD}\n\n{known}\n\n\n{part}\n\n\n{known}\n",
    ):
        assert formatted(module) == black.format_str(module, mode=MODE)


def formatted(module: str) -> str:
    """What is written for a module."""
    found = format_files({"a.py": module}, Cache(None), Diagnostics())
    assert found is not None
    return found["a.py"]
