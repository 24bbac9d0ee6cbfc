"""What methods take: dictionaries with the keys of the API.

What the keys mean stands with the model of the same shape: that of `ThingParams` is
`models.Thing`, and `models` has these names, too.

A name is loaded when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._lazy import lazy_names

if TYPE_CHECKING:
    from ..models import *  # noqa: F403 - all of them, whatever there is
else:
    __getattr__ = lazy_names(__name__, "Params", "models")
