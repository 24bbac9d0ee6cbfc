"""Whether a run would do anything: what the last one read and wrote is still there.

Nothing here imports what is slow: a run that finds nothing to do pays for no stage.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from sdkgen.last_run import record as last_run
from sdkgen.support.digests import digest_input
from sdkgen.write import manifest

from .target import GENERATOR, Target

__all__ = ["Memory"]


class Memory:
    """The record of one target under one set of options."""

    def __init__(self, target: Target, options: Sequence[str]) -> None:
        """Nothing is read until it is asked for.

        Args:
            target: What is generated from, and where to.
            options: All options that decide the output.
        """
        self._target = target
        self._options = options
        self._generator = ""
        self._inputs: dict[str, str] = {}

    def digest_generator(self) -> None:
        """Digest the generator before it is used: a change under way is seen later."""
        if not self._generator:
            versions = {**manifest.get_library_versions(), "python": sys.version}
            self._generator = manifest.digest_inputs(
                [GENERATOR, *self._target.templates],
                root=GENERATOR.parent,
                extra=versions,
            )

    def note_inputs(self, digests: Mapping[str, str]) -> None:
        """Add files that were read: path to digest."""
        self._inputs.update(digests)

    def find_record(self) -> last_run.Record | None:
        """The record of a run that these inputs and this output are still those of."""
        self.digest_generator()
        out = self._target.out
        if out is None or manifest.is_interrupted(out):
            return None
        found = self._records().load(self._key())
        return (
            found if found is not None and found.is_current(self._generator) else None
        )

    def store_record(
        self,
        files: Mapping[str, str | bytes],
        meta: Mapping[str, str],
        lock_text: str,
        verdicts: Sequence[str],
    ) -> None:
        """Keep what was read and written, by digest.

        Args:
            files: What the output folder holds now, by path in it.
            meta: Facts of the manifest.
            lock_text: What ``names.lock`` holds now, if the target has one.
            verdicts: What the judges of ``sdkgen check`` said.
        """
        out, lock = self._target.out, self._target.lock
        if out is None:
            return
        texts = {**files, manifest.MANIFEST: manifest.render_manifest(files, meta)}
        paths = {out / path: manifest.encoded(text) for path, text in texts.items()}
        if lock is not None:
            paths[lock] = lock_text.encode()
        outputs = {
            path.as_posix(): digest_input(path, data) for path, data in paths.items()
        }
        record = last_run.Record(
            generator=self._generator,
            inputs=self._inputs,
            outputs=outputs,
            verdicts=tuple(verdicts),
        )
        self._records().store(self._key(), record)

    def _records(self) -> last_run.Records:
        target = self._target
        given = [target.out, target.folder and Path.cwd(), target.folder]
        given.append(target.document and target.document.parent)
        folders = [each for each in given if each is not None]
        return last_run.Records(last_run.find_folder(folders))

    def _key(self) -> str:
        """What tells runs apart that may each have a record."""
        target = self._target
        facts = (target.document, target.folder, target.out, target.package)
        return "\n".join([str(Path.cwd()), *map(str, facts), *self._options])
