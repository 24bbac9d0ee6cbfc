"""A client in the style of openai-python, which many generators have taken over.

It is ours, and much less than theirs; what a call goes through is the same in kind: a
model of the request, options merged over defaults, retries, a response that is parsed
when it is asked for, models built from plain values.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Mapping
from typing import Any, Generic, TypeVar

import httpx2
import pydantic

__all__ = ["AsyncStyled", "Styled"]

T = TypeVar("T")

_TRANSIENT = (408, 409, 429)


class Absent:
    """Stands for an argument that is not given."""


ABSENT = Absent()


class RequestModel(pydantic.BaseModel):
    """A request before it is built."""

    model_config = pydantic.ConfigDict(arbitrary_types_allowed=True)

    method: str
    url: str
    params: dict[str, Any] = {}
    headers: dict[str, Any] = {}
    max_retries: int | None = None
    timeout: float | None = None
    json_data: Any = None


class Parsed(Generic[T]):
    """A response, and what is in it."""

    def __init__(self, raw: httpx2.Response, cast_to: type[T]) -> None:
        self._raw = raw
        self._cast_to = cast_to

    def parse(self) -> T:
        """The model."""
        media_type = self._raw.headers.get("content-type", "*").partition(";")[0]
        if not media_type.endswith("json"):
            raise TypeError(media_type)
        return pydantic.TypeAdapter(self._cast_to).validate_python(self._raw.json())


class _Base:
    def __init__(self, base_url: str, token: str) -> None:
        self._base_url = httpx2.URL(base_url)
        self._token = token
        self._max_retries = 2

    def _headers(self, given: Mapping[str, Any]) -> dict[str, str]:
        merged = {
            "Accept": "application/json",
            "Content-Type": "application/json",
            "User-Agent": "Styled/Python 1.0.0",
            "X-Stainless-Lang": "python",
            "X-Stainless-OS": platform.system(),
            "X-Stainless-Arch": platform.machine(),
            "X-Stainless-Runtime": platform.python_implementation(),
            "X-Stainless-Runtime-Version": platform.python_version(),
            "Authorization": f"Bearer {self._token}",
            **given,
        }
        return {k: v for k, v in merged.items() if not isinstance(v, Absent)}

    def _model(
        self, url: str, params: Mapping[str, Any], **options: Any
    ) -> RequestModel:
        said = {k: v for k, v in params.items() if not isinstance(v, Absent)}
        given = {k: v for k, v in options.items() if not isinstance(v, Absent)}
        return RequestModel.model_construct(
            method="GET", url=url, params=said, headers={}, **given
        )

    def _request(
        self,
        client: httpx2.Client | httpx2.AsyncClient,
        model: RequestModel,
        tried: int,
    ) -> httpx2.Request:
        headers = self._headers(model.headers)
        headers["X-Stainless-Retry-Count"] = str(tried)
        return client.build_request(
            model.method,
            self._base_url.copy_with(path=self._base_url.path.rstrip("/") + model.url),
            params=model.params or None,
            headers=headers,
        )

    def _again(self, response: httpx2.Response, tried: int) -> bool:
        transient = response.status_code >= 500 or response.status_code in _TRANSIENT
        return transient and tried < self._max_retries


class Styled(_Base):
    """The client that blocks."""

    def __init__(self, base_url: str, token: str) -> None:
        super().__init__(base_url, token)
        self._client = httpx2.Client(
            timeout=60,
            follow_redirects=True,
            limits=httpx2.Limits(max_connections=1000, max_keepalive_connections=100),
        )

    def get(
        self, url: str, cast_to: type[T], params: Mapping[str, Any], **options: Any
    ) -> T:
        """Read something."""
        model = self._model(url, params, timeout=ABSENT, **options)
        tried = 0
        while True:
            request = self._request(self._client, model, tried)
            response = self._client.send(request)
            if not self._again(response, tried):
                break
            tried += 1
            time.sleep(0.5)
        response.raise_for_status()
        return Parsed(response, cast_to).parse()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


class AsyncStyled(_Base):
    """The client that is awaited."""

    def __init__(self, base_url: str, token: str) -> None:
        super().__init__(base_url, token)
        self._client = httpx2.AsyncClient(
            timeout=60,
            follow_redirects=True,
            limits=httpx2.Limits(max_connections=1000, max_keepalive_connections=100),
        )

    async def get(
        self, url: str, cast_to: type[T], params: Mapping[str, Any], **options: Any
    ) -> T:
        """Read something."""
        model = self._model(url, params, timeout=ABSENT, **options)
        tried = 0
        while True:
            request = self._request(self._client, model, tried)
            response = await self._client.send(request)
            if not self._again(response, tried):
                break
            tried += 1
        response.raise_for_status()
        return Parsed(response, cast_to).parse()

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()
