"""Repairs are tried before they are suggested: each trial is a run of its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from .pipeline import Run

if TYPE_CHECKING:
    from sdkgen.repair.suggestions import Repair, State, Suggestion

__all__ = ["suggest_repairs"]


def suggest_repairs(run: Run) -> Suggestion | None:
    """An overlay for what is wrong with a document; None if it cannot be read.

    Args:
        run: Says which document, and with which options; nothing is run of it.
    """
    from sdkgen.repair import suggestions

    with TemporaryDirectory() as folder:
        path = Path(folder, "suggested.yaml")

        def try_repairs(tried: Sequence[Repair]) -> State | None:
            suggestion = suggestions.Suggestion(list(tried))
            text = suggestions.overlay_text("", suggestion)
            path.write_text(text, encoding="utf-8", newline="\n")
            overlays = (*run.overlays, path) if tried else run.overlays
            tree = _begin_trial(run, overlays).read(whole=False)
            if tree is None:
                return None
            trial = _begin_trial(run, overlays)
            api = trial.normalize()
            names = {
                str(operation.pointer): operation.name
                for resource in (api.resources if api else ())
                for operation in resource.operations
            }
            return suggestions.State(
                tree, path.as_posix(), list(trial.diagnostics), names
            )

        return suggestions.suggest_repairs(try_repairs)


def _begin_trial(run: Run, overlays: tuple[Path, ...]) -> Run:
    return Run(
        target=run.target,
        on_stage=run.on_stage,
        allow_outside=run.allow_outside,
        overlays=overlays,
        large=run.large,
    )
