"""Writes the table of requests by client into docs/compatibility.md, from what servers logged at debug level.

A client is told by the software that it names in ApiVersions, and where it names none by its client id. What belongs to
none of the clients of the table (the project's own tools, hand-made frames of tests) is counted and left out.
"""

import argparse
import collections
import pathlib
import re
import sys

# Column, the software that it names, the client id of one that names none.
CLIENTS = [
    ("confluent-kafka", r"confluent-kafka-python", None),
    ("kafka-python", r"kafka-python", r"kafka-python"),
    ("aiokafka", r"aiokafka", r"aiokafka"),
    # kcat says no more than the library that it is made of.
    ("kcat", r"librdkafka", None),
]
LINE = re.compile(
    r"first (?P<api>\w+) version (?P<version>\d+) of a connection, by (?P<software>\S+) (?P<release>\S+), "
    r"client id (?P<id>.*)$")
BEGIN, END = "<!-- clients: begin -->", "<!-- clients: end -->"


def client(line):
    """The column of a line, with the release that it names; None for other clients."""
    for name, software, identity in CLIENTS:
        if re.fullmatch(software, line["software"]):
            return name, line["release"]
        if line["software"] == "unknown" and identity:
            found = re.match(rf"{identity}-(\d[\w.]*)?", line["id"])
            if found:
                return name, found[1]
    return None


def ranges(versions):
    """Numbers as people write them: 0, 3–12."""
    runs = []
    for version in sorted(versions):
        if runs and version == runs[-1][1] + 1:
            runs[-1][1] = version
        else:
            runs.append([version, version])
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in runs)


def read(folder):
    seen, releases, strangers = collections.defaultdict(set), collections.defaultdict(set), collections.Counter()
    for path in sorted(folder.glob("*.log")):
        for text in path.read_text().splitlines():
            line = LINE.search(text)
            if not line:
                continue
            found = client(line)
            if found is None:
                strangers[line["software"]] += 1
                continue
            name, release = found
            seen[line["api"], name].add(int(line["version"]))
            if release:
                releases[name].add(release)
    return seen, releases, strangers


def table(seen, releases):
    names = [name for name, _, _ in CLIENTS]
    titles = [f"{name} {', '.join(sorted(releases[name]))}".strip() for name in names]
    rows = ["| request | " + " | ".join(titles) + " |", "| --- |" + " --- |" * len(names)]
    for api in sorted({api for api, _ in seen}):
        rows.append(f"| {api} | " + " | ".join(ranges(seen.get((api, name), ())) or "–" for name in names) + " |")
    return "\n".join(rows)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--logs", type=pathlib.Path, required=True)
    parser.add_argument("--document", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    seen, releases, strangers = read(arguments.logs)
    missing = [name for name, _, _ in CLIENTS if not any(column == name for _, column in seen)]
    if missing:
        sys.exit(f"no server saw {', '.join(missing)}: the table stays as it is")
    text = arguments.document.read_text()
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    arguments.document.write_text(f"{before}{BEGIN}\n{table(seen, releases)}\n{END}{after}")
    print(f"wrote {len({api for api, _ in seen})} requests; left out: {dict(strangers)}")


if __name__ == "__main__":
    main()
