"""What the client of the stand-in does whatever its resources are."""

from __future__ import annotations

import json
import weakref
from collections.abc import Iterable, Mapping
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qsl, quote

from .._client import Losant
from .._runtime import UNSET, Body, Operation, Unset
from ._errors import LosantError

if TYPE_CHECKING:
    from typing import Self

    from .._runtime import Timeout, Transport
    from .._runtime.client.sync_core import SyncCore

__all__ = ["Base"]

_JSON = Body("application/json")
_IN_PATHS = "!$%&'()*+,/:;=@~"
"""What a path may hold that a caller made: percent signs too, of what is encoded."""


class Base:
    """Sends requests and gives the JSON of their answers.

    Nobody closes a client of losant-rest, so this one closes its connections when it is
    no longer used.
    """

    def __init__(
        self,
        auth_token: str | None = None,
        url: str = "https://api.losant.com",
        *,
        timeout: float | Timeout | Unset | None = UNSET,
        max_retries: int = 2,
        transport: Transport | None = None,
    ) -> None:
        self._token = _Token(auth_token)
        self._url = url
        self._native = partial(
            _Native,
            access_token=self._token,
            timeout=timeout,
            max_retries=max_retries,
            transport=transport,
        )
        self._core = self._native(base_url=url).core
        weakref.finalize(self, self._core.close)

    @property
    def auth_token(self) -> str | None:
        """The token that each request presents, if any; it can be set at any time."""
        return self._token.value

    @auth_token.setter
    def auth_token(self, token: str | None) -> None:
        self._token.value = token

    @property
    def url(self) -> str:
        """Where the API is; it can be set at any time.

        Raises:
            ValueError: It is set to what is no http or https URL.
        """
        return self._url

    @url.setter
    def url(self, url: str) -> None:
        # Connections stay: they are kept by server.
        self._core.engine = self._native(base_url=url).core.engine
        self._url = url

    def request(
        self,
        method: str,
        path: str,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str | None] | None = None,
        body: Any = None,
    ) -> Any:
        """Send a request and return what the server answers.

        Args:
            method: The HTTP method.
            path: The path below ``url``, encoded.
            params: The query; lists and mappings in it become ``name[0][key]=…``.
            headers: Further headers; ``None`` leaves one out.
            body: What to send as JSON, if anything.

        Returns:
            The JSON of the answer, or its text if it is none.

        Raises:
            LosantError: The status of the answer is 400 or above.
            APIConnectionError: There was no answer, or not in time.
        """
        path, _, query = path.partition("?")
        operation: Operation[Any] = Operation(
            f"{method} {path}",
            method.upper(),
            quote(path, _IN_PATHS),
            bodies=(_JSON,),
            options=("Accept-Version",),
            auth=(("access_token",), ()),
        )
        own = {
            name: str(value)
            for name, value in (headers or {}).items()
            if value is not None
        }
        said = {
            **dict(parse_qsl(query, keep_blank_values=True)),
            **self.flatten_params(params),
        }
        exchange = self._core.engine.prepare(
            operation, {"query": said, "headers": own}, (), body
        )
        response, content = self._core.send(exchange)
        data = _data(content, response.headers.get("content-type", ""))
        if response.status >= 400:
            raise LosantError(response.status, data)
        return data

    def flatten_params(self, data: Any, base_key: str | None = None) -> dict[str, Any]:
        """Lists and mappings as one level of names with brackets; no ``None`` in it."""
        return dict(_pairs(data, base_key)) if data is not None else {}

    def close(self) -> None:
        """Close the connections; a later call opens new ones."""
        self._core.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class _Token:
    """A token that can change; apart from the client, which it would keep alive."""

    __slots__ = ("value",)

    def __init__(self, value: str | None) -> None:
        self.value = value

    def __call__(self) -> str:
        # Empty, and not None: the environment is not asked for another one.
        return self.value or ""


class _Native(Losant):
    """The client of the package, for what it sends with."""

    @property
    def core(self) -> SyncCore:
        """What makes and sends requests."""
        return self._core


def _pairs(data: object, above: str | None) -> Iterable[tuple[str, object]]:
    if isinstance(data, Mapping):
        items: Iterable[tuple[object, object]] = cast(
            "Mapping[object, object]", data
        ).items()
    else:
        items = enumerate(cast("Iterable[object]", data))
    for key, value in items:
        name = str(key) if above is None else f"{above}[{key}]"
        if isinstance(value, str | bytes) or not isinstance(value, Iterable):
            if value is not None:
                yield name, value
        else:
            yield from _pairs(cast("Iterable[object]", value), name)


def _data(content: bytes, media_type: str) -> Any:
    """JSON, whatever the media type says, else text."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        _, _, charset = media_type.lower().partition("charset=")
    try:
        return content.decode(charset.split(";")[0].strip(" \"'") or "utf-8", "replace")
    except LookupError:  # no character set that there is
        return content.decode("utf-8", "replace")
