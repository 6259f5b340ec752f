"""windows_replay.py REPLAY ARM DOCUMENT...: replays the commands of the documents on Linux and in wine, and fails if they
differ in a way that `windows_differences.txt` does not list with a reason, and where that lists what is gone."""

import getpass
import os
import re
import subprocess
import sys
from pathlib import Path

LIST = Path(__file__).with_name("windows_differences.txt")
# `replay.py` leaves the machine's programs on the path: what it says depends on whether this one is there.
OF_THE_MACHINE = "exec.md: arm --sandbox exec -- psql "
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
            entry[1].append(line[4:].rstrip())
        elif entry and line.startswith("  why: "):
            entry[2].append(line.removeprefix("  why: "))
    if entry:
        yield entry


def what_differs(lines):
    """Leaves out what differs from run to run: times and names that the replay does not know, and what wine says of a service of its own
    that has crashed, as happens now and then when its server starts. A crash of the program would change its exit code."""
    hunks = []
    for line in lines:
        if line.startswith("@@"):
            hunks.append([line])
        elif not line.startswith("+wine: Unhandled page fault"):
            hunks[-1].append(line)
    for hunk in hunks:
        before, after = ([line[1:] for line in hunk if line[0] == sign] for sign in "-+")
        varies = before != after and what_stays(before) == what_stays(after)
        if len(hunk) > 1 and not varies:
            yield from hunk


def what_stays(lines):
    """Returns lines without times and made up names."""
    varying = r'\d{8}T\d{6}Z|"expires_on": \d+|\barm-what-if-[0-9a-f]{8}\b'
    return [re.sub(varying, "[…]", line) for line in lines]


def main():
    replay, *arguments = sys.argv[1:]
    arm, *documents = arguments
    command = [sys.executable, replay, *arguments]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    # What is listed holds on every machine, and in every run.
    text = run.stdout.replace(os.environ["WIN_DIR"], "WIN_DIR").replace(
        f"C:\\users\\{getpass.getuser()}", "C:\\users\\USER"
    )
    text = re.sub(r"\barm-exec-\w{6}\b", "arm-exec-[…]", text.replace(arm, "ARM"))
    *found, total = text.splitlines()
    names = {Path(document).name for document in documents}
    listed = [(head, lines) for head, lines, why in entries(LIST.read_text().splitlines()) if why]
    listed = [entry for entry in listed if entry[0][0].split(":")[0] in names]
    wrong = 0
    gone = list(listed)
    for head, lines, _ in entries(found):
        lines = list(what_differs(lines))
        if not lines and head[1] == head[2] or head[0].startswith(OF_THE_MACHINE):
            continue
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
