"""Our own checks of where an API is and who may call it: servers and security."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sdkgen.diagnostics.diagnostic import Details, find_similar
from sdkgen.diagnostics.values import preview
from sdkgen.openapi.http_syntax import CONTROL
from sdkgen.openapi.paths import VARIABLE
from sdkgen.support.json_pointer import Json, escape, resolve

from .report import Report, check_sent_name

__all__ = ["check_scheme", "check_security", "check_servers"]

_SCHEMES: Final = ("apiKey", "http", "mutualTLS", "oauth2", "openIdConnect")


# -------------------------------------------------------------------- security


def check_scheme(report: Report, scheme: Mapping[str, Json], pointer: str) -> None:
    """A security scheme says what it is, and what is sent can be sent."""
    kind = scheme.get("type")
    if kind not in _SCHEMES:
        at = f"{pointer}/type" if "type" in scheme else pointer
        options = ", ".join(_SCHEMES)
        message = f"'type' of a security scheme must be one of {options}"
        similar = find_similar(kind, _SCHEMES) if isinstance(kind, str) else ""
        report.value("E306", message, at, details=Details(suggestion=similar))
    elif kind == "apiKey":
        name, where = scheme.get("name"), scheme.get("in")
        if not isinstance(name, str) or where not in ("header", "query", "cookie"):
            message = "an API key must have 'name' and 'in': header, query or cookie"
            report.value("E306", message, pointer)
        elif where == "header":
            check_sent_name(report, name, f"{pointer}/name")
        elif CONTROL.search(name):
            report.value(
                "E308", f"{where} {preview(name)} cannot be sent", f"{pointer}/name"
            )
    elif kind == "http" and not isinstance(scheme.get("scheme"), str):
        message = "an HTTP security scheme must have 'scheme', such as bearer or basic"
        report.value("E306", message, pointer)


def check_security(report: Report, holder: Mapping[str, Json], pointer: str) -> None:
    """Security of the document or of an operation asks for schemes that there are."""
    security = holder.get("security")
    if security is None:
        return
    place = f"{pointer}/security"
    if not isinstance(security, list):
        message = f"security must be an array, not {preview(security)}"
        report.value("E301", message, place, fix="remove")
        return
    found = resolve(report.root, "/components/securitySchemes")
    defined = found[0] if found else None
    schemes = list(defined) if isinstance(defined, dict) else []
    for index, requirement in enumerate(security):
        at = f"{place}/{index}"
        if not isinstance(requirement, dict):
            message = (
                f"a security requirement must be an object, not {preview(requirement)}"
            )
            report.value("E301", message, at, fix="remove")
            continue
        for name in requirement:
            # From 3.2 on a scheme may be named by where it stands.
            if name not in schemes and resolve(report.root, name.lstrip("#")) is None:
                message = f"there is no security scheme {preview(name)}"
                details = Details(suggestion=report.find_similar(name, schemes))
                report.key("W731", message, f"{at}/{escape(name)}", details=details)


# --------------------------------------------------------------------- servers


def check_servers(report: Report, holder: Mapping[str, Json], pointer: str) -> None:
    """Servers of the document, of a path or of an operation have a URL to call."""
    servers = holder.get("servers")
    for index, server in enumerate(servers if isinstance(servers, list) else ()):
        if isinstance(server, dict):
            _check_server(report, server, f"{pointer}/servers/{index}")


def _check_server(report: Report, server: Mapping[str, Json], pointer: str) -> None:
    url = server.get("url")
    if not isinstance(url, str):
        message = "a server must have a url, a string"
        report.value("E301", message, pointer, fix="remove")
        return
    place = f"{pointer}/url"
    if CONTROL.search(url) or " " in url.strip():
        report.value("E312", f"{preview(url)} cannot be a URL", place)
        return
    listed = server.get("variables")
    variables = listed if isinstance(listed, dict) else {}
    rest = VARIABLE.sub("", url)
    if "{" in rest or "}" in rest:
        report.value("W723", f"{preview(url)}: a brace is unmatched", place)
    for name in VARIABLE.findall(url):
        if name not in variables:
            message = f"{{{name}}} of {preview(url)} has no variable"
            details = Details(suggestion=report.find_similar(name, variables))
            report.value("W723", message, place, details=details)
    scheme, colon, _ = VARIABLE.sub("x", url).partition("://")
    if colon and scheme.lower() not in {"http", "https", "x"}:
        report.value("W723", f"{preview(url)} is not an HTTP URL", place)
    for name, value in variables.items():
        at = f"{pointer}/variables/{escape(name)}"
        if not isinstance(value, dict) or not isinstance(value.get("default"), str):
            message = f"variable {preview(name)} of a server has no default, a string"
            report.value("W723", message, at)
            continue
        options = value.get("enum")
        if isinstance(options, list) and value["default"] not in options:
            message = f"the default of {preview(name)} is none of its values"
            report.value("W723", message, f"{at}/default")
