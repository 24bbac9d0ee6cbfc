"""Secrets that can be told from all else, planted wherever a call may send one."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, quote_plus

from hypothesis import strategies as st
from package._runtime import Body, Operation, Param

__all__ = [
    "ANY",
    "IN_HEADER",
    "MARK",
    "NAMES",
    "Sent",
    "marked",
    "nested",
    "sent",
    "spellings",
]

MARK = "Zq9"
"""What nothing else says, so that finding it means that it leaked."""


def marked(text: str) -> str:
    """A secret of this text, which can be told from all else."""
    return f"{MARK}{text}{MARK}X"


ANY = st.text(max_size=12).map(marked)
IN_HEADER = st.text(
    st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"),
    max_size=12,
).map(marked)  # fmt: skip
TOKEN = st.from_regex(r"[A-Za-z0-9+/._~-]{0,12}={0,2}", fullmatch=True).map(marked)

NAMES = st.sampled_from(
    [
        *(
            "password",
            "newPassword",
            "accessToken",
            "access_token",
            "apiKey",
            "API_KEY",
        ),
        *("client_secret", "clientSecret", "privateKey", "X-Amz-Signature", "sig"),
        *("authtoken", "sessionId", "Signature", "twoFactorCode", "credentials"),
    ]
)


class Sent:
    """A secret on its way: how a call is made that sends it."""

    def __init__(
        self,
        secret: str,
        *,
        credentials: Mapping[str, str] | None = None,
        options: Mapping[str, Any] | None = None,
        client_headers: Mapping[str, str] | None = None,
        body: object = None,
        param: Param | None = None,
    ) -> None:
        self.secret = secret
        self.credentials = dict(credentials or {})
        self.options = options
        self.client_headers = client_headers
        self.body = body
        self.param = param

    @property
    def operation(self) -> Operation[Any]:
        """What is called."""
        in_path = self.param is not None and self.param.location == "path"
        return Operation(
            "x.post",
            "PUT",
            f"/x/{{{self.param.wire}}}" if in_path and self.param else "/x",
            params=() if self.param is None else (self.param,),
            bodies=(
                (
                    Body("application/x-www-form-urlencoded", fields=(0,))
                    if self.param is not None and self.param.location == "form"
                    else Body("application/json")
                ),
            ),
            responses={"200": lambda: dict[str, int], "422": lambda: dict[str, str]},
            auth=(tuple(self.credentials),),
            options=(),
        )

    def __repr__(self) -> str:
        return f"Sent({vars(self)})"


@st.composite
def nested(draw: st.DrawFn, secret: str) -> object:
    """JSON in which a secret is somewhere, under a name that tells."""
    names = st.text("abcdef", min_size=1, max_size=4)
    value: object = {draw(NAMES): draw(st.sampled_from([secret, [secret]]))}
    for _ in range(draw(st.integers(0, 4))):
        value = draw(
            st.sampled_from([{draw(names): value}, [value], {"a": 1, "b": value}])
        )
    return value


PLACES: dict[str, st.SearchStrategy[Sent]] = {
    "bearer": IN_HEADER.map(lambda s: Sent(s, credentials={"token": s})),
    "basic": ANY.map(lambda s: Sent(s, credentials={"login": f"me:{s}"})),
    "header": IN_HEADER.map(lambda s: Sent(s, credentials={"in_header": s})),
    "query": ANY.map(lambda s: Sent(s, credentials={"in_query": s})),
    "cookie": ANY.map(lambda s: Sent(s, credentials={"in_cookie": s})),
    "own header": IN_HEADER.map(
        lambda s: Sent(s, options={"headers": {"X-Api-Key": s}})
    ),
    "own authorization": TOKEN.map(
        lambda s: Sent(s, options={"headers": {"authorization": f"Custom {s}"}})
    ),
    "own cookie": TOKEN.map(
        lambda s: Sent(s, client_headers={"Cookie": f"a=b; session={s}"})
    ),
    "own query": st.tuples(ANY, NAMES).map(
        lambda each: Sent(each[0], options={"query": {each[1]: each[0]}})
    ),
    "url in a query": st.tuples(TOKEN, NAMES).map(
        lambda each: Sent(
            each[0],
            options={"query": {"back": f"https://x.example/cb?{each[1]}={each[0]}"}},
        )
    ),
    "body": ANY.flatmap(
        lambda s: nested(s).map(lambda body: Sent(s, body=body)),
    ),
    "parameter": st.tuples(
        TOKEN, NAMES, st.sampled_from(["path", "query", "header", "cookie", "form"])
    ).map(lambda each: Sent(each[0], param=Param(each[1], each[2]))),
}


@st.composite
def sent(draw: st.DrawFn) -> Sent:
    """A secret wherever one may stand."""
    place = draw(st.sampled_from(sorted(PLACES)))
    return draw(PLACES[place])


def spellings(secret: str) -> list[str]:
    """As servers may repeat it."""
    in_json = json.dumps(secret)[1:-1]
    return [
        secret,
        in_json,
        in_json.replace("/", "\\/"),
        json.dumps(secret, ensure_ascii=False)[1:-1],
        html.escape(secret),
        quote(secret, safe=""),
        quote(secret),
        quote_plus(secret),
    ]
