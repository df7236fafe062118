#!/usr/bin/env python3
"""Writes the figures of a whole run into RELIABILITY.md, between its two marks, and says whether they are clean.

    write_table.py RESULTS PAGE [--write] [--about KEY=VALUE ...]

RESULTS is a folder with one file for each part, PART.json:

    {"rows":     [{"what": "...", "tried": N, "lost": N, "doubled": N, "wrong": N, "note": "..."}],
     "controls": [{"name": "...", "tried": N, "found": N}],
     "seconds":  N}

A row counts what was tried and what went wrong; a control is a fault put in on purpose, which the same checks must
find. A row has only the figures that it counts: one that is left out stands as a dash. Without --write the table is only
printed; with it the page changes only when all is clean. Exit status 1 if anything was lost, doubled or answered wrongly,
if a control was not found, or if a part tried nothing: a check that did not run is not a check that passed.
"""
import argparse
import json
import pathlib
import sys

BEGIN = "<!-- figures: begin; written by deploy/prove -->"
END = "<!-- figures: end -->"

PARTS = {
    "simulate": "A whole network from one seed",
    "crashes": "Ended and cut at every write",
    "kills": "Ended at random moments",
    "servers": "PostgreSQL servers that are killed, moves",
    "disks": "Full and failing disks",
    "clocks": "Clocks that jump and nodes that freeze",
    "peers": "Slow, silent, lying peers",
    "inputs": "Bad inputs",
    "evidence": "Evidence",
    "instances": "Several instances of one node",
    "keys": "Keys, certificates, directory",
    "fuzz": "Readers, fuzzed",
    "sanitizers": "Tests under sanitizers",
}


class Unusable(Exception):
    """A result that does not say what it has to say."""


def count(place, entry, name, least=0):
    """A whole number that is at least `least`, from a row or a control."""
    value = entry.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise Unusable(f"{place}: {name} is {value!r}, not a whole number of at least {least}")
    return value


def read(folder):
    """The results by part, in the order of the page; parts that this page does not know are an error."""
    files = {path.stem: path for path in pathlib.Path(folder).glob("*.json")}
    unknown = sorted(set(files) - set(PARTS))
    if unknown:
        raise Unusable(f"no such part: {', '.join(unknown)}")
    results = {}
    for part in PARTS:
        if part in files:
            results[part] = json.loads(files[part].read_text(encoding="utf-8"))
            if not results[part].get("rows"):
                raise Unusable(f"{part}: it has tried nothing")
    if not results:
        raise Unusable("there are no results")
    return results


def grouped(number):
    """12345 as 12,345; what was not counted as a dash."""
    return "–" if number is None else f"{number:,}"


def cell(text):
    """A text that can stand in a cell of a table."""
    return " ".join(str(text).split()).replace("|", "\\|")


def table(results, about):
    """The lines of the page between the marks, and the faults found while writing them."""
    faults, lines = [], []
    wrongs = ("lost", "doubled", "wrong")
    sums = dict.fromkeys(wrongs, 0)
    tried_by_part = dict.fromkeys(results, 0)
    controls_tried = controls_found = 0
    body = ["| part | what | tried | lost | doubled | wrong | |", "| --- | --- | ---: | ---: | ---: | ---: | --- |"]
    controls = ["| part | put in on purpose | tried | found |", "| --- | --- | ---: | ---: |"]
    for part, result in results.items():
        for row in result["rows"]:
            place = f"{part}: {row.get('what')}"
            tried = count(place, row, "tried", 1)
            tried_by_part[part] += tried
            figures = {name: count(place, row, name) if name in row else None for name in wrongs}
            for name, value in figures.items():
                sums[name] += value or 0
                if value:
                    faults.append(f"{place}: {value} {name}")
            cells = " | ".join(grouped(value) for value in (tried, *figures.values()))
            body.append(f"| {part} | {cell(row['what'])} | {cells} | {cell(row.get('note', ''))} |")
        for control in result.get("controls", []):
            place = f"{part}: {control.get('name')}"
            tried, found = count(place, control, "tried", 1), count(place, control, "found")
            controls_tried, controls_found = controls_tried + 1, controls_found + (found > 0)
            if not found:
                faults.append(f"{place}: the control was not found")
            controls.append(f"| {part} | {cell(control['name'])} | {grouped(tried)} | {grouped(found)} |")
        if not any("wrong" in row or "lost" in row for row in result["rows"]):
            faults.append(f"{part}: it counts nothing that could be wrong")
        if not result.get("controls"):
            faults.append(f"{part}: it has no control")

    lines += [f"{key}: {value}  " for key, value in about]
    lines += [
        "",
        f"**{grouped(sums['lost'])} lost, {grouped(sums['doubled'])} doubled, {grouped(sums['wrong'])} answered wrongly. "
        f"{controls_found} of {controls_tried} controls found.**",
        "",
        *body,
        "",
        "Controls: faults put in on purpose. A control that is not found makes the run fail.",
        "",
        *controls,
        "",
        "| part | | by itself | tried | took |",
        "| --- | --- | --- | ---: | ---: |",
    ]
    for part, result in results.items():
        took = result.get("seconds")
        lines.append(
            f"| {part} | {PARTS[part]} | `deploy/prove {part}` | {grouped(tried_by_part[part])} | "
            f"{'' if took is None else f'{took // 60} min {took % 60:02d} s'} |"
        )
    return lines, faults


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("results")
    arguments.add_argument("page", type=pathlib.Path)
    arguments.add_argument("--write", action="store_true")
    arguments.add_argument("--about", action="append", default=[], metavar="KEY=VALUE")
    options = arguments.parse_args()
    try:
        lines, faults = table(read(options.results), [text.split("=", 1) for text in options.about])
    except (Unusable, ValueError, OSError) as error:
        sys.exit(f"write_table: {error}")
    print("\n".join(lines))
    if options.write and not faults:
        page = options.page.read_text(encoding="utf-8")
        before, begin, rest = page.partition(BEGIN)
        _, end, after = rest.partition(END)
        if not begin or not end:
            sys.exit(f"write_table: {options.page} has no two marks")
        options.page.write_text("\n".join([before + BEGIN, *lines, END]) + after, encoding="utf-8")
    for fault in faults:
        print(f"NOT CLEAN: {fault}", file=sys.stderr)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
