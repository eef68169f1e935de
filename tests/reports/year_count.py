"""The numbers of every report, counted over the list of events: nothing here is taken from the program."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from year_events import Run, Year, apply, moment
from year_life import CLOSED, VERIFIED, Fault, Life, Step

NOBODY = "责任单位未登记"
_ANSWERS = frozenset({"replied", "disputed"})

Numbers = dict[str, Any]


def lives_at(year: Year, end: datetime) -> dict[int, Life]:
    """The findings as they stood in the last moment before `end`; those nobody had seen are left out."""
    if end not in year.stood:
        lives = {number: Life(fault) for number, fault in year.faults.items()}
        for event in year.events:
            if event.at >= end:
                break
            apply(lives, event)
        for life in lives.values():
            life.clock(end - timedelta(microseconds=1))
        year.stood[end] = {number: life for number, life in lives.items() if life.status}
    return year.stood[end]


def runs_of(year: Year, first: datetime, end: datetime) -> list[Run]:
    """Inspections that ended in a period: only then is known what they saw."""
    return [run for run in year.events if isinstance(run, Run) and first <= run.at < end]


def weekly(year: Year, monday: date) -> Numbers:
    """What the weekly inspection must say."""
    first, end = moment(monday, "00:00"), moment(monday + timedelta(days=7), "00:00")
    before, now = lives_at(year, first), lives_at(year, end)
    runs = runs_of(year, first, end)
    compared = bool(before) or bool(runs_of(year, moment(monday - timedelta(days=7), "00:00"), first))
    best = {site.id: _best(runs, site.id) for site in _running(year)}
    stood = {n for n, life in before.items() if _counted(life)}
    still = {n: life for n, life in now.items() if _counted(life)}
    mended = [
        life
        for life in now.values()
        if life.status == "corrected" and life.since is not None and first <= life.since < end
    ]
    standings = {site: _standing(own, best[site], first) for site in best for own in [_of_site(now, site)]}
    told = [run for run in best.values() if run is not None]
    numbers: Numbers = {
        "sites": {
            "registered": len(year.registry.sites),
            "running": len(best),
            "inspected": sum(_result(run) in {"complete", "partial"} for run in told),
            **{
                word: sum(one == word for one in standings.values())
                for word in ("failed", "no_veto", "passed", "unknown")
            },
        },
        "pages": sum(run.pages for run in told),
        "links": sum(sum(run.links) for run in told),
        "findings": _beside(still.values(), [before[n] for n in stood] if compared else None),
        "new": len(still.keys() - stood) if compared else None,
        "still": len(still.keys() & stood) if compared else None,
        "corrected": sum(life.sure for life in mended),
        "lifted": sum(not life.sure for life in mended),
        "exempt": sum(life.status == "exempt" for life in now.values()),
        "dismissed": sum(
            life.status == "dismissed" and life.since is not None and first <= life.since < end
            for life in now.values()
        ),
        "platform_faults": _platform(still.values()),
        "unverified_links": sum(len(set(run.refused)) for run in told),
        "gaps": sum(_gaps(_of_site(now, site), best[site]) for site in best),
        "by_kind": _bars(still.values(), [before[n] for n in stood], compared, lambda f: f.title),
        "by_unit": _bars(still.values(), [before[n] for n in stood], compared, lambda f: _unit(year, f)),
        "by_site": {
            site.name: {
                "standing": standings[site.id],
                "runs": sum(run.site == site.id for run in runs),
                "pages": 0 if (run := best[site.id]) is None else run.pages,
                **_tally(_of_site(still, site.id)),
            }
            for site in _running(year)
        },
        "ledger": _ledger(now, first, end),
    }
    return numbers


def monthly(year: Year, start: date) -> Numbers:
    """What the monthly correction must say."""
    last = (start - timedelta(days=1)).replace(day=1)
    first, end = moment(start, "00:00"), moment(_next(start), "00:00")
    known_before = bool(lives_at(year, first))
    now = lives_at(year, end)
    units = _by_unit(year, first, end)
    before = _by_unit(year, moment(last, "00:00"), first) if known_before else {}
    shown = {key: one for key, one in units.items() if one["due"] or one["issued"] or one["answered"]}
    rates = sorted((one["rate"] for one in shown.values() if one["rate"] is not None), reverse=True)
    must = [life for life in now.values() if life.verified and life.fault.severity != "advice"]
    back = [
        life
        for life in now.values()
        if life.open and life.fault.severity != "advice" and _back(life.steps, first, end)
    ]
    return {
        **_corrections(year, first, end),
        "last": _corrections(year, moment(last, "00:00"), first) if known_before else None,
        "error_reports": _messages(now, first, end),
        "units": {
            key: {
                "rank": None if one["rate"] is None else rates.index(one["rate"]) + 1,
                **one,
                "last_rate": before.get(key, {}).get("rate"),
            }
            for key, one in shown.items()
        },
        "named": {
            "open": len(must),
            "overdue": sum(life.late for life in must),
            "disputed": sum(life.status == "disputed" for life in must),
            "recurred": len(back),
        },
        "ledger": _ledger(now, first, end),
    }


def quarterly(year: Year, start: date) -> Numbers:
    """What the quarterly notice must say."""
    after = _next(_next(_next(start)))
    first, end = moment(start, "00:00"), moment(after, "00:00")
    earlier = (start - timedelta(days=80)).replace(day=1)
    now = lives_at(year, end)
    sites = _judged(year, first, end)
    qualified = {site for site, one in sites.items() if one in {"passed", "no_veto"}}
    failed = {site for site, one in sites.items() if one == "failed"}
    last = None
    if runs_of(year, moment(earlier, "00:00"), first):
        was = _judged(year, moment(earlier, "00:00"), first)
        judged = sum(one != "unknown" for one in was.values())
        last = sum(one in {"passed", "no_veto"} for one in was.values()) / judged if judged else None
    kinds: dict[str, list[Fault]] = {}
    for life in now.values():
        if life.verified and life.fault.severity != "advice":
            kinds.setdefault(life.fault.title, []).append(life.fault)
    units = _by_unit(year, first, end)
    names = {site.id: _name(year, site.unit) for site in _running(year)}
    sound = set(names.values()) - {names[site] for site in sites if site not in qualified}
    judged = len(qualified) + len(failed)
    return {
        "sites": {
            "registered": len(year.registry.sites),
            "running": len(sites),
            "qualified": len(qualified),
            "failed": len(failed),
            "unknown": len(sites) - judged,
            "rate": len(qualified) / judged if judged else None,
            "last_rate": last,
        },
        "failed_sites": {
            site.name: {"unit": _name(year, site.unit), "reason": _vetoes(_of_site(now, site.id))}
            for site in _running(year)
            if site.id in failed
        },
        "groups": {
            kind: {
                "sites": len(own),
                "qualified": len(own & qualified),
                "failed": len(own & failed),
            }
            for kind in ("门户网站", "部门网站")
            for own in [{site.id for site in _running(year) if site.kind.value == kind}]
        },
        "problems": {
            name: {"count": len(own), "sites": len({fault.site for fault in own})}
            for name, own in kinds.items()
        },
        "weeks": _weeks(now, start, after),
        "corrections": _corrections(year, first, end),
        "praised": {name for name in sound if units.get(name, {}).get("rate") == 1},
        "late": {f"{name}（{one['overdue']}项）" for name, one in units.items() if one["overdue"]},
        "by_site": {
            site.name: {
                "standing": sites[site.id],
                "vetoes": own.count("veto"),
                "problems": own.count("problem"),
            }
            for site in _running(year)
            for own in [[life.fault.severity for life in _of_site(now, site.id) if life.verified]]
        },
        "ledger": sum(life.open for life in now.values()),
    }


def _corrections(
    year: Year, first: datetime, end: datetime, wanted: Callable[[Fault], bool] = lambda _: True
) -> Numbers:
    """Of vetoes and problems: what had to be corrected in a period and what was."""
    before, now = lives_at(year, first), lives_at(year, end)
    own = {n: life for n, life in now.items() if life.fault.severity != "advice" and wanted(life.fault)}
    within = {n: [step for step in life.steps if first <= step.at < end] for n, life in own.items()}
    due = [
        n
        for n, life in own.items()
        if life.status not in {"dismissed", "exempt"}
        and ((n in before and before[n].verified) or any(step.after in VERIFIED for step in within[n]))
    ]
    mended = [n for n in due if own[n].status == "corrected" and own[n].sure]
    spent = [days for n in mended if (days := _days(own[n].steps)) is not None]
    return {
        "due": len(due),
        "corrected": len(mended),
        "corrected_by_hand": sum(_last_mended(own[n].steps).event == "close" for n in mended),
        "open": len(due) - len(mended),
        "rate": round(len(mended) / len(due), 4) if due else None,
        "issued": sum(any(step.event == "told" for step in steps) for steps in within.values()),
        "answered": sum(any(step.event in _ANSWERS for step in steps) for steps in within.values()),
        "overdue": sum(own[n].late for n in due),
        "disputed": sum(own[n].status == "disputed" for n in due),
        "recurred": sum(any(step.came_back for step in steps) for steps in within.values()),
        "days": round(sum(spent) / len(spent), 1) if spent else None,
    }


def _last_mended(steps: Sequence[Step]) -> Step:
    """The step with which it became corrected, the last one of them."""
    return [step for step in steps if step.after == "corrected" and step.before != "corrected"][-1]


def _weeks(now: dict[int, Life], start: date, after: date) -> Numbers:
    """Found and mended in each week, as far as its days lie in the period."""
    weeks: Numbers = {}
    day = start
    while day < after:
        nxt = min(day + timedelta(days=7 - day.weekday()), after)
        last = nxt - timedelta(days=1)
        found = mended = 0
        for life in now.values():
            if life.fault.severity == "advice":
                continue
            own = [s for s in life.steps if moment(day, "00:00") <= s.at < moment(nxt, "00:00")]
            found += any(
                s.after == "confirmed"
                and s.event in {"sighted", "reported", "confirm"}
                and s.before not in VERIFIED
                for s in own
            )
            mended += any(s.after == "corrected" and s.before != "corrected" and s.sure for s in own)
        days = dict.fromkeys(f"{one.month}月{one.day}日" for one in (day, last))
        weeks["至".join(days)] = {"found": found, "corrected": mended}
        day = nxt
    return weeks


def _by_unit(year: Year, first: datetime, end: datetime) -> dict[str, Numbers]:
    seen = {life.fault.unit for life in lives_at(year, end).values()}
    return {
        _name(year, unit): _corrections(year, first, end, lambda fault, unit=unit: fault.unit == unit)
        for unit in seen
    }


def _days(steps: Iterable[Step]) -> float | None:
    """Of its last life: from the first notice, else from when it was verified, to its correction."""
    begun: dict[str, datetime] = {}
    for step in steps:
        if step.before in CLOSED and step.after not in CLOSED:
            begun = {}
        if step.after in VERIFIED:
            begun.setdefault("verified", step.at)
        if step.event in {"told", "told again"}:
            begun.setdefault("told", step.at)
        if step.after == "corrected":
            begun["done"] = step.at
    start = begun.get("told", begun.get("verified"))
    return None if start is None or "done" not in begun else (begun["done"] - start).total_seconds() / 86_400


def _messages(now: dict[int, Life], first: datetime, end: datetime) -> Numbers:
    """Messages of the 找错 platform: each counts when it came in, whatever was known before."""
    received = true = answered = in_time = 0
    for life in now.values():
        if life.origin != "找错":
            continue
        for place, step in enumerate(life.steps):
            if step.event != "reported" or not first <= step.at < end:
                continue
            received += 1
            true += life.status != "dismissed"
            answer = next(
                (s.at for s in life.steps[place + 1 :] if s.event in _ANSWERS or s.after in CLOSED), None
            )
            answered += answer is not None
            in_time += answer is not None and step.due is not None and answer <= step.due
    return {"received": received, "true": true, "answered": answered, "in_time": in_time}


def _back(steps: Iterable[Step], first: datetime, end: datetime) -> bool:
    return any(step.came_back and first <= step.at < end for step in steps)


def _ledger(now: dict[int, Life], first: datetime, end: datetime) -> int:
    return sum(
        life.open or (life.status == "corrected" and life.since is not None and first <= life.since < end)
        for life in now.values()
    )


def _judged(year: Year, first: datetime, end: datetime) -> dict[str, str]:
    now, runs = lives_at(year, end), runs_of(year, first, end)
    return {
        site.id: _standing(_of_site(now, site.id), _best(runs, site.id), first) for site in _running(year)
    }


def _best(runs: Iterable[Run], site: str) -> Run | None:
    """The run by which a site is judged: whole before part, least left out, the latest."""
    worth = {"complete": 3, "partial": 2, "blocked": 1, "unreachable": 1}
    own = [run for run in runs if run.site == site]
    return max(
        own,
        key=lambda run: (worth[_result(run)], -len(run.not_tested), run.started),
        default=None,
    )


def _result(run: Run) -> str:
    """What a run is worth: one that saw too little of the site is not believed."""
    return "partial" if run.shrunk else run.result


def _standing(own: list[Life], run: Run | None, first: datetime) -> str:
    """Passed, failed or not known; a site fails by a verified veto alone."""
    result = "" if run is None else _result(run)
    vetoes = [life for life in own if _counted(life) and life.fault.severity == "veto"]
    if any(
        _firm(life) and life.seen is not None and (result == "complete" or life.seen >= first)
        for life in vetoes
    ):
        return "failed"
    if run is None or result != "complete":
        return "unknown"
    if any(check in {"dead_links", "freshness"} for check in run.not_tested) or vetoes:
        return "unknown"
    if run.columns[1] and not run.columns[0]:
        return "unknown"
    if any(_counted(life) for life in own):
        return "no_veto"
    unread = any(life.open and life.fault.rule == "column-unreadable" for life in own)
    return "no_veto" if unread or run.not_tested or run.limits else "passed"


def _vetoes(own: list[Life]) -> str:
    """Titles of the vetoes for which a site fails, in any order."""
    return "、".join(sorted({life.fault.title for life in own if _counted(life) and _firm(life)}))


def _firm(life: Life) -> bool:
    """Does a veto stand: verified, and neither disputed nor answered since it was seen."""
    if life.fault.severity != "veto" or life.seen is None or life.since is None:
        return False
    return life.status in {"confirmed", "notified"} or (life.status == "replied" and life.seen >= life.since)


def _gaps(own: list[Life], run: Run | None) -> int:
    """What the paper names as not judged: the site, checks, limits, columns that could not be read."""
    whole = run is None or _result(run) != "complete"
    parts = 0 if run is None else len(run.not_tested) + len(run.limits) + run.shrunk
    return whole + parts + sum(life.open and life.fault.rule == "column-unreadable" for life in own)


def _platform(still: Iterable[Life]) -> int:
    sites: dict[int, set[str]] = {}
    for life in still:
        if life.fault.shared is not None:
            sites.setdefault(life.fault.shared, set()).add(life.fault.site)
    return sum(len(own) > 1 for own in sites.values())


def _tally(still: Iterable[Life]) -> dict[str, int]:
    open_now = [life for life in still if _counted(life)]
    sure = Counter(life.fault.severity for life in open_now if life.verified)
    return {
        "veto": sure["veto"],
        "problem": sure["problem"],
        "advice": sure["advice"],
        "suspected": len(open_now) - sum(sure.values()),
    }


def _beside(still: Iterable[Life], before: Iterable[Life] | None) -> Numbers:
    now, was = _tally(still), None if before is None else _tally(before)
    for numbers in (now, was):
        if numbers is not None:
            numbers["problems"] = numbers["veto"] + numbers["problem"]
    return {key: {"now": now[key], "before": None if was is None else was[key]} for key in now}


def _bars(
    still: Iterable[Life], before: Iterable[Life], compared: bool, label: Callable[[Fault], str]
) -> Numbers:
    bars: dict[str, dict[str, int | None]] = {}
    was = Counter(label(life.fault) for life in before)
    for life in still:
        name = label(life.fault)
        one = bars.setdefault(
            name, {"verified": 0, "suspected": 0, "before": was[name] if compared else None}
        )
        one["verified" if life.verified else "suspected"] += 1  # type: ignore[operator]
    return bars


def _counted(life: Life) -> bool:
    return life.open and life.fault.rule != "column-unreadable"


def _of_site(lives: dict[int, Life], site: str) -> list[Life]:
    return [life for life in lives.values() if life.fault.site == site]


def _running(year: Year) -> list[Any]:
    return [site for site in year.registry.sites if site.id != "old"]


def _unit(year: Year, fault: Fault) -> str:
    return _name(year, fault.unit)


def _name(year: Year, unit: str) -> str:
    return next((one.name for one in year.registry.units if one.id == unit), NOBODY)


def _next(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)
