"""From what a link answered to what is concluded about it. Pure: no clock, no network.

`look` reads one attempt (a chain of answers), `judge` concludes from all attempts. A link is broken only by
two attempts that agree, and lie as far apart as their class demands: a clear answer (404) `confirm_after`,
what may pass (a timeout) `confirm_after_transient`. What speaks of the robot, or of this machine, never is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from enum import Enum
from urllib.parse import urlsplit

from govcrawl.model import PORT_NOT_LISTED, Answer, Cause, LinkVerdict, Look, Try, Verdict
from govcrawl.pages.addresses import host_of, registrable_domain
from govcrawl.pages.challenges import BLOCKING, ROBOT, speaks_of_robot
from govcrawl.pages.hijack import hijacked
from govcrawl.pages.page import Page, read_page
from govcrawl.pages.soft404 import (
    COMPARED_TEXT,
    LITTLE_TEXT,
    is_frame,
    is_home,
    led_away,
    same_as,
    says_closed,
    says_missing,
)

_DOCUMENTS = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|wps|et|dps|ofd|ceb|rtf|zip|rar|7z|tar|gz|tgz|csv|mp[34]|avi|wmv|flv|apk|exe)$"
)
_MEDIA = {"img", "source", "video", "audio", "track"}
_PARTS = {"script", "link", "style"}
_SLIP = re.compile(r"h{1,2}t{0,4}p{0,3}s{0,2}|t{1,2}ps?|hpt?ts?|htps?")
"""Schemes that can only be a mistyped http or https."""
_PORT = re.compile(r"\d{1,5}(?:[/?#]|$)")
_LONG_PAGE = 1000
"""Characters of visible text from which HTML in a document's place may be a viewer or a cover page."""
_UNTRUE = {Cause.UNROUTABLE, Cause.LOCAL}
_CLEAR = {
    Cause.REDIRECT_LOOP,
    Cause.TOO_MANY_REDIRECTS,
    Cause.SOFT_404,
    Cause.EMPTY,
    Cause.WRONG_TYPE,
    Cause.HTTP,
}
_PATIENCE = 3600.0
"""Seconds of a Retry-After that are kept at most."""
_MAY_PASS = {408, 425}
_REDIRECTS = {300, 301, 302, 303, 307, 308}


class Standing(Enum):
    """What one attempt says."""

    GOOD = "good"
    CLEAR = "clear"
    """The server said that it is not there."""
    PASSING = "passing"
    """A failure that may pass."""
    ROBOT = "robot"
    """The answer speaks of the robot."""
    UNKNOWN = "unknown"
    """Something of this machine failed."""
    FORBIDDEN = "forbidden"
    """The address must not be asked."""


def standing(attempt: Try) -> Standing:
    """The class of one attempt."""
    if attempt.error is Cause.FORBIDDEN_ADDRESS:
        return Standing.FORBIDDEN
    if attempt.error in _UNTRUE:
        return Standing.UNKNOWN
    if attempt.reason.startswith(ROBOT) or attempt.status in BLOCKING:
        return Standing.ROBOT
    if attempt.error is not None:
        return Standing.CLEAR if attempt.error in _CLEAR else Standing.PASSING
    status = attempt.status
    if status is None:
        return Standing.UNKNOWN
    if status < 400:
        return Standing.GOOD
    return Standing.PASSING if status >= 500 or status in _MAY_PASS else Standing.CLEAR


def judge(
    url: str,
    tries: Sequence[Try],
    look: Look | None = None,
    *,
    confirm_after: float,
    confirm_after_transient: float,
) -> LinkVerdict:
    """The verdict on a link.

    Args:
        url: the link.
        tries: all attempts, oldest first; at least one.
        look: what the last of them showed, where it is known.
        confirm_after: seconds from one clear answer to the one that confirms it.
        confirm_after_transient: seconds from a failure that may pass to the one that confirms it.
    """
    last = tries[-1]
    state = standing(last)
    verdict = LinkVerdict(
        url=url,
        verdict=Verdict.SUSPECT,
        cause=_cause(last),
        status=last.status,
        final_url=last.final_url or url,
        redirects=last.redirects,
        tries=tuple(tries),
        reason=last.reason,
        title=look.title if look else "",
        advice=look.advice if look else "",
    )
    if state is Standing.GOOD:
        taken = look.hijacked if look else ""
        return replace(
            verdict,
            verdict=Verdict.HIJACKED if taken else Verdict.OK,
            cause=None,
            reason=taken or last.reason,
        )
    if state is Standing.FORBIDDEN:
        return replace(verdict, verdict=Verdict.SKIPPED)
    if state is Standing.ROBOT:
        once = sum(standing(attempt) is Standing.ROBOT for attempt in tries) == 1
        later = _patient(confirm_after, look) if once else None
        return replace(verdict, cause=None, blocked=True, retry_after=later)
    if state is Standing.UNKNOWN:
        hopeless = len(tries) > 1 or last.reason in {PORT_NOT_LISTED, "headers too large"}
        return replace(verdict, retry_after=None if hopeless else confirm_after_transient)
    if last.reason.startswith("bad address"):
        return replace(verdict, verdict=Verdict.BROKEN)  # no time mends what is no address
    # Only failures of the same weight confirm a clear answer: a timeout says nothing about a 404.
    agreeing = {Standing.CLEAR} if state is Standing.CLEAR else {Standing.CLEAR, Standing.PASSING}
    needed = confirm_after if state is Standing.CLEAR else confirm_after_transient
    first = last
    for attempt in reversed(tries):
        if standing(attempt) is Standing.GOOD:
            break  # it was well in between
        if standing(attempt) in agreeing:
            first = attempt
    apart = (last.at - first.at).total_seconds()
    if first is not last and apart >= needed:
        return replace(verdict, verdict=Verdict.BROKEN)
    return replace(verdict, retry_after=_patient(max(0.0, needed - apart), look))


def look(
    url: str,
    answers: Sequence[Answer],
    *,
    stopped: Cause | None = None,
    element: str = "a",
    expect: str = "",
    text: str = "",
    home: bool = False,
    page: Page | None = None,
) -> Look:
    """What one attempt showed.

    Args:
        url: the link.
        answers: from the first to the last of its redirects; at least one.
        stopped: why redirects were followed no further (REDIRECT_LOOP, TOO_MANY_REDIRECTS, TIMEOUT).
        element: where the link stands: a, img, script …
        expect: "document" or "page", where it is known better than by the address.
        text: of the link.
        home: it is known to be a home page.
        page: the last answer's body, where it was read already.
    """
    last = answers[-1]
    attempt = Try(
        method=last.method,
        status=last.status,
        error=stopped or last.error,
        reason="redirects" if stopped is Cause.TIMEOUT else last.reason,
        ms=sum(answer.ms for answer in answers),
        at=answers[0].at,
        final_url=last.url,
        redirects=len(answers) - 1,
        ip=last.ip,
    )
    seen = Look(
        attempt=attempt,
        is_home=home or is_home(url),
        retry_after=last.retry_after,
        advice=next((answer.tls_weakness for answer in answers if answer.tls_weakness), ""),
    )
    if stopped is not None or last.status is None:
        return seen
    if last.body and last.error is not None:
        # It broke off after a beginning: the page is there (Content-Length lies on many old servers).
        attempt = replace(attempt, error=None)
    if page is None and last.body:
        page = read_page(last.body, last.url, last.headers.get("content-type", ""))
    if page is not None and page.is_html:
        seen = replace(seen, title=page.title, text=page.text[:COMPARED_TEXT], follow=page.refresh, page=page)
    if robot := speaks_of_robot(last, page):
        return replace(seen, attempt=replace(attempt, error=None, reason=robot), follow=None)
    if last.status in _REDIRECTS and not last.location and not last.body:
        return replace(seen, attempt=replace(attempt, error=Cause.EMPTY, reason="redirect without address"))
    if last.status >= 300 or last.method == "HEAD":
        return replace(seen, attempt=attempt, follow=None)
    own = page.shown.own if page is not None and page.is_html else ""
    fault, reason = _fault(url, last, page, seen, element, expect, own)
    if fault is not None:
        return replace(seen, attempt=replace(attempt, error=fault, reason=reason), follow=None)
    seen = replace(seen, attempt=attempt)
    if page is None or not page.is_html:
        return replace(seen, follow=None)
    taken = hijacked(page, link_text=text)
    # An application is one frame for all of its addresses: alike says nothing there.
    short = (len(own) <= LITTLE_TEXT and not is_frame(page)) or (attempt.redirects > 0 and is_home(last.url))
    # A domain that was taken over says the same to any address: that is no reason to call it only missing.
    compare = short and not seen.is_home and seen.follow is None and not taken
    return replace(seen, hijacked=taken, compare=compare)


def compared(seen: Look, learnt: Look) -> Look:
    """The same, told by what the host answers to an address that can't exist."""
    if not same_as(seen, learnt):
        return seen
    attempt = replace(seen.attempt, error=Cause.SOFT_404, reason="same answer as for a made-up address")
    return replace(seen, attempt=attempt)


def skipped(url: str) -> LinkVerdict | None:
    """The verdict on what is no http or https address (mailto:, tel:, javascript:, data: …), else None.

    None too for slips that were meant as web addresses (htttp://, www.example.gov.cn:8080/x) and for files
    on the editor's own computer: nobody can open those, so they are asked, and found to be no address.
    """
    scheme, colon, rest = url.strip().partition(":")
    scheme = scheme.lower()
    if not colon or not re.fullmatch(r"[a-z][a-z0-9+.\-]*", scheme) or scheme in {"http", "https", "file"}:
        return None
    if (_SLIP.fullmatch(scheme) and rest.startswith("/")) or ("." in scheme and _PORT.match(rest)):
        return None
    return LinkVerdict(url=url, verdict=Verdict.SKIPPED, reason=f"scheme {scheme}")


def is_document(url: str) -> bool:
    """Does the address name a document, an archive or a recording: nothing to be read as a page."""
    try:
        return _DOCUMENTS.search(urlsplit(url).path.lower()) is not None
    except ValueError:
        return False


def is_apex(url: str) -> bool:
    """Is its host a registered domain itself, with no name before it."""
    host = host_of(url)
    return "." in host and registrable_domain(host) == host and not host.replace(".", "").isdigit()


def _fault(
    url: str, last: Answer, page: Page | None, seen: Look, element: str, expect: str, own: str
) -> tuple[Cause | None, str]:
    """What is wrong with an answer of status 2xx."""
    part = element in _PARTS
    if not last.body.strip() and last.error is None and not last.reason and not last.truncated:
        # An empty script or style sheet is allowed; a page, a document or a picture is not.
        return (None, "") if part else (Cause.EMPTY, "no content" if last.status == 204 else "empty body")
    if page is None or not page.is_html:
        return None, ""
    wants_document = expect == "document" or (expect != "page" and is_document(url))
    missing = says_closed(page, own) or ("" if seen.is_home else says_missing(page, own))
    away = "" if seen.is_home else led_away(url, last.url)
    if element in _MEDIA or (part and urlsplit(url).path.lower().endswith((".js", ".css"))):
        return Cause.WRONG_TYPE, "html in place of a resource"
    if wants_document and (missing or away or (len(page.text) <= _LONG_PAGE and seen.follow is None)):
        return Cause.WRONG_TYPE, missing or away or "html in place of a document"
    if missing or away:
        return Cause.SOFT_404, missing or away
    return None, ""


def _patient(seconds: float, look: Look | None) -> float:
    """At least what the server asked for, within a limit."""
    asked = look.retry_after if look else None
    return max(seconds, min(asked or 0.0, _PATIENCE))


def _cause(attempt: Try) -> Cause | None:
    if attempt.error is not None:
        return attempt.error
    return Cause.HTTP if attempt.status is not None and attempt.status >= 400 else None
