#!/usr/bin/env python3
"""Writes tools/link_order.ld: the functions that common runs use, to be put side by side in the program.

    cargo rustc --release --bin arm -- -C strip=none
    tools/link_order.py [--arm PATH] [--also COMMAND]...

A run uses a tenth of the program. If that tenth is scattered, the system maps nearly all of the file to get at it:
64 KiB around each page that is touched, which takes time at each start, and counts as memory. docs/performance.md has
the numbers, tools/build.rs hands the file to the linker.

Needs valgrind, a program with its symbols, and the server of tools/performance.py, which it starts. Each --also is one
more command to watch, such as a GET over TLS from a server that you run; `arm` in it is the program, and `env` in
front of it sets variables.

The names are written without the hash that the compiler puts at their end, so that they hold for other compilers and for
changed code. A name that is not there any more does no harm. Write the file anew when `.ci/run` finds that memory has
grown.
"""

import argparse
import collections
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

import performance

FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "link_order.ld")
HEADER = """\
/* Written by tools/link_order.py: functions that common runs use, side by side. docs/performance.md says why. */
SECTIONS
{
  .text.common :
  {
%s
  }
}
INSERT BEFORE .text;
"""


def without_hash(name):
    """The name of a function as the linker is to look for it, whatever the compiler that wrote it."""
    name = re.sub(r"\.llvm\.\d+$", "", name)
    return re.sub(r"17h[0-9a-f]{16}E", "17h*", name)


def functions_of(arm):
    """The sizes of the functions of a program by their names, in the order in which they lie."""
    listed = subprocess.run(["nm", "--numeric-sort", "--print-size", arm], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in listed.splitlines()]
    functions = {row[3]: int(row[1], 16) for row in rows if len(row) == 4 and row[2] in "tT"}
    if not functions:
        sys.exit("%s has no symbols: build it with `cargo rustc --release --bin arm -- -C strip=none`" % arm)
    return functions


def request(bench, url, *options):
    """A GET with a token, as nearly all are."""
    host = bench.origin.removeprefix("http://")
    return [bench.arm, "GET", url, "--audience", "https://management.azure.com/", "--allow-host", host, *options]


def used(bench, command):
    """The names of the functions that a run calls."""
    with tempfile.TemporaryDirectory() as folder:
        out = "--callgrind-out-file=%s/%%p" % folder
        bench.run(["valgrind", "--tool=callgrind", "--trace-children=yes", "--demangle=no", out, *command])
        text = "\n".join(open(file.path, errors="replace").read() for file in os.scandir(folder))
    # A number stands for a name that occurred before. What is after an apostrophe tells levels of recursion apart.
    return {name.split("'")[0] for name in re.findall(r"^c?fn=\(\d+\) (\S+)", text, re.M)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--arm", default="target/release/arm")
    parser.add_argument("--also", action="append", default=[], metavar="COMMAND")
    arguments = parser.parse_args()
    functions = functions_of(arguments.arm)
    arguments.rounds = 0
    bench = performance.Bench(arguments)
    try:
        bench.environment["ARMCLI_ACCESS_TOKEN"] = "token"
        page, pages = (bench.url(performance.PAGE, pages=count, items=20) for count in (1, 3))
        commands = [
            [bench.arm, "--version"],
            request(bench, bench.url(performance.SMALL)),
            request(bench, page),
            request(bench, pages, "-q", performance.NAMES, "-r"),
            request(bench, pages, "-q", "value[].name", "-o", "tsv"),
            request(bench, pages, "-o", "table"),
        ]
        for text in arguments.also:
            words = shlex.split(text)
            commands.append([bench.arm if word == "arm" else word for word in words])
        in_order = collections.OrderedDict()
        for command in commands:
            called = used(bench, command)
            in_order.update((name, None) for name in functions if name in called)
    finally:
        bench.server.terminate()
        shutil.rmtree(bench.home)
    size, size_used = collections.Counter(), collections.Counter()
    for name, length in functions.items():
        size[without_hash(name)] += length
    for name in in_order:
        size_used[without_hash(name)] += functions[name]
    # A generic function has one name for all its kinds. Of those that are not all used, each that is has a line with its
    # hash, which only the same compiler writes; the others, for other compilers, come after.
    whole = {name for name in size if size_used[name] == size[name]}
    bare = {name: without_hash(name) for name in in_order}
    first = [bare[name] if bare[name] in whole else name for name in in_order]
    last = [name for name in bare.values() if name not in whole]
    names = collections.OrderedDict.fromkeys(first + last)
    with open(FILE, "w", encoding="ascii") as file:
        # `?` stands for a character that would mean something to the linker.
        file.write(HEADER % "\n".join("    *(.text.%s)" % name.replace("$", "?") for name in names))
    print("%d functions are used, %d KiB; with all kinds of those that are generic %d KiB"
          % (len(in_order), sum(functions[name] for name in in_order) >> 10,
             sum(size[name] for name in set(bare.values())) >> 10))


if __name__ == "__main__":
    main()
