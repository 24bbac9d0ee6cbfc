"""Views of credentials: the arguments of a client, and what tells the runtime of them.

A credential may have a *grant* besides: arguments by which the client fetches and
renews tokens itself (OAuth 2.0 client credentials, RFC 6749, section 4.4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sdkgen import ir
from sdkgen.render.python.code import Code, make_distinct, print_literal
from sdkgen.render.python.docstrings import (
    WIDTH,
    code_span,
    escape_markdown,
    wrap_text,
    write_entry,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialView:
    """``table`` is the call that tells the runtime about it; ``said`` is Markdown."""

    name: Code
    wire: Code
    environment: Code
    said: Code
    table: Code
    entry: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantView:
    """Arguments of the client by which it fetches tokens of a credential itself.

    ``environment`` names its variables, as Markdown, or nothing; ``rows`` say of
    each what it is, for a table.
    """

    wire: Code
    client_id: Code
    client_secret: Code
    token_url: Code
    scopes: Code
    environment: Code
    rows: tuple[Code, ...]
    entries: tuple[tuple[str, ...], ...]


def build_credential_views(
    api: ir.Api, taken: set[str]
) -> tuple[tuple[CredentialView, ...], tuple[GrantView, ...]]:
    """Arguments for each credential, and for each grant; their names are ``taken``."""
    environment = dict(api.package.environment)
    arguments = {
        each.name: _name_grant_arguments(each.grant, taken)
        for each in api.auth
        if each.grant is not None
    }
    credentials = tuple(
        _build_credential(each, environment, taken, arguments.get(each.name))
        for each in api.auth
    )
    grants = tuple(
        _build_grant(each, each.grant, environment, arguments[each.name])
        for each in api.auth
        if each.grant is not None
    )
    return credentials, grants


def describe_credentials(
    credentials: Sequence[CredentialView], prefix: str
) -> tuple[str, ...]:
    """What a credential may be, and where it is looked for."""
    if not credentials:
        return ()
    function = (
        "or a function that gives the one that is valid now, such as a `TokenProvider`"
        if not prefix
        else "or a function, which may be a coroutine function, that gives the one that"
        " is valid now, such as an `AsyncTokenProvider`"
    )
    from_environment = any(each.environment for each in credentials)
    order = (
        "Its argument counts first, then its variable of the environment; a call that"
        " needs one and finds it in neither"
        if from_environment
        else "A call that needs one which was not passed"
    )
    text = (
        f"A credential is a string, {function}. {order} raises"
        " `MissingCredentialsError`."
    )
    return ("", *wrap_text(text, WIDTH - 4))


def _name_grant_arguments(grant: ir.Grant, taken: set[str]) -> tuple[str, ...]:
    """Names for id and secret of the client, the URL of tokens, and scopes."""
    names: list[str] = []
    for each in ("client_id", "client_secret", "token_url", "scopes"):
        names.append(make_distinct(f"{grant.prefix}{each}", taken.__contains__))
        taken.add(names[-1])
    return tuple(names)


def _build_grant(
    auth: ir.Auth,
    grant: ir.Grant,
    environment: dict[str, str],
    names: tuple[str, ...],
) -> GrantView:
    variables = _name_grant_variables(grant, environment)
    said = (
        f"Id of the client: with it, {code_span(auth.name)} is fetched and renewed.",
        "The secret that goes with it.",
        "Where tokens are fetched.",
        "Scopes to ask for; by default the server decides.",
    )
    facts = [
        f"By default from {code_span(each)}." if each else "" for each in variables
    ]
    facts.append(f"Default: {code_span(grant.token_url)}.")
    if grant.scopes:
        facts.append(f"There are {', '.join(map(code_span, grant.scopes))}.")
    facts += [""] * (4 - len(facts))
    return GrantView(
        wire=print_literal(auth.name),
        client_id=Code(names[0]),
        client_secret=Code(names[1]),
        token_url=Code(names[2]),
        scopes=Code(names[3]),
        environment=Code(" and ".join(code_span(each) for each in variables if each)),
        rows=tuple(
            Code(f"{code_span(each)} | {what} of the client, to fetch tokens with")
            for each, what in zip(variables, ("id", "secret"), strict=True)
            if each
        ),
        entries=tuple(
            tuple(write_entry(*each)) for each in zip(names, said, facts, strict=True)
        ),
    )


def _name_grant_variables(
    grant: ir.Grant, environment: dict[str, str]
) -> tuple[str, str]:
    return (
        environment.get(f"{grant.prefix}client_id", ""),
        environment.get(f"{grant.prefix}client_secret", ""),
    )


def _build_credential(
    auth: ir.Auth,
    environment: dict[str, str],
    taken: set[str],
    arguments: tuple[str, ...] | None,
) -> CredentialView:
    name = make_distinct(auth.name, taken.__contains__)
    taken.add(name)
    variable = environment.get(auth.name, "")
    parts = [
        print_literal(auth.name),
        print_literal(str(auth.scheme)),
        print_literal(str(auth.location)),
    ]
    parts.append(print_literal(auth.wire))
    if variable:
        parts.append(Code(f"environment={print_literal(variable)}"))
    if auth.grant is not None and arguments is not None:
        grant = [print_literal(auth.grant.token_url)]
        if arguments[:2] != ("client_id", "client_secret"):
            grant.append(
                Code(f"arguments=({', '.join(map(print_literal, arguments[:2]))})")
            )
        variables = _name_grant_variables(auth.grant, environment)
        if any(variables):
            pair = ", ".join(map(print_literal, variables))
            grant.append(Code(f"environment=({pair})"))
        parts.append(Code(f"grant=Grant({', '.join(grant)})"))
    said: str = auth.doc.description or auth.doc.summary
    if auth.scheme is ir.Scheme.BASIC:
        said = said or "Name and password as `name:password`."
    fallback = f"By default from {code_span(variable)}." if variable else ""
    return CredentialView(
        name=Code(name),
        wire=print_literal(auth.name),
        environment=Code(code_span(variable) if variable else ""),
        said=escape_markdown(said) if said else Code("a credential"),
        table=Code(f"Credential({', '.join(parts)})"),
        entry=tuple(write_entry(name, said, fallback)),
    )
