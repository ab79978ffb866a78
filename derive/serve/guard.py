"""Who may ask: a page that this server gave out, on this machine.

- Host must be 127.0.0.1 or localhost with our port: a name that somebody else's server points here is refused (DNS
  rebinding).
- Origin and Sec-Fetch-Site, where a browser sends them, must be our own: other sites' forms and scripts are refused.
- The token, from the address that `derive serve` prints, is then in a cookie of this site alone, and what is posted
  has it in a header too, which no form can send.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie

HEADER = "x-derive-token"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
    "img-src 'self' data:; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
SAFE: Mapping[str, str] = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}
"""With every answer: nothing from elsewhere, in no frame of others."""


@dataclass(frozen=True, slots=True)
class Guard:
    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)

    @property
    def hosts(self) -> tuple[str, ...]:
        names = ("127.0.0.1", "localhost")
        plain = names if self.port == 80 else ()
        return (*(f"{name}:{self.port}" for name in names), *plain)

    @property
    def cookie(self) -> str:
        """A cookie's name: cookies of all ports of a machine are in one jar."""
        return f"derive-{self.port}"

    @property
    def address(self) -> str:
        """What the browser opens."""
        return f"http://127.0.0.1:{self.port}/?token={self.token}"

    def refused(self, method: str, headers: list[tuple[str, str]]) -> str:
        """Why a request is refused before anything else is looked at; "" where it is not."""
        hosts = [value for name, value in headers if name == "host"]
        if len(hosts) != 1 or hosts[0].lower() not in self.hosts:
            return "this server answers to 127.0.0.1 and localhost only"
        origins = {value for name, value in headers if name == "origin"}
        if not origins <= {f"http://{host}" for host in self.hosts}:
            return "this server answers to its own page only"
        sites = {value for name, value in headers if name == "sec-fetch-site"}
        if not sites <= {"same-origin", "none"} or (method == "POST" and "none" in sites):
            return "this server answers to its own page only"
        return ""

    def knows(self, given: str) -> bool:
        return secrets.compare_digest(given.encode("utf-8", "replace"), self.token.encode())

    def in_cookie(self, cookies: str) -> bool:
        try:
            met = SimpleCookie(cookies).get(self.cookie)
        except CookieError:
            return False
        return met is not None and self.knows(met.value)
