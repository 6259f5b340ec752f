#!/usr/bin/env python3
"""Checks the licences of all outside crates, for every platform, against .cargo/deny.toml.

Needs only cargo and Python. Crates of the banned list must not be in the graph at all.
"""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def is_allowed(expression: str, allowed: set[str]) -> bool:
    """Evaluates an SPDX expression: one of the ORs whose ANDs are all allowed."""
    # The old spelling of crates writes `/` for OR.
    text = expression.replace("/", " OR ")
    words = re.findall(r"\(|\)|\bOR\b|\bAND\b|[^()\s]+(?:\s+WITH\s+[^()\s]+)?", text)

    def alternatives() -> bool:
        value = conjunction()
        while words and words[0] == "OR":
            words.pop(0)
            value = conjunction() or value
        return value

    def conjunction() -> bool:
        value = licence()
        while words and words[0] == "AND":
            words.pop(0)
            value = licence() and value
        return value

    def licence() -> bool:
        word = words.pop(0)
        if word != "(":
            return " ".join(word.split()) in allowed
        value = alternatives()
        words.pop(0)
        return value

    return alternatives()


def main() -> int:
    rules = tomllib.loads((ROOT / ".cargo/deny.toml").read_text(encoding="utf-8"))
    allowed = set(rules["licenses"]["allow"])
    exceptions = {rule["crate"]: set(rule["allow"]) for rule in rules["licenses"]["exceptions"]}
    banned = {rule["crate"]: rule["reason"] for rule in rules["bans"]["deny"]}
    command = ["cargo", "metadata", "--format-version", "1", "--locked"]
    metadata = json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)

    faults = []
    for package in metadata["packages"]:
        name, licence = package["name"], package["license"]
        if name in banned:
            faults.append(f"{name} is banned: {banned[name]}")
        elif not licence:
            faults.append(f"{name} names no licence")
        elif not is_allowed(licence, allowed | exceptions.get(name, set())):
            faults.append(f"{name} is under {licence}")
        if package["source"] and not package["source"].startswith("registry+"):
            faults.append(f"{name} is not from a registry: {package['source']}")
    print("\n".join(faults) or f"{len(metadata['packages'])} crates, no fault")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
