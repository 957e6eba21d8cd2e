"""Where mail is handed over: ``EMAIL_URL`` as typed values."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote, urlsplit


class Tls(StrEnum):
    """How the connection is encrypted, named after the URL's scheme."""

    NONE = "smtp"
    STARTTLS = "smtp+tls"
    FROM_START = "smtps"


_PORTS = {Tls.NONE: 25, Tls.STARTTLS: 587, Tls.FROM_START: 465}


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed over."""

    tls: Tls
    host: str
    port: int
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:  # the password stays out of tracebacks and logs
        return f"Server({self.tls.value}://{self.host}:{self.port})"

    @classmethod
    def parse(cls, url: str) -> "Server":
        """Read ``smtp[+tls|s]://[user:password@]host[:port]``, percent-encoded.

        Raises ``ValueError`` with a sentence that does not quote the URL: it may hold a password.
        """
        try:
            parts = urlsplit(url)
            tls, port = Tls(parts.scheme), parts.port
        except ValueError as error:
            raise ValueError(
                "EMAIL_URL must look like smtp://host:port, smtp+tls://user:password@host or "
                "smtps://user:password@host"
            ) from error
        if not parts.hostname:
            raise ValueError("EMAIL_URL names no host")
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(tls, parts.hostname, port or _PORTS[tls], user, password)
