"""The stages in their order: a target in, an output folder out.

Nothing here knows what a stage does; imports are lazy, since the run that finds
nothing to do must not pay for black or the validator.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sdkgen.diagnostics.coverage import Entry, Fate, Ledger, TooLargeError
from sdkgen.diagnostics.diagnostic import Diagnostics
from sdkgen.last_run import record as last_run
from sdkgen.support.digests import digest_input
from sdkgen.support.json_text import indented
from sdkgen.support.recursion import deep
from sdkgen.write import manifest

if TYPE_CHECKING:
    from sdkgen import ir
    from sdkgen.config.sdk_yaml import Config
    from sdkgen.read.document import Document
    from sdkgen.repair.suggestions import Repair, State, Suggestion
    from sdkgen.write.output import WriteResult

GENERATOR = Path(__file__).parent
TEMPLATES = next(
    folder / "python"
    for folder in (GENERATOR / "_templates", GENERATOR.parent.parent / "templates")
    if folder.is_dir()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What to generate from, and where to.

    ``folder`` is ``specs/<api>`` for a target that has an ``sdk.yaml``; a bare document
    has none, and no lock file.
    """

    name: str
    document: Path | None
    folder: Path | None
    out: Path | None
    package: str | None = None

    @classmethod
    def of_folder(cls, folder: Path) -> Target:
        """A target with an ``sdk.yaml``; its output lies in ``generated/``."""
        name = folder.resolve().name
        return cls(
            name=name, document=None, folder=folder, out=Path("generated") / name
        )

    @classmethod
    def of_document(cls, path: Path) -> Target:
        """A document by itself."""
        return cls(name=path.name, document=path, folder=None, out=None)

    def with_output(self, out: Path, *, package: str | None) -> Target:
        """The same target written elsewhere, under another name of the package."""
        return replace(self, out=out, package=package)

    @property
    def lock(self) -> Path | None:
        return self.folder / "names.lock" if self.folder else None

    @property
    def templates(self) -> tuple[Path, ...]:
        own = self.folder / "templates" if self.folder else None
        return (TEMPLATES, own) if own is not None and own.is_dir() else (TEMPLATES,)


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
    _generator: str = field(init=False, default="")
    _inputs: dict[str, str] = field(init=False, default_factory=dict[str, str])

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
                    self._inputs.update(self.config.source.read.digests)
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
                self._inputs.update(document.read.digests)
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
                size_limit.check_extent(document.root, large=self.large)
            except TooLargeError as error:
                self._tell_too_large(document, error)
                return None
            validate.validate(document, self.diagnostics, written=written)
            if self.config is None:
                self.config = default_config.default_config(
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
        from sdkgen.lower import build as operations
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
                api = operations.build(
                    document, self.config, lock, self.diagnostics, self.ledger
                )
            except TooLargeError as error:
                self._tell_too_large(document, error)
                return None
            self.lock_text = lock.text()
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
                document_json=indented(self.document.root) + "\n",
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
                    verbatim=output.template_digests(*self.target.templates),
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

    def find_record(self) -> last_run.Record | None:
        """The record of a run that these inputs and this output are still those of."""
        self._begin()
        out = self.target.out
        if out is None or manifest.is_interrupted(out):
            return None
        found = self._records().load(self._key())
        return found if found is not None and found.holds(self._generator) else None

    def _begin(self) -> None:
        """Digest the generator before it is used: a change under way is seen later."""
        if not self._generator:
            self._generator = _digest_generator(self.target.templates)

    def _remember(
        self, files: Mapping[str, str | bytes], meta: Mapping[str, str]
    ) -> None:
        """Note what was read and written; not of a run that skipped something.

        That is to say so the next time too.
        """
        out, lock = self.target.out, self.target.lock
        if out is None or self.skips:
            return
        texts = {**files, manifest.MANIFEST: manifest.manifest_text(files, meta)}
        paths = {out / path: manifest.encoded(text) for path, text in texts.items()}
        if lock is not None:
            paths[lock] = self.lock_text.encode()
        outputs = {
            path.as_posix(): digest_input(path, data) for path, data in paths.items()
        }
        record = last_run.Record(
            generator=self._generator,
            inputs=self._inputs,
            outputs=outputs,
            verdicts=tuple(self.verdicts),
        )
        self._records().store(self._key(), record)

    def generate(self) -> WriteResult | None:
        """Write the output folder and the lock file; None after an error."""
        from sdkgen.write import output

        self._begin()
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
                verbatim=output.template_digests(*self.target.templates),
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

        self._begin()
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
        if not found and self._judge(out, files):
            self._remember(files, meta)
        return found

    def _judge(self, out: Path, files: Mapping[str, str]) -> bool:
        """Ask those that know the output by another way; whether all of them agree."""
        before = len(self.diagnostics)
        with self.stage("judge"):
            self._judge_models(files)
            self._judge_format(out, files)
        return len(self.diagnostics) == before

    @deep
    def _judge_models(self, files: Mapping[str, str]) -> None:
        """Compare models with those that datamodel-code-generator makes."""
        from sdkgen.judge.judge import judge

        if self.api is None or self.document is None:
            return
        folder = f"src/{self.api.package.module}/models/"
        verdict = judge(
            self.api.declarations,
            [text for path, text in files.items() if path.startswith(folder)],
        )
        for each in verdict.differences:
            self.diagnostics.add(
                "E507",
                f"datamodel-code-generator reads {each.name} as {each.judged}, the SDK"
                f" says {each.printed}",
                self.document.place(each.pointer),
                pointer=each.pointer,
            )
        if not verdict.differences:
            self.verdicts.append(
                f"models: {verdict.compared:,} annotations, datamodel-code-generator"
                " agrees"
            )

    def _judge_format(self, out: Path, files: Mapping[str, str]) -> None:
        """Ask black about the format of each file."""
        from sdkgen.write.formatting import check_format

        before = len(self.diagnostics)
        agreed = check_format(out, files, self.diagnostics)
        if len(self.diagnostics) == before:
            self.verdicts.append(f"format: {agreed:,} files, black agrees")

    def suggest_repairs(self) -> Suggestion | None:
        """An overlay for what is wrong with the document; None if it cannot be read."""
        from tempfile import TemporaryDirectory

        from sdkgen.repair import suggestions

        with TemporaryDirectory() as folder:
            path = Path(folder, "suggested.yaml")

            def state(tried: Sequence[Repair]) -> State | None:
                suggestion = suggestions.Suggestion(list(tried))
                text = suggestions.overlay_text("", suggestion)
                path.write_text(text, encoding="utf-8", newline="\n")
                overlays = (*self.overlays, path) if tried else self.overlays
                trials = [
                    Run(
                        target=self.target,
                        on_stage=self.on_stage,
                        allow_outside=self.allow_outside,
                        overlays=overlays,
                        large=self.large,
                    )
                    for _ in range(2)
                ]
                tree = trials[0].read(whole=False)
                trials[1].normalize()
                if tree is None:
                    return None
                api = trials[1].api
                names = {
                    str(operation.pointer): operation.name
                    for resource in (api.resources if api else ())
                    for operation in resource.operations
                }
                return suggestions.State(
                    tree, path.as_posix(), list(trials[1].diagnostics), names
                )

            return suggestions.suggest_repairs(state)

    def summary(self, result: WriteResult) -> list[str]:
        """What was generated, for people."""
        if self.api is None or self.ledger is None:
            return []
        operations = sum(len(each.operations) for each in self.api.resources)
        models = len(self.api.declarations)
        files = len(result.written) + result.unchanged
        lines = [
            f"{self.target.name}: {len(self.api.resources)} resources,"
            f" {operations} operations, {models} models; {files} files,"
            f" {len(result.written)} written, {len(result.removed)} removed",
            "  "
            + ", ".join(f"{name} {spent:.2f} s" for name, spent in self.times.items()),
        ]
        for fate in (Fate.DEGRADED, Fate.SKIPPED):
            entries = self.ledger.with_fate(fate)
            if entries:
                parts = sorted({str(entry.part) for entry in entries})
                lines.append(
                    f"  {len(entries)} {fate} ({', '.join(parts)}): --report FILE"
                )
        lines.extend(
            f"  overwritten, though edited by hand: {p}" for p in result.edited
        )
        lines.extend(f"  not the generator's, left alone: {p}" for p in result.foreign)
        return lines

    # ----------------------------------------------------------------- helpers

    def _records(self) -> last_run.Records:
        target = self.target
        given = [target.out, target.folder and Path.cwd(), target.folder]
        given.append(target.document and target.document.parent)
        folders = [each for each in given if each is not None]
        return last_run.Records(last_run.find_folder(folders))

    def _key(self) -> str:
        """What tells runs apart that may each have a record."""
        target = self.target
        facts = [
            str(Path.cwd()),
            *map(str, (target.document, target.folder, target.out, target.package)),
            *map(str, (self.allow_outside, self.large, *self.overlays)),
        ]
        return "\n".join(facts)

    def _meta(self) -> dict[str, str]:
        paths = list(self.document.files) if self.document is not None else []
        if self.target.folder is not None:
            paths.append(self.target.folder / "sdk.yaml")
        specs = manifest.inputs_digest(paths, root=Path.cwd())
        return manifest.manifest_meta(specs)

    def _kept(self, name: str) -> str:
        """A file that people keep beside ``sdk.yaml`` and that goes into the package."""
        folder = self.target.folder
        if folder is None:
            return ""
        path = folder / name
        self._inputs[path.as_posix()] = digest_input(path)
        return _read(path)


def _digest_generator(templates: Sequence[Path]) -> str:
    """A digest of all that decides the output besides what is read for it."""
    versions = {**manifest.library_versions(), "python": sys.version}
    return manifest.inputs_digest(
        [GENERATOR, *templates], root=GENERATOR.parent, extra=versions
    )


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _replace(path: Path, text: str) -> None:
    """Write a file whole or not at all; one that is right already is left alone."""
    if _read(path) == text and path.exists():
        return
    staged = path.with_name(f".{path.name}.new")
    staged.write_text(text, encoding="utf-8", newline="\n")
    staged.replace(path)
