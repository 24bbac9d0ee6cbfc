"""The cache: found again, never wrong, never in the way, never too large."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from generator.cache import Cache, default_folder


def never() -> str:
    raise AssertionError("computed again")


def entries(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_value_is_computed_once(tmp_path: Path) -> None:
    """By this object, and by one that is made later."""
    assert Cache(tmp_path).get_or("kind", "key", lambda: "value") == "value"

    assert Cache(tmp_path).get_or("kind", "key", never) == "value"
    assert Cache(tmp_path).get_or("other", "key", lambda: "else") == "else"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text() | st.binary())
def test_values_come_back_as_they_are(tmp_path: Path, value: str | bytes) -> None:
    """Text as text, bytes as bytes, whatever is in it; also as the key."""
    cache = Cache(tmp_path)
    cache.put("kind", value, value)

    assert cache.get("kind", value) == value


def test_a_lone_surrogate_is_kept(tmp_path: Path) -> None:
    """A document may hold one."""
    cache = Cache(tmp_path)
    cache.put("kind", "\ud800", "\ud800")

    assert cache.get("kind", "\ud800") == "\ud800"


def test_what_raises_is_not_stored(tmp_path: Path) -> None:
    """The next run tries again."""
    with pytest.raises(AssertionError):
        Cache(tmp_path).get_or("kind", "key", never)

    assert entries(tmp_path) == []


@pytest.mark.parametrize("cut", [0, 1, 20, 80, -1])
def test_a_damaged_entry_is_computed_again(tmp_path: Path, cut: int) -> None:
    """Cut off, overwritten or of another format."""
    cache = Cache(tmp_path)
    cache.put("kind", "key", "value")
    (entry,) = entries(tmp_path)
    data = entry.read_bytes()

    for damaged in (data[:cut], data[:cut] + b"?" + data[cut:], b"other " + data):
        entry.write_bytes(damaged)
        assert cache.get_or("kind", "key", lambda: "value") == "value"
        assert cache.get("kind", "key") == "value"


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    """The value is computed each time."""
    (tmp_path / "file").write_text("")
    cache = Cache(tmp_path / "file" / "below")

    assert cache.get_or("kind", "key", lambda: "one") == "one"
    assert cache.get_or("kind", "key", lambda: "two") == "two"


def test_a_full_disk_leaves_no_half_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Entries appear whole or not at all."""
    original = Path.write_bytes

    def full(self: Path, data: bytes) -> int:
        original(self, data[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    Cache(tmp_path).put("kind", "key", "value")

    assert entries(tmp_path) == []


def test_without_a_folder_nothing_is_kept() -> None:
    """``SDKGEN_CACHE=off``."""
    cache = Cache(None)
    cache.put("kind", "key", "value")
    cache.prune()

    assert cache.get("kind", "key") is None
    assert cache.get_or("kind", "key", lambda: "computed") == "computed"


def test_what_was_used_longest_ago_goes_first(tmp_path: Path) -> None:
    """Beyond the limit; reading is using."""
    cache = Cache(tmp_path)
    for number in range(10):
        cache.put("kind", str(number), "x" * 1000)
    for age, entry in enumerate(sorted(entries(tmp_path))):
        os.utime(entry, (1000 + age, 1000 + age))
    oldest = min(entries(tmp_path), key=lambda path: path.stat().st_mtime)
    kept = next(str(n) for n in range(10) if _entry(tmp_path, str(n)) == oldest)
    assert cache.get("kind", kept) is not None

    small = Cache(tmp_path, limit=6000)
    small.put("kind", "new", "x" * 1000)

    assert 2 <= len(entries(tmp_path)) <= 5
    assert small.get("kind", kept) is not None
    assert small.get("kind", "new") is not None


def _entry(folder: Path, key: str) -> Path:
    return Cache._path(folder, "kind", key)


@pytest.mark.parametrize(
    ("project", "environ", "expected"),
    [
        (Path("/p"), {}, Path("/p/.cache/sdkgen")),
        (Path("/p"), {"SDKGEN_CACHE": "/c"}, Path("/c")),
        (Path("/p"), {"SDKGEN_CACHE": "off"}, None),
        (None, {"HOME": "/h"}, Path("/h/.cache/sdkgen")),
        (None, {"HOME": "/h", "XDG_CACHE_HOME": "/x"}, Path("/x/sdkgen")),
        (None, {"HOME": "/h", "XDG_CACHE_HOME": "x"}, Path("/h/.cache/sdkgen")),
        (None, {}, None),
    ],
)
def test_where_the_cache_is(
    project: Path | None, environ: dict[str, str], expected: Path | None
) -> None:
    """Beside the project, or where a user's caches are."""
    assert default_folder(project, environ) == expected
