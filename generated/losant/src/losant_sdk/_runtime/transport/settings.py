"""How the default transports connect: certificates, proxies, HTTP/2.

What is said here is checked when a client is made; what is costly is done when the
first connection needs it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ssl

    import httpcore2

    # Certificates to trust: those of the system, of a file or folder, of a context.
    Verify = bool | str | os.PathLike[str] | ssl.SSLContext
else:

    def __getattr__(name: str) -> object:
        # ssl is loaded only by those who evaluate the annotation, or connect with it.
        if name == "Verify":
            from ssl import SSLContext

            return bool | str | os.PathLike[str] | SSLContext
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = ["ConnectionSettings", "Verify"]

_SCHEMES = ("http", "https", "socks5", "socks5h")


class ConnectionSettings:
    """How to connect.

    Args:
        verify: Whom to trust: the certificates of the system, or of ``SSL_CERT_FILE``
            or ``SSL_CERT_DIR`` (True); those of a file or folder in PEM format; those
            of a context; or everybody (False).
        proxy: URL of the proxy to go through, with a name and password if it wants
            them; else that of the environment.
        trust_env: Whether the environment may name a proxy (``HTTPS_PROXY``,
            ``HTTP_PROXY``, ``ALL_PROXY``, but for hosts in ``NO_PROXY``) and
            certificates.
        http2: Whether to speak HTTP/2 with servers that do.
        package: What to install with an extra, for messages.

    Raises:
        ValueError: There is no such file, or no such proxy.
        ImportError: An extra is needed and not installed.
    """

    __slots__ = ("_context", "_package", "http2", "proxy", "trust_env", "verify")

    def __init__(
        self,
        *,
        verify: Verify = True,
        proxy: str | None = None,
        trust_env: bool = True,
        http2: bool = False,
        package: str = "",
    ) -> None:
        self.verify: Verify = verify
        self.proxy: str | None = proxy
        self.trust_env: bool = trust_env
        self.http2: bool = http2
        self._package = package.replace("_", "-")
        self._context: ssl.SSLContext | None = None
        if isinstance(verify, str | os.PathLike):
            where = os.fspath(verify)
            if not os.path.exists(where):  # noqa: PTH110 (pathlib costs an import)
                raise ValueError(f"verify: there is no file or folder {where!r}")
        if proxy is not None:
            _check_proxy(proxy)
            self._check_support(proxy)
        if http2:
            self._require_module("h2", "http2")

    def __getstate__(self) -> dict[str, Any]:
        # Certificates are read again where the settings arrive.
        return {
            "verify": self.verify,
            "proxy": self.proxy,
            "trust_env": self.trust_env,
            "http2": self.http2,
            "package": self._package,
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        ConnectionSettings.__init__(self, **state)

    def _check_support(self, proxy: str) -> None:
        if proxy.lower().startswith("socks"):
            self._require_module("socksio", "socks")

    def _require_module(self, module: str, extra: str) -> None:
        from importlib.util import find_spec

        if find_spec(module) is None:
            raise ImportError(
                f"{module} is not installed: pip install '{self._package}[{extra}]'"
            )

    def get_ssl_context(self) -> ssl.SSLContext:
        """Whom to trust.

        Raises:
            OSError: The certificates cannot be read.
        """
        if self._context is None:
            self._context = self.make_ssl_context()
        return self._context

    def make_ssl_context(self) -> ssl.SSLContext:
        """The same, apart from that of other connections."""
        import ssl

        verify = self.verify
        if isinstance(verify, ssl.SSLContext):
            return verify
        if isinstance(verify, str | os.PathLike):
            where = os.fspath(verify)
            folder = os.path.isdir(where)  # noqa: PTH112 (as above)
            return ssl.create_default_context(
                cafile=None if folder else where, capath=where if folder else None
            )
        if not verify:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            return context
        if self.trust_env:
            import httpcore2

            return httpcore2.default_ssl_context()
        import httpx2

        return httpx2.create_ssl_context(trust_env=False)

    def find_proxy(self, scheme: str, netloc: str) -> str | None:
        """The proxy for an origin, if there is one.

        Raises:
            ValueError: What the environment names is none.
            ImportError: An extra is needed and not installed.
        """
        if self.proxy is not None:
            return self.proxy
        if not self.trust_env:
            return None
        from urllib.request import getproxies, proxy_bypass

        proxies: Mapping[str, str] = getproxies()
        found = proxies.get(scheme) or proxies.get("all")
        if not found or proxy_bypass(netloc):
            return None
        found = found if "://" in found else f"http://{found}"
        _check_proxy(found)
        self._check_support(found)
        return found

    def make_proxy(self, proxy: str) -> httpcore2.Proxy:
        """A proxy, as httpcore2 wants it."""
        from urllib.parse import unquote, urlsplit

        import httpcore2

        parts = urlsplit(proxy)
        default = {"http": 80, "https": 443}.get(parts.scheme, 1080)
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return httpcore2.Proxy(
            httpcore2.URL(
                scheme=parts.scheme.encode("ascii"),
                host=(parts.hostname or "").encode("idna"),
                port=parts.port or default,
                target=b"/",
            ),
            auth=(user.encode(), password.encode()) if user or password else None,
            # One of its own: HTTP/2 is agreed on with the server, and not with the proxy.
            ssl_context=self.make_ssl_context() if parts.scheme == "https" else None,
        )


def _check_proxy(proxy: str) -> None:
    from urllib.parse import urlsplit

    from ..redact import redact_url

    try:
        parts = urlsplit(proxy)
        known = parts.scheme in _SCHEMES and parts.hostname and parts.port != 0
    except ValueError:
        known = False
    if not known:
        kinds = ", ".join(_SCHEMES)
        raise ValueError(f"proxy: expected a URL of {kinds}, not {redact_url(proxy)!r}")
