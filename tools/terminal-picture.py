#!/usr/bin/env python3
"""Draws the terminal picture of the README: runs the commands below on a terminal of their own, with an empty home and the
sandbox, and writes what they print, with its colours, as SVG.

usage: tools/terminal-picture.py ARM > docs/terminal.svg
"""

import html
import os
import pty
import re
import sys
import tempfile

COMMANDS = [
    "arm list vm -g rg-data-prod --limit 3",
    "arm /subscriptions -q 'value[0].{id: subscriptionId, name: displayName}'",
    "arm GET /subscriptions/{sub}/resourceGroups/nope",
]
COLUMNS, SIZE, LINE = 100, 14, 20
BACKGROUND, TEXT = "#1e1e2e", "#cdd6f4"
COLOURS = {"31": "#f38ba8", "32": "#a6e3a1", "33": "#f9e2af", "34": "#89b4fa", "35": "#cba6f7", "36": "#94e2d5"}
# What differs from run to run.
IDS = re.compile(r"(request id: |correlation id: )[0-9a-f-]{36}")


def run(arm, command, home):
    """Runs a command line on a terminal; returns what it prints."""
    words = command.replace("arm ", "arm --sandbox ", 1)
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(home)
        variables = {"HOME": home, "TERM": "xterm", "LANG": "C.UTF-8", "ARMCLI_IMDS": "0"}
        os.execve("/bin/bash", ["bash", "-c", f"stty cols {COLUMNS}; arm() {{ '{arm}' \"$@\"; }}; {words}"], variables)
    printed = b""
    while True:
        try:
            more = os.read(terminal, 65536)
        except OSError:
            break
        if not more:
            break
        printed += more
    os.waitpid(pid, 0)
    text = IDS.sub(r"\g<1>3f0c9a52-…", printed.decode().replace("\r\n", "\n"))
    # A line that was replaced by the next one is not seen.
    return re.sub(r"[^\n]*\r\x1b\[2K", "", text)


def spans(line):
    """Yields the pieces of a line, each with its style."""
    style = ""
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        if part.startswith("\x1b"):
            codes = part[2:-1].split(";")
            bold = ' font-weight="bold"' if "1" in codes else ""
            colour = next((COLOURS[code] for code in codes if code in COLOURS), None)
            style = bold + (f' fill="{colour}"' if colour else "")
        elif part:
            yield f"<tspan{style}>{html.escape(part, quote=False)}</tspan>"


def main():
    arm = os.path.abspath(sys.argv[1])
    lines = []
    with tempfile.TemporaryDirectory() as home:
        for command in COMMANDS:
            lines.append(f"\x1b[32m$\x1b[0m \x1b[1m{command}\x1b[0m")
            lines += run(arm, command, home).rstrip("\n").split("\n") + [""]
    lines.pop()
    height = LINE * (len(lines) + 2)
    print(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 880 {height}" font-family="ui-monospace, Menlo, Consolas, '
        f'DejaVu Sans Mono, monospace" font-size="{SIZE}" role="img" aria-label="A terminal with three runs of arm">'
    )
    print(f'<rect width="880" height="{height}" rx="8" fill="{BACKGROUND}"/>')
    for number, line in enumerate(lines):
        y = LINE * (number + 2) - 8
        print(f'<text x="16" y="{y}" fill="{TEXT}" xml:space="preserve">{"".join(spans(line))}</text>')
    print("</svg>")


main()
