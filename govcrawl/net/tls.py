"""TLS as a browser that clicks through: old servers are reached, and what is weak about them is noted."""

from __future__ import annotations

import asyncio
import ssl
import warnings
from collections import OrderedDict
from dataclasses import replace
from pathlib import Path

from govcrawl.model import Answer
from govcrawl.net.connect import Endpoint, literal
from govcrawl.net.failures import tls_reason

_HANDSHAKE_TIMEOUT = 5.0
"""Seconds for the second, verified handshake."""
_KEEP = 5_000
_OP_LEGACY_SERVER_CONNECT = 0x4


def lenient_context() -> ssl.SSLContext:
    """Reaches what an old browser reached: TLS 1.0, small keys, old ciphers, legacy renegotiation.

    Nothing is verified: a page behind a bad certificate is still a page, and the weakness a finding apart.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # without authorities: to load them takes 0.1 s
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", DeprecationWarning
        )  # TLS 1.0 is deprecated; servers that speak it exist
        context.minimum_version = ssl.TLSVersion.TLSv1
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", _OP_LEGACY_SERVER_CONNECT)
    return context


class TlsWeakness:
    """Notes once per host and port what a browser would complain of."""

    def __init__(self, verifying: ssl.SSLContext | None = None) -> None:
        self._context = verifying
        paths = ssl.get_default_verify_paths()
        # Without any authorities on this machine every issuer is unknown: then that says nothing.
        self._knows_issuers = verifying is not None or any(
            path is not None and Path(path).exists() for path in (paths.cafile, paths.capath)
        )
        self._known: OrderedDict[tuple[str, int], asyncio.Task[str]] = OrderedDict()

    async def noted(self, answer: Answer, host: str, end: Endpoint, version: str) -> Answer:
        """The answer with `tls_weakness`, found out by one more handshake for each host and port.

        Args:
            answer: of an https address.
            host: whose name the certificate must bear.
            end: where the answer came from.
            version: of the connection: "TLSv1", "TLSv1.2" …
        """
        if version in {"SSLv3", "TLSv1", "TLSv1.1"}:
            return replace(answer, tls_weakness="protocol too old")
        key = (host, end.port)
        task = self._known.get(key)
        if task is None:
            task = asyncio.get_running_loop().create_task(self._probe(host, end))
            self._known[key] = task
            while len(self._known) > _KEEP:
                self._known.popitem(last=False)
        weakness = await asyncio.shield(task)
        return replace(answer, tls_weakness=weakness) if weakness else answer

    async def _probe(self, host: str, end: Endpoint) -> str:
        self._context = self._context or ssl.create_default_context()
        try:
            async with asyncio.timeout(_HANDSHAKE_TIMEOUT):
                _, writer = await asyncio.open_connection(
                    end.ip, end.port, ssl=self._context, server_hostname=literal(host) or host
                )
        except ssl.SSLError as error:
            reason = tls_reason(error)
            if reason == "unknown issuer" and not self._knows_issuers:
                return ""
            return reason
        except (OSError, TimeoutError, ValueError):
            return ""  # it was reached a moment ago: not a matter of its certificate
        writer.close()
        return ""
