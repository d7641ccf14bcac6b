"""The table of docs/scaling.md, from what was measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.million.results import Results

HEAD = (
    "| stage | wall, s | processor, s | µs a link | largest process, MB | all at one time, MB | database, MB "
    "| reference: what, processor s | ratio |"
)


def markdown(results: Results) -> str:
    """Return all that was measured, stage by stage."""
    return "\n".join(_lines(results)) + "\n"


def _lines(results: Results) -> Iterator[str]:
    parameters, machine = results.whole["parameters"], results.whole["machine"]
    links = parameters["links"]
    yield f"{links:,} links on {parameters['hosts']:,} hosts; {machine['cores']} cores, Python {machine['python']}"
    if "list" in results:
        of = results["list"]
        yield f"links of a host: {of['p50']} (median), {of['p90']} (p90), {of['p99']} (p99), {of['max']:,} (most)"
    stages = [name for name in results if "seconds" in results[name]]
    if stages:
        yield ""
        yield HEAD
        yield "|---|" + "---:|" * 6 + "---|---:|"
        yield from (_row(name, results[name], links) for name in stages)
        yield ""
        yield from _notes(results, stages)
    yield from (f"{name}: {results[name]['said']}" for name in results if "said" in results[name])


def _row(name: str, of: Mapping[str, Any], links: int) -> str:
    against = of.get("reference")
    cells = [
        name,
        f"{of['seconds']:,.1f}",
        f"{of['cpu']:,.1f}",
        f"{of['cpu'] / links * 1e6:,.0f}",
        f"{of['peak_mb']:,.0f}",
        f"{of['together_mb']:,.0f}" if of.get("together_mb") else "",
        f"{of['database_mb']:,.1f}" if "database_mb" in of else "",
        f"{against['name']}, {_scaled(against, links):,.1f}" if against else "",
        f"{of['cpu'] / _scaled(against, links):,.1f}" if against else "",
    ]
    return "| " + " | ".join(cells) + " |"


def _scaled(against: Mapping[str, Any], links: int) -> float:
    """Return the processor seconds of a reference, for all links where it was given some of them."""
    cpu: float = against["cpu"] * links / against.get("links", links)
    return max(cpu, 0.01)


def _notes(results: Results, stages: list[str]) -> Iterator[str]:
    for name in stages:
        of = results[name]
        said = [f"{of['others']:.0%} of the machine was others'"] if of["others"] >= 0.03 else []
        if "target_cpu" in of:
            polite = of["manners"]
            said.append(f"target {of['target_cpu']:,.1f} s for {polite['requests']:,} requests")
            said.append(f"at most {polite['at_once']} at once to a host")
        if "specimens" in of:
            crawled = of["specimens"]
            said.append(
                f"written down and not fetched, after {crawled['links']:,} links were for {crawled['cpu']:,.1f} s"
            )
        if "output_mb" in of:
            said.append(f"{of['output_mb']:,.1f} MB written")
        if of.get("archive_calls"):
            said.append(f"{of['archive_calls']:,} calls to the archive")
        if said:
            yield f"- {name} ({of['at']}): {'; '.join(said)}"
