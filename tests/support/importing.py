"""Imports a package that was generated, in a process of its own."""

from __future__ import annotations

import builtins
import importlib
import multiprocessing
import pkgutil
import sys
import traceback
import warnings
from multiprocessing.connection import Connection
from pathlib import Path

_CONTEXT = multiprocessing.get_context("forkserver")
# What every package imports is imported once.
_CONTEXT.set_forkserver_preload(["pydantic", "importing"])

MARK = "OASGEN_PWNED"
"""What hostile documents set in ``builtins`` if anything of them is executed."""


def problem_of(source: Path) -> str:
    """What goes wrong when all of the package in a ``src`` folder is imported.

    Empty if nothing does: every module and every public name loads without a warning,
    and nothing that the document says was executed.
    """
    here, there = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=_import_all, args=(str(source), there))
    process.start()
    there.close()
    try:
        return str(here.recv())
    except EOFError:
        return "the process ended"
    finally:
        process.join()


def _import_all(source: str, said: Connection) -> None:
    warnings.simplefilter("error")
    sys.path.insert(0, source)
    try:
        for top in pkgutil.iter_modules([source]):
            package = importlib.import_module(top.name)
            for each in pkgutil.walk_packages(package.__path__, f"{top.name}."):
                module = importlib.import_module(each.name)
                for name in getattr(module, "__all__", ()):
                    getattr(module, name)
    except BaseException:  # noqa: BLE001 - whatever it is, the test is to tell it
        said.send(traceback.format_exc())
    else:
        said.send("a text was executed" if hasattr(builtins, MARK) else "")
