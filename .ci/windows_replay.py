"""windows_replay.py REPLAY ARM DOCUMENT...: replays the commands of the documents on Linux and in wine, and fails where they
differ in a way that `windows_differences.txt` does not list with a reason, and where that lists what is gone."""

import re
import subprocess
import sys
from pathlib import Path

LIST = Path(__file__).with_name("windows_differences.txt")
HEAD = re.compile(r"^(?:### )?(\S+: .*\S)  rc (\S+) / (\S+)$")


def entries(lines):
    """Yields what differs: the command with both exit codes, its lines, and the reason where one is given."""
    entry = None
    for line in lines:
        if head := HEAD.match(line):
            if entry:
                yield entry
            entry = (head.groups(), [], [])
        elif entry and line.startswith("    "):
            entry[1].append(line.strip())
        elif entry and line.startswith("  why: "):
            entry[2].append(line.removeprefix("  why: "))
    if entry:
        yield entry


def main():
    replay, *arguments = sys.argv[1:]
    command = [sys.executable, replay, *arguments]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    *found, total = run.stdout.splitlines()
    listed = [(head, lines) for head, lines, why in entries(LIST.read_text().splitlines()) if why]
    wrong = 0
    gone = list(listed)
    for head, lines, _ in entries(found):
        if (head, lines) in listed:
            if (head, lines) in gone:
                gone.remove((head, lines))
            continue
        wrong += 1
        print("differs, and is not listed:", f"{head[0]}  rc {head[1]} / {head[2]}")
        for line in lines:
            print("   ", line)
    for head, _ in gone:
        wrong += 1
        print("is listed, and does not differ:", head[0])
    print(f"{total}, {len(listed)} of them listed with a reason, {wrong} to be looked at")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
