"""The gate: what generated code looks like passes, what breaks out of it does not."""

from __future__ import annotations

import ast
import symtable

import pytest
from hypothesis import given, strategies as st

from sdkgen.write.safety import allowed, check, gate, uses

RESOURCE = '''"""Devices."""

# Generated from the API's description: do not edit.
from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Literal, overload

from .. import models, params
from .._runtime import UNSET, AsyncResource, Body, Operation, Pages, Param, Resource

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from .._options import RequestOptions
    from .._runtime import EventStream, Milliseconds, Unset

__all__ = ["AsyncDeviceResource", "DeviceResource"]

_GET: Operation[models.Device] = Operation(
    "device.get",
    "GET",
    "/applications/{applicationId}/devices/{deviceId}",
    params=(
        Param("applicationId", "path"),
        Param("query", "query", media_type="application/json"),
        Param("start", "query", milliseconds=True),
    ),
    bodies=(Body("application/json", lambda: params.DevicePatchParams),),
    responses={"200": lambda: models.Device, "204": None, "default": lambda: str},
    shapes=(((("tagsAsObject", True),), lambda: models.DeviceWithTagMap),),
    auth=(("access_token",),),
    default=-1,
)
_GET_PAGES: Pages[models.Device] = Pages("page", page=2, items="items")


class DeviceResource(Resource):
    """Devices: __import__("os").system("true"), in words only."""

    @overload
    def get(self, *, tags_as_object: Literal[True]) -> models.DeviceWithTagMap: ...

    @overload
    def get(self, *, tags_as_object: bool | None = None) -> models.Device: ...

    def get(
        self,
        *,
        tags_as_object: bool | None = None,
        name: str | None | Unset = UNSET,
        since: Milliseconds | None = None,
        request_options: RequestOptions | None = None,
    ) -> models.Device | models.DeviceWithTagMap:
        """Get a device."""
        return self._core.call(_GET, request_options, tags_as_object, name, since)

    def iterate(
        self, *, body: models.Patch | Mapping[str, object]
    ) -> Iterator[models.Device]:
        """All devices."""
        return self._core.iterate(_GET, _GET_PAGES, None, None, body=body)

    def list(self) -> builtins.list[models.Device]:
        """All devices at once."""
        return self._core.call(_GET, None)


class AsyncDeviceResource(AsyncResource):
    """Devices."""

    async def get(self, *, request_options: RequestOptions | None = None) -> None:
        """Get a device."""
        return await self._core.call(_GET, request_options)
'''

CLIENT = '''"""The client."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ._runtime import UNSET, Client, ClientConfig, Credential, Option

if TYPE_CHECKING:
    from .resources.device import DeviceResource

_CONFIG = ClientConfig(
    package="acme",
    auth=(Credential("access_token", "bearer", "header", "Authorization"),),
    options=(Option("_actions", "query", name="actions", default=False),),
)


class Acme(Client):
    """A client."""

    def __init__(self, *, access_token: str | None = None) -> None:
        super().__init__(_CONFIG, credentials={"access_token": access_token})

    @cached_property
    def device(self) -> DeviceResource:
        """Devices."""
        from .resources.device import DeviceResource

        return DeviceResource(self._core)
'''

MODELS = '''"""Models."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias
from uuid import UUID

from pydantic import ConfigDict, Field

from .._runtime.model import BaseModel

__all__ = ["Device", "Kind", "Tree"]


class Device(BaseModel):
    """A device."""

    model_config = ConfigDict(extra="allow")
    kind: Literal["exec('x')", "b"] | str | None = None
    """Its kind."""
    id_: Annotated[UUID | None, Field(alias="id", description="os.system")] = None
    field: dict[str, Any] = Field(default=None)
    parent: "list[Device] | None" = None


Kind: TypeAlias = Literal["a", "b"] | str
Tree: TypeAlias = "dict[str, Tree] | str"
'''

TEST = '''"""Tests of devices."""

from __future__ import annotations

from datetime import datetime

from acme import Acme
from harness import Check, AsyncCheck


def test_get(check: Check) -> None:
    """It gets a device."""
    check(
        "device.get",
        lambda client: client.device.get(application_id="a", filter={"a": [1, -2.5]}),
        minimal=lambda client: client.device.get(application_id="a"),
    )
'''


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("src/acme/resources/device.py", RESOURCE),
        ("src/acme/_client.py", CLIENT),
        ("src/acme/models/device.py", MODELS),
        ("tests/test_device.py", TEST),
        ("README.md", "# Acme — “quoted” 🙂\n\n\ttab\n"),
        ("src/acme/__init__.py", ""),
    ],
)
def test_generated_code_passes(path: str, text: str) -> None:
    """What the templates print is what the lists are made for."""
    assert check.check_file(path, text, {"acme", "harness"}) == []


BREAKOUTS = {
    "import os": "import of 'os'",
    "import os.path as builtins": "import of 'os.path'",
    "from os import system": "import of 'system' from 'os'",
    "from importlib import import_module": "import of 'import_module'",
    "from pydantic import ImportString": "import of 'ImportString'",
    "from typing import *": "star import",
    "from .._runtime import *": "star import",
    "from ..params._x import *": "star import",
    "from ..params.x.y import *": "star import",
    "from ...params.x import *": "star import",
    "from .._runtime.http import os": "import of 'os' from the runtime",
    "from .._runtime.x import run as Operation": "import of 'run' as 'Operation'",
    "from .x import y as z": "import of 'y' as 'z'",
    "from typing import get_type_hints": "import of 'get_type_hints'",
    "from typing import cast as lazy": "import of 'cast' as 'lazy'",
    "from .x import __builtins__": "name '__builtins__'",
    "import builtins\nbuiltins.exec": "builtins.exec",
    "import builtins\nbuiltins.OASGEN_PWNED = 1": "assignment to something",
    "import builtins\nX = builtins": "module 'builtins' as a value",
    "__import__('os').system('x')": "name '__import__'",
    "exec('x')": "call of 'exec'",
    "x = eval": "name 'eval'",
    "x = open": "name 'open'",
    "x = getattr(int, 'a')": "name 'getattr'",
    "def f(exec):\n    return exec('x')": "call of 'exec'",
    "x = int.__subclasses__()": "attribute '__subclasses__'",
    "x = ().__class__": "attribute '__class__'",
    "x = str.format('{0.a}', 1)": "call of 'str.format'",
    "x = 'a'.format(1)": "call of",
    "x = f'{1}'": "JoinedStr",
    "x = 'a' + 'b'": "operator Add",
    "x = 9 ** 9": "operator Pow",
    "x = ~1": "operator Invert",
    "x = 1 if 2 else 3": "IfExp",
    "x = [y for y in ()]": "ListComp",
    "(x := 1)": "expression without effect",
    "x = (y := 1)": "NamedExpr",
    "1 + 1": "expression without effect",
    "x": "expression without effect",
    "for x in (): pass": "For",
    "while True: pass": "While",
    "try: pass\nexcept Exception: pass": "Try",
    "with x: pass": "With",
    "del x": "Delete",
    "global x": "Global",
    "assert 1": "Assert",
    "match 1:\n    case _: pass": "Match",
    "if 1: pass": "condition",
    "if not TYPE_CHECKING: pass": "condition",
    "raise SystemExit": "raise",
    "raise AttributeError() from x": "raise",
    "Operation.call = 1": "assignment to something",
    "Param = 1\nX = Param()": "assignment to 'Param'",
    "x, y = 1, 2": "assignment to something",
    "x[0] = 1": "assignment to something",
    "__class__ = 1": "name '__class__'",
    "__all__ += ['x']": "AugAssign",
    "class X:\n    def __init_subclass__(cls): pass": "name '__init_subclass__'",
    "class __evil__: pass": "name '__evil__'",
    "class X(metaclass=exec): pass": "name 'exec'",
    "class X(exec): pass": "name 'exec'",
    "class X(**{'a': 1}): pass": "unpacking",
    "@exec\ndef f(): pass": "decorator",
    "@f(1)\nclass X: pass": "decorator",
    "def f(x=exec): pass": "name 'exec'",
    "def f(*, x=exec): pass": "name 'exec'",
    "def f(x: exec): pass": "name 'exec'",
    "def f(*x: exec): pass": "name 'exec'",
    "def f() -> exec: pass": "name 'exec'",
    "def f(): yield 1": "Yield",
    "x: 'exec(1)' = 1": "call of 'exec'",
    "x: \"list['exec']\" = 1": "name 'exec'",
    "x: 'no python' = 1": "annotation that is not an expression",
    "X: TypeAlias = 'exec'": "name 'exec'",
    "class X(list['exec']): pass": "name 'exec'",
    "X = TypedDict('X', {'a': 'exec'})": "name 'exec'",
    "X = Literal[exec]": "name 'exec'",
    "X = Annotated[exec, 1]": "name 'exec'",
    "X = Annotated[str, exec]": "name 'exec'",
    "X = Field(**{'a': 1})": "unpacking",
    "X = Field(*[1])": "Starred",
    "X = {**{}}": "unpacking",
    "X = lambda: exec": "name 'exec'",
    "X = lambda x=exec: x": "name 'exec'",
    "X = (lambda: 1)()": "call of 'Lambda'",
    "X = Operation(1)(2)": "call of 'Call'",
    "X = Operation(1).call(2)": "call of 'Attribute'",
    "X = self.y.__globals__": "attribute '__globals__'",
    "def f(:": "invalid syntax",
    "x = '\u202e'": "character U+202E",
    "x = '\0'": "character U+0000",
    "# a\rimport os": "character U+000D",
    "# a\x0cb": "character U+000C",
    "# a\u2028b": "character U+2028",
    "x = '\ud800'": "character U+D800",
}


@pytest.mark.parametrize("text", BREAKOUTS)
def test_what_breaks_out_is_refused(text: str) -> None:
    """Each at its line, whatever stands before it."""
    found = check.check_file("src/acme/x.py", '"""A docstring."""\n\n' + text)

    assert any(BREAKOUTS[text] in each.what for each in found), found
    assert all(each.line >= 3 and each.column >= 1 for each in found)


def test_a_field_may_be_called_what_nothing_calls() -> None:
    """Names of documents come first where no meaning is lost."""
    text = "class Thing:\n    Field: int = 1\n"

    assert check.check_file("src/x.py", text) == []
    assert check.check_file("src/x.py", text + "    x: int = Field(1)\n") != []


def test_tests_may_not_import_what_is_not_theirs() -> None:
    """Their own package, each other and pytest are all that tests import."""
    text = "import subprocess\nfrom black import main\nfrom acme import Acme\n"

    found = check.check_file("tests/test_x.py", text, {"acme"})

    assert [each.line for each in found] == [1, 2]


def test_only_tests_may_do_what_tests_do() -> None:
    """A fixture is fine in ``tests/`` and nowhere else."""
    text = "import pytest\n\n\n@pytest.fixture\ndef x() -> int:\n    yield 1\n"

    assert check.check_file("tests/conftest.py", text) == []
    assert check.check_file("src/acme/x.py", text) != []


def test_the_place_is_the_one_an_editor_shows() -> None:
    """Lines and columns count from 1."""
    (found,) = check.check_file("src/x.py", "A = 1\nB = [1, exec]\n")

    assert (found.line, found.column) == (2, 9)


def test_depth_is_no_way_around() -> None:
    """Long chains are walked without recursion; what Python cannot parse is refused."""
    chain = "X = " + " | ".join(["int"] * 900)
    assert check.check_file("src/x.py", chain) == []

    found = check.check_file("src/x.py", chain + " | exec")
    assert [each.what for each in found] == ["name 'exec'"]

    for text in ("X = " + "(" * 5000, "X = " + "-" * 90_000 + "1"):
        assert check.check_file("src/x.py", text) != []


def test_strings_in_strings_are_not_followed_for_ever() -> None:
    """Each level of quotes doubles; a few are enough for any annotation."""
    text = "int"
    for _ in range(6):
        text = repr(f"list[{text}]")

    found = check.check_file("src/x.py", f"x: {text} = 1")

    assert [each.what for each in found] == ["annotation nested too deeply"]


# ------------------------------------------------------------ names are defined

UNDEFINED = {
    "def f(a: int) -> int:\n    return cursor": "name 'cursor' is not defined",
    "def f(a: int) -> int:\n    return a\n\n\nX = a": "name 'a' is not defined",
    "def f(a: int) -> int: ...\ndef g() -> int:\n    return a": "name 'a' is not",
    "def f() -> None:\n    from .x import y\n\n\nX = y": "name 'y' is not defined",
    "class X:\n    a = 1\n\n    def f(self) -> int:\n        return a": "name 'a' is",
    "class X:\n    a = 1\n    b = lambda: a": "name 'a' is not defined",
    "class X:\n    a = 1\n\n\nX = a": "name 'a' is not defined",
    "class X:\n    class Y: ...\n\n    class Z(Y): ...": "",
    "class X:\n    class Y: ...\n\n    class Z:\n        x = Y": "name 'Y' is not",
    "def f(a: int, b: int = a) -> int: ...": "name 'a' is not defined",
    "X = (lambda a: a, a)": "name 'a' is not defined",
    "X = lambda a: lambda b: (a, b)": "",
    "X = lambda *a, b, **c: (a, b, c)": "",
    "x: Device = 1": "name 'Device' is not defined",
    "x: 'list[Device]' = 1": "name 'Device' is not defined",
    "def f(a: Device) -> None: ...": "name 'Device' is not defined",
    "def f(a: int) -> a: ...": "name 'a' is not defined",
    "from typing import cast\nX = cast('Device', 1)": "name 'Device' is not defined",
    "from typing import cast\nX = cast('no type', 1)": "annotation that is no",
    "X = models.Device": "name 'models' is not defined",
    "from .x import *\nX = Device": "name 'Device' is not defined",
    "if TYPE_CHECKING: ...": "name 'TYPE_CHECKING' is not defined",
    "X = X": "",
    "class X:\n    a: int\n    b = a": "name 'a' is defined for type checkers only",
}


@pytest.mark.parametrize("text", UNDEFINED)
def test_names_are_defined_where_they_are_used(text: str) -> None:
    """By the scopes of Python; the order in which things run is not looked at."""
    future = "from __future__ import annotations\n\n"

    found = check.check_file("src/acme/x.py", future + text)

    if UNDEFINED[text]:
        assert len(found) == 1, found
        assert found[0].what.startswith(UNDEFINED[text])
    else:
        assert found == []


CHECKERS = """\
from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar, cast

if TYPE_CHECKING:
    from .models import Device

    Devices: TypeAlias = list[Device]
else:
    Other = int

"""


@pytest.mark.parametrize(
    ("text", "is_evaluated"),
    [
        ("def f(a: Device) -> list[Devices]: ...", False),
        ("x: Device | None = None", False),
        ("X: TypeAlias = 'Device'", False),
        ("X: TypeAlias = Device", True),
        ("X = cast('Device', 1)", False),
        ("X = cast(Device, 1)", True),
        ("X = TypeVar('X', bound='Device')", False),
        ("X = TypeVar('X', bound=Device)", True),
        ("class X(list['Device']): ...", False),
        ("class X(list[Device]): ...", True),
        ("def f() -> object:\n    return Device", True),
        ("X = lambda: Device", True),
        ("def f(a: int = Device) -> None: ...", True),
        ("X = Other", False),
    ],
)
def test_what_is_imported_for_type_checkers_is_for_annotations(
    text: str, *, is_evaluated: bool
) -> None:
    """Whatever is evaluated would not find it."""
    found = check.check_file("src/acme/x.py", CHECKERS + text)

    what = "name 'Device' is defined for type checkers only"
    assert [each.what for each in found] == [what] * is_evaluated


def test_annotations_are_evaluated_where_nothing_postpones_them() -> None:
    """Unless they are strings."""
    text = (
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n"
        "    from .models import Device\n\n\ndef f(a: Device, b: 'Device') -> None: ...\n"
    )

    (found,) = check.check_file("src/acme/x.py", text)

    assert (found.line, found.column) == (7, 10)


def test_a_condition_in_a_function_would_hide_names() -> None:
    """What it binds for type checkers is a name without a value for all else."""
    text = (
        "from typing import TYPE_CHECKING\n\nX = 1\n\n\ndef f() -> int:\n"
        "    if TYPE_CHECKING:\n        from .x import X\n    return X\n"
    )

    found = check.check_file("src/acme/x.py", text)

    assert [each.what for each in found] == ["condition"]


def test_functions_are_not_nested_for_ever() -> None:
    """Each name is looked for in all that is around it."""
    text = "X = " + "lambda x: " * 8 + "x"
    assert check.check_file("src/x.py", text) == []

    (found,) = check.check_file("src/x.py", f"X = {'lambda x: ' * 1000}x")
    assert found.what == "functions nested too deeply"


def test_a_name_for_two_modules_is_both() -> None:
    """Whichever of them it is when something is asked of it."""
    text = "import builtins as x\nimport typing as x\nX = x.{}\n"

    for name in ("list", "Any"):
        assert check.check_file("src/x.py", text.format(name)) != []


NAMES = st.sampled_from(["a", "b", "c", "int"])


def _indented(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]


BLOCKS = st.recursive(
    st.one_of(
        NAMES.map(lambda name: [f"X = {name}"]),
        NAMES.map(lambda name: [f"{name} = 1"]),
        st.tuples(NAMES, NAMES).map(lambda two: [f"X = lambda {two[0]}: {two[1]}"]),
    ),
    lambda inner: st.tuples(
        st.sampled_from(["class Y:", "def f(a=b):", "def g(*c):", "class c(a):"]),
        st.lists(inner, min_size=1, max_size=3),
    ).map(lambda block: [block[0], *_indented([y for x in block[1] for y in x])]),
    max_leaves=8,
)


def _undefined(table: symtable.SymbolTable, module: set[str]) -> set[str]:
    """The names that Python would look for in a module and not find there."""
    found = {
        each.get_name()
        for each in table.get_symbols()
        if each.is_referenced()
        and (each.is_global() or table.get_type() == "module")
        and each.get_name() not in module
    }
    return found.union(*(_undefined(each, module) for each in table.get_children()))


@given(st.lists(BLOCKS, max_size=4).map(lambda blocks: [y for x in blocks for y in x]))
def test_scopes_are_those_of_python(lines: list[str]) -> None:
    """``symtable`` is asked of any nesting of classes, functions and lambdas."""
    source = "\n".join(lines)
    table = symtable.symtable(source, "x", "exec")
    module = {each.get_name() for each in table.get_symbols() if each.is_assigned()}

    found = {each.what for each in check.check_file("src/x.py", source)}

    undefined = _undefined(table, {*module, "int"})
    assert found == {f"name {name!r} is not defined" for name in undefined}


def test_each_kind_of_node_is_looked_into() -> None:
    """One that a list allows and nobody looks into would be refused."""
    for lists in (uses.PACKAGE, uses.TESTS):
        known = {kind.__name__ for kind in gate.HANDLERS} | {"Constant", "Name"}
        assert set(lists.nodes) <= known


@given(st.text())
def test_any_text_as_a_literal_passes(text: str) -> None:
    """``ascii`` never breaks out, so the gate has nothing to refuse."""
    source = f"X = {text!a}\n"

    assert check.check_file("src/x.py", source) == []
    assert ast.literal_eval(source[4:]) == text


@given(st.text(alphabet="\"'\\\n#{}()=;, ax:@"))
def test_text_that_is_not_escaped_either_stays_inside_or_is_refused(text: str) -> None:
    """A filter that forgets to escape is caught unless nothing came of it."""
    source = f'"""{text}"""\nX = 1\n'

    if not check.check_file("src/x.py", source):
        tree = ast.parse(source)
        nodes = {type(node) for node in ast.walk(tree)}
        assert not nodes & {ast.Import, ast.JoinedStr, ast.BinOp, ast.Attribute}
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        assert calls == []


# --------------------------------------------------------------- pyproject.toml

PYPROJECT = """\
[build-system]
requires = ["hatchling==1.33.0"]
build-backend = "hatchling.build"

[project]
name = "acme"
version = "1.0"
authors = [{ name = "A" }]
dependencies = ["pydantic>=2"]
urls = { Repository = "https://example.com" }

[tool.hatch.build.targets.wheel]
packages = ["src/acme"]

[tool.pytest.ini_options]
testpaths = ["tests"]
"""


def test_an_ordinary_pyproject_passes() -> None:
    """Metadata, build, tests."""
    assert check.check_file("pyproject.toml", PYPROJECT) == []


@pytest.mark.parametrize(
    "more",
    [
        "[tool.evil]\nx = 1",
        "[project.scripts]\nx = 'a:b'",
        "[project.entry-points.x]\ny = 'a:b'",
        "[tool.hatch.build.hooks.custom]\npath = 'x.py'",
        "[tool.hatch.build.targets.wheel.hooks.custom]\npath = 'x.py'",
        "[tool.hatch.metadata]\nallow-direct-references = true",
        "[build-system.x]\ny = 1",
        "x = 1",
        "[project]\nname = 'b'",
        "[tool",
    ],
)
def test_what_a_pyproject_may_not_say(more: str) -> None:
    """Anything that runs code, names another tool, or is no TOML."""
    text = f"{PYPROJECT}\n{more}\n"
    if more == "x = 1":
        text = f"{more}\n{PYPROJECT}"

    assert check.check_file("pyproject.toml", text) != []


def test_a_pyproject_that_cannot_be_read_is_called_so() -> None:
    """The message says what is wrong with it."""
    (found,) = check.check_file("pyproject.toml", "[tool")

    assert found.what.startswith("not TOML: ")


def test_no_other_build_backend() -> None:
    """The backend runs when the package is installed."""
    text = PYPROJECT.replace("hatchling.build", "evil")

    (found,) = check.check_file("pyproject.toml", text)
    assert found.what == "build backend 'evil'"


# -------------------------------------------------------------------- the lists


def test_every_entry_has_its_reason() -> None:
    """And every kind of node exists."""
    reasons = [
        value
        for name, value in vars(allowed).items()
        if name.isupper() and "IMPORTS" not in name
    ]

    assert len(reasons) == 14
    assert all(all(table.values()) for table in reasons)
    for table in (
        allowed.STATEMENTS,
        allowed.TEST_STATEMENTS,
        allowed.EXPRESSIONS,
        allowed.TEST_EXPRESSIONS,
    ):
        assert all(hasattr(ast, name) for name in table)
