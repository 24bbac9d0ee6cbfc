"""The stages in their order: a target in, an output folder out.

Nothing here knows what a stage does; imports are lazy, since the run that finds
nothing to do must not pay for black or the validator.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sdkgen.diagnostics.coverage import Entry, Fate, Ledger, TooLargeError
from sdkgen.diagnostics.diagnostic import Diagnostics
from sdkgen.support.digests import digest_input
from sdkgen.support.json_text import dump_indented
from sdkgen.support.recursion import deep
from sdkgen.write import manifest

from .judges import judge_output
from .memory import Memory
from .target import Target

if TYPE_CHECKING:
    from sdkgen import ir
    from sdkgen.config.sdk_yaml import Config
    from sdkgen.read.document import Document
    from sdkgen.write.output import WriteResult


@dataclass(slots=True)
class Run:
    """One run over one target: what came of it, and how long each stage took."""

    target: Target
    diagnostics: Diagnostics = field(default_factory=Diagnostics)
    on_stage: Callable[[str], None] = lambda stage: None
    allow_outside: bool | Path = False
    overlays: tuple[Path, ...] = ()
    """Applied after those of ``sdk.yaml``."""
    large: bool = False
    """Whether an SDK may become of any size."""
    times: dict[str, float] = field(default_factory=dict[str, float])
    document: Document | None = None
    config: Config | None = None
    api: ir.Api | None = None
    ledger: Ledger | None = None
    lock_text: str = ""
    verdicts: list[str] = field(default_factory=list[str])
    """What the judges of ``check`` agree with, for people."""
    memory: Memory = field(init=False)

    def __post_init__(self) -> None:
        """Remember nothing of another target, or of other options."""
        options = (self.allow_outside, self.large, *self.overlays)
        self.memory = Memory(self.target, tuple(map(str, options)))

    @contextmanager
    def stage(self, name: str) -> Generator[None]:
        """Time a stage and say that it began."""
        self.on_stage(name)
        began = time.perf_counter()
        try:
            yield
        finally:
            spent = time.perf_counter() - began
            self.times[name] = self.times.get(name, 0.0) + spent

    # ------------------------------------------------------------------ stages

    @deep
    def read(self, *, whole: bool = True) -> Document | None:
        """The document as one tree, with its overlays; None after an error.

        Without ``whole`` it is as overlays find it: references may lead nowhere.
        """
        from sdkgen.config import sdk_yaml
        from sdkgen.read import document as documents, overlay

        with self.stage("read"):
            folder = self.target.folder
            path = self.target.document
            overlays: list[Path] = []
            if folder is not None:
                self.config = sdk_yaml.load_config(
                    folder / "sdk.yaml", self.diagnostics
                )
                if self.config is None:
                    return None
                if self.config.source is not None:
                    self.memory.note_inputs(self.config.source.read.digests)
                path = folder / self.config.document
                overlays = [folder / name for name in self.config.overlays]
            assert path is not None  # a target has one of the two
            overlays += self.overlays
            document = documents.load(
                path,
                self.diagnostics,
                allow_outside=self.allow_outside,
                whole=whole and not overlays,
            )
            if document is not None and overlays:
                apply = overlay.apply if whole else overlay.change
                document = apply(document, overlays, self.diagnostics)
            if document is not None:
                self.memory.note_inputs(document.read.digests)
            return document

    @deep
    def validate(self) -> Document | None:
        """Read, and check all that can be checked; None after an error."""
        from sdkgen.lower import config_check, default_config
        from sdkgen.swagger import convert
        from sdkgen.validate import size_limit, validate

        written = self.read()
        if written is None:
            return None
        with self.stage("validate"):
            self.ledger = Ledger(large=self.large)
            document = convert.convert(written, self.diagnostics, self.ledger)
            try:
                size_limit.check_size(document.root, large=self.large)
            except TooLargeError as error:
                self._tell_too_large(document, error)
                return None
            validate.validate(document, self.diagnostics, written=written)
            if self.config is None:
                self.config = default_config.derive_config(
                    document, self.target.package
                )
            else:
                config_check.check_config(self.config, document, self.diagnostics)
        return None if self.diagnostics.errors else document

    @deep
    def normalize(self) -> ir.Api | None:
        """The IR of a document without errors."""
        from sdkgen import naming
        from sdkgen.examples import complete
        from sdkgen.lower import build
        from sdkgen.normalize import dialect

        document = self.validate()
        if document is None or self.config is None or self.ledger is None:
            return None
        with self.stage("normalize"):
            lock = naming.Lock(_read(self.target.lock) if self.target.lock else "")
            document = dialect.normalize(document, self.diagnostics)
            document = document.with_root(complete.complete_examples(document.root))
            self.document = document
            try:
                api = build.build(
                    document, self.config, lock, self.diagnostics, self.ledger
                )
            except TooLargeError as error:
                self._tell_too_large(document, error)
                return None
            self.lock_text = lock.to_text()
            self._check_allowed(self.config)
        self.api = None if self.diagnostics.errors else api
        return self.api

    @deep
    def _rendered(self) -> Mapping[str, str | bytes] | None:
        from sdkgen.render import render

        api = self.normalize()
        if api is None or self.document is None:
            return None
        with self.stage("render"):
            rendered = render.render(
                api,
                self.target.templates,
                document_json=dump_indented(self.document.root) + "\n",
                changelog=self._kept("CHANGELOG.md"),
                license_text=self._kept("LICENSE"),
            )
        return rendered.files

    def render(self) -> dict[str, str] | None:
        """The files as they are written; None after an error."""
        from sdkgen.write import output

        files = self._rendered()
        if files is None:
            return None
        with self.stage("format"):
            try:
                return output.format_files(
                    files,
                    self.diagnostics,
                    verbatim=output.digest_templates(*self.target.templates),
                )
            except OSError as error:
                reason = error.strerror or str(error)
                self.diagnostics.add(
                    "E502", f"the output cannot be formatted: {reason}"
                )
                return None

    def _tell_too_large(self, document: Document, error: TooLargeError) -> None:
        self.diagnostics.add(
            "E506",
            f"the SDK would have {error}",
            document.place(error.pointer),
            hint="--large generates it all the same, and takes the time and memory",
            pointer=error.pointer,
        )

    def _check_allowed(self, config: Config) -> None:
        """An exception that nothing needs any more would hide the next skip."""
        skipped = {
            entry.pointer
            for entry in (self.ledger or Ledger()).entries()
            if entry.fate is Fate.SKIPPED
        }
        for each in config.allow:
            if each.pointer not in skipped:
                self.diagnostics.add(
                    "E403", f"nothing is skipped at {each.pointer}", each.place
                )

    # ---------------------------------------------------------------- commands

    @property
    def skips(self) -> list[Entry]:
        """What is skipped and not allowed by name."""
        if self.ledger is None or self.config is None:
            return []
        allowed = {each.pointer for each in self.config.allow}
        return [
            e for e in self.ledger.with_fate(Fate.SKIPPED) if e.pointer not in allowed
        ]

    def generate(self) -> WriteResult | None:
        """Write the output folder and the lock file; None after an error."""
        from sdkgen.write import output

        self.memory.digest_generator()
        files = self.render()
        out = self.target.out
        if files is None or out is None:
            return None
        with self.stage("write"):
            meta = self._meta()
            result = output.write(
                out,
                files,
                meta,
                self.diagnostics,
                verbatim=output.digest_templates(*self.target.templates),
            )
            if result is None:
                return None
            if self.target.lock is not None:
                _replace(self.target.lock, self.lock_text)
            self._remember(files, meta)
        return result

    def check(self) -> list[str]:
        """How the output folder and the lock file differ from what would be written.

        An output that does not differ is judged, by what has no part in making it.
        """
        from sdkgen.write import output

        self.memory.digest_generator()
        files = self.render()
        out = self.target.out
        if files is None or out is None:
            return []
        with self.stage("compare"):
            meta = self._meta()
            found = [
                f"{each.kind}: {each.path}\n{each.diff}"
                for each in output.drift(out, files, meta)
            ]
            lock = self.target.lock
            if lock is not None and _read(lock) != self.lock_text:
                found.append(f"changed: {lock.as_posix()}")
        if not found and self.api is not None and self.document is not None:
            before = len(self.diagnostics)
            with self.stage("judge"):
                self.verdicts = judge_output(
                    self.api, self.document, out, files, self.diagnostics
                )
            if len(self.diagnostics) == before:
                self._remember(files, meta)
        return found

    def _remember(
        self, files: Mapping[str, str | bytes], meta: Mapping[str, str]
    ) -> None:
        """Note what was read and written; a run that skipped something runs again.

        It has to report that the next time too.
        """
        if not self.skips:
            self.memory.store_record(files, meta, self.lock_text, self.verdicts)

    # ----------------------------------------------------------------- helpers

    def _meta(self) -> dict[str, str]:
        paths = list(self.document.files) if self.document is not None else []
        if self.target.folder is not None:
            paths.append(self.target.folder / "sdk.yaml")
        specs = manifest.digest_inputs(paths, root=Path.cwd())
        return manifest.build_manifest_meta(specs)

    def _kept(self, name: str) -> str:
        """A file that people keep beside ``sdk.yaml`` and that goes into the package."""
        folder = self.target.folder
        if folder is None:
            return ""
        path = folder / name
        self.memory.note_inputs({path.as_posix(): digest_input(path)})
        return _read(path)


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _replace(path: Path, text: str) -> None:
    """Write a file whole or not at all; one that is right already is left alone."""
    if _read(path) == text and path.exists():
        return
    staged = path.with_name(f".{path.name}.new")
    staged.write_text(text, encoding="utf-8", newline="\n")
    staged.replace(path)
