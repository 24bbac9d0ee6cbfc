"""openapi-python-client, in an environment of its own that is made here once."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .measure import Cost, run
from .project import ROOT

__all__ = ["NAME", "Peer", "install_peer"]

NAME = "openapi-python-client"
VERSION = "0.29.1"
ENVIRONMENT = ROOT / ".cache" / "bench" / f"{NAME}-{VERSION}"
OPTIONS: tuple[dict[str, object], ...] = ({}, {"literal_enums": True})
"""Its configurations: the first with which it takes the document is the one."""


@dataclass(frozen=True, slots=True)
class Peer:
    """The other generator, a document, and the configuration that it takes it with."""

    document: Path
    options: dict[str, object]

    def generate(self) -> Cost:
        """Let it make a client.

        Raises:
            subprocess.CalledProcessError: It refuses the document.
        """
        config = self.document.with_name("peer.json")
        config.write_text(json.dumps(self.options), encoding="utf-8")
        output = self.document.with_name("peer")
        shutil.rmtree(output, ignore_errors=True)
        command = [
            *(str(ENVIRONMENT / "bin" / NAME), "generate", "--overwrite"),
            *("--path", str(self.document), "--config", str(config)),
            *("--meta", "none", "--output-path", str(output)),
        ]
        # It formats with the ruff that it finds.
        found = [str(ENVIRONMENT / "bin"), os.environ.get("PATH", os.defpath)]
        variables = {**os.environ, "PATH": os.pathsep.join(found)}
        return run(command, self.document.parent, variables)


def install_peer(document: Path, tell: Callable[[str], None]) -> Peer | None:
    """The other generator for a document; None, told why, if there is none."""
    if not (ENVIRONMENT / "bin" / NAME).exists():
        tell(f"installing {NAME} {VERSION}")
        venv.create(ENVIRONMENT, clear=True, with_pip=True)
        pip = [str(ENVIRONMENT / "bin/python"), "-m", "pip", "install", "--quiet"]
        try:
            run([*pip, f"{NAME}=={VERSION}"], ROOT)
        except BaseException as error:
            shutil.rmtree(ENVIRONMENT)
            if not isinstance(error, subprocess.CalledProcessError):
                raise
            tell(f"SKIPPED: {NAME} cannot be installed: {error.output}")
            return None
    for options in OPTIONS:
        peer = Peer(document, options)
        try:
            output = peer.generate().output
        except subprocess.CalledProcessError as error:
            reason = " ".join(error.output.splitlines()[-2:])
            tell(f"{NAME} {VERSION} refuses the document with {options}: {reason}")
            continue
        left_out = output.count("Endpoint will not be generated")
        tell(f"{NAME} {VERSION} takes it with {options}: {left_out} left out")
        return peer
    return None
