"""A real name server on loopback, UDP and TCP, with the records a test gives it."""

import contextlib
import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

OLD_LIMIT = 512
"""Bytes of an answer by UDP, as old servers keep them: longer ones come by TCP."""


@dataclass
class Zone:
    """``texts``: name → its TXT records. ``broken``: names that are answered with SERVFAIL;
    ``silent``: names that are not answered at all. ``asked``: what came in, in order."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    address: str = ""

    def answer(self, wire: bytes) -> bytes | None:
        question = dns.message.from_wire(wire)
        answer = dns.message.make_response(question)
        name = question.question[0].name.to_text(omit_final_dot=True).lower()
        self.asked.append(name)
        if name in self.silent:
            return None
        if name in self.broken:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif name in self.texts:
            rows = [_quoted(text) for text in self.texts[name]]
            answer.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "TXT", *rows))
        elif not any(known.endswith(f".{name}") for known in self.texts):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer.to_wire()


def _quoted(text: str) -> str:
    """As a zone file has it: pieces of at most 255 characters."""
    pieces = [text[at : at + 255] for at in range(0, len(text), 255)] or [""]
    return " ".join('"' + piece.replace('"', '\\"') + '"' for piece in pieces)


@contextmanager
def name_server(zone: Zone) -> Iterator[Zone]:
    """Serve the zone; ``zone.address`` is what to set as DNS_RESOLVER."""

    class Udp(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            data, sock = self.request
            wire = zone.answer(data)
            if wire is None:
                return
            if len(wire) > OLD_LIMIT:
                cut = dns.message.make_response(dns.message.from_wire(data))
                cut.flags |= dns.flags.TC
                wire = cut.to_wire()
            sock.sendto(wire, self.client_address)

    class Tcp(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with contextlib.suppress(struct.error):
                (length,) = struct.unpack("!H", self.request.recv(2))
                wire = zone.answer(self.request.recv(length))
                if wire is not None:
                    self.request.sendall(struct.pack("!H", len(wire)) + wire)

    tcp = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Tcp)
    port = tcp.server_address[1]
    udp = socketserver.ThreadingUDPServer(("127.0.0.1", port), Udp)
    zone.address = f"127.0.0.1:{port}"
    threads = [threading.Thread(target=one.serve_forever, daemon=True) for one in (tcp, udp)]
    for thread in threads:
        thread.start()
    try:
        yield zone
    finally:
        for server in (tcp, udp):
            server.shutdown()
            server.server_close()
        for thread in threads:
            thread.join()


def good_zone(domain: str, selector: str = "kizuna", include: str = "_spf.npo.example.jp") -> Zone:
    """What a municipality publishes when all is well; the key is one of 2,048 bits."""
    return Zone(
        {
            domain: ["some other text", f"v=spf1 include:{include} -all"],
            include: ["v=spf1 ip4:192.0.2.0/24 -all"],
            f"{selector}._domainkey.{domain}": [f"v=DKIM1; k=rsa; p={KEY_2048}"],
            f"_dmarc.{domain}": ["v=DMARC1; p=none; rua=mailto:dmarc@npo.example.jp"],
        }
    )


def _public_key(bits: int) -> str:
    """A fresh RSA key as DKIM publishes it."""
    import base64

    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    key = rsa.generate_private_key(public_exponent=65537, key_size=bits).public_key()
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(spki).decode()


KEY_2048 = _public_key(2048)
KEY_1024 = _public_key(1024)
