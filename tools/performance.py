#!/usr/bin/env python3
"""Measures `arm` next to other clients, against a server of its own on this machine.

    tools/performance.py [--arm PATH] [--rounds N] [--only WORD] [--check]

Prints a table: the least and the median time of each row, and how the least compares with curl's. The commands of a row
take turns, so that whatever else the machine does falls on all of them. Clients that are not installed are left out.
Needs Python alone.

--check judges what can be counted, and no time: requests, peak memory where GNU time is installed, and instructions where
valgrind is. It fails where something has grown by a quarter or more; then either the cause is found, or the limit here is
raised with it.
"""

import argparse
import json
import multiprocessing
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

SMALL = "/subscriptions/00000000-0000-0000-0000-000000000001"
PAGE = "/subscriptions/%(pages)d-%(items)d/providers/Microsoft.Compute/virtualMachines"
NAMES = "$.value[*].name"
GNU_TIME = "/usr/bin/time"
# What one run may take: instructions in millions, peak memory in MiB. Measured values are about four fifths of these.
LIMITS = {
    "start-up": (0.72, None),
    "small GET": (1.8, None),
    "page": (48, 12),
    "names of a page": (37, 12),
    "100 pages": (None, 12),
    "one answer of 100 MB": (None, 12),
}


def machine(number):
    """A virtual machine as Resource Manager describes one, of some 2.7 KB."""
    group = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-%03d" % (number % 50)
    name = "vm-%06d" % number
    disks = [{
        "lun": lun, "name": "%s-data-%d" % (name, lun), "createOption": "Attach", "caching": "ReadOnly",
        "managedDisk": {"storageAccountType": "Premium_LRS",
                        "id": "%s/providers/Microsoft.Compute/disks/%s-data-%d" % (group, name, lun)},
        "diskSizeGB": 128 << lun, "toBeDetached": False,
    } for lun in range(4)]
    return {
        "name": name, "id": "%s/providers/Microsoft.Compute/virtualMachines/%s" % (group, name),
        "type": "Microsoft.Compute/virtualMachines", "location": "westeurope", "zones": [str(number % 3 + 1)],
        "tags": {"env": "production", "cost-center": "4711", "owner": "Jörg <joerg@example.org>"},
        "properties": {
            "vmId": "%08x-0000-4000-8000-000000000000" % number,
            "hardwareProfile": {"vmSize": "Standard_D4s_v5"},
            "storageProfile": {
                "imageReference": {"publisher": "Canonical", "offer": "ubuntu-24_04-lts", "sku": "server",
                                   "version": "latest", "exactVersion": "24.04.202511120"},
                "osDisk": {"osType": "Linux", "name": name + "-os", "createOption": "FromImage",
                           "caching": "ReadWrite", "deleteOption": "Delete", "diskSizeGB": 30},
                "dataDisks": disks},
            "osProfile": {"computerName": name, "adminUsername": "azureuser", "allowExtensionOperations": True,
                          "linuxConfiguration": {"disablePasswordAuthentication": True, "provisionVMAgent": True,
                                                 "patchSettings": {"patchMode": "ImageDefault",
                                                                   "assessmentMode": "ImageDefault"}}},
            "networkProfile": {"networkInterfaces": [{
                "id": "%s/providers/Microsoft.Network/networkInterfaces/%s-nic" % (group, name),
                "properties": {"primary": True, "deleteOption": "Detach"}}]},
            "provisioningState": "Succeeded", "timeCreated": "2025-11-12T08:00:00.1234567+00:00"},
    }


def serve(listener):
    """Answers on a socket until it is ended: small answers, and lists as their address says. Counts the requests."""
    bodies, asked = {}, 0
    origin = "http://127.0.0.1:%d" % listener.getsockname()[1]

    def body(path):
        found = re.match(r"/subscriptions/(\d+)-(\d+)/.*?(?:[?&]page=(\d+))?$", path)
        if not found:
            return json.dumps({"id": path.split("?")[0], "displayName": "one", "state": "Enabled"}).encode()
        pages, items, page = int(found[1]), int(found[2]), int(found[3] or 1)
        if items not in bodies:
            machines = [machine(number) for number in range(items)]
            bodies[items] = json.dumps(machines, ensure_ascii=False, separators=(",", ":")).encode()
        link = b""
        if page < pages:
            link = b',"nextLink":"%s%s?api-version=2024-07-01&page=%d"' % (
                origin.encode(), path.split("?")[0].encode(), page + 1)
        return b'{"value":%s%s}' % (bodies[items], link)

    while True:
        connection, _ = listener.accept()
        with connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            received = b""
            try:
                while True:
                    while b"\r\n\r\n" not in received:
                        more = connection.recv(65536)
                        if not more:
                            raise ConnectionError
                        received += more
                    head, _, received = received.partition(b"\r\n\r\n")
                    path = head.split(b" ")[1].decode()
                    if path == "/count":
                        answer, asked = b"%d" % asked, 0
                    else:
                        answer, asked = body(path), asked + 1
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                                       % len(answer) + answer)
            except OSError:
                pass


class Bench:
    def __init__(self, arguments):
        self.arm, self.rounds = os.path.realpath(arguments.arm), arguments.rounds
        listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.origin = "http://127.0.0.1:%d" % listener.getsockname()[1]
        self.server = multiprocessing.get_context("fork").Process(target=serve, args=(listener,), daemon=True)
        self.server.start()
        listener.close()
        self.home = tempfile.mkdtemp(prefix="arm-performance-")
        self.environment = {"PATH": os.environ["PATH"], "HOME": self.home, "LANG": "C.UTF-8", "NO_COLOR": "1",
                            "ARMCLI_IMDS": "0", "GH_TOKEN": "none", "GH_NO_UPDATE_NOTIFIER": "1",
                            "AZURE_CORE_COLLECT_TELEMETRY": "0"}

    def url(self, path, **sizes):
        return self.origin + (path % sizes if sizes else path) + "?api-version=2024-07-01"

    def request(self, url, *options):
        return [self.arm, "GET", url, "--no-auth", *options]

    def run(self, command):
        """Runs a command, and returns its milliseconds."""
        start = time.perf_counter()
        done = subprocess.run(command, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE)
        spent = time.perf_counter() - start
        if done.returncode:
            sys.exit("%s: exit %d: %s" % (" ".join(command), done.returncode, done.stderr[-500:].decode()))
        return spent * 1000

    def memory(self, command):
        """Returns the peak memory of a command in MiB. Without GNU time it would be that of this interpreter."""
        with tempfile.NamedTemporaryFile() as file:
            self.run([GNU_TIME, "-f", "%M", "-o", file.name, *command])
            return int(file.read()) / 1024

    def requests(self):
        """Returns the number of requests since the last call."""
        with socket.create_connection(self.origin.removeprefix("http://").split(":")) as connection:
            connection.sendall(b"GET /count HTTP/1.1\r\n\r\n")
            return int(connection.recv(65536).split(b"\r\n\r\n")[1])

    def instructions(self, command):
        """Returns millions of instructions, as callgrind counts them."""
        with tempfile.NamedTemporaryFile() as file:
            self.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=" + file.name, *command])
            return int(re.search(rb"^(?:summary|totals): (\d+)", file.read(), re.M)[1]) / 1e6

    def row(self, title, commands):
        times = {name: [] for name in commands}
        for _ in range(self.rounds + 1):
            for name, command in commands.items():
                times[name].append(self.run(command))
        print("\n%s\n%-22s %9s %9s %8s" % (title, "", "least ms", "median", "of curl"))
        base = None
        for name, all_times in times.items():
            least, median = min(all_times[1:]), statistics.median(all_times[1:])
            base = base or least
            print("%-22s %9.1f %9.1f %8.2f" % (name, least, median, least / base))


def measure(bench, only):
    small, page = bench.url(SMALL), bench.url(PAGE, pages=1, items=1000)
    pages = bench.url(PAGE, pages=100, items=100)
    pipe = lambda text: ["bash", "-c", "set -o pipefail; " + text]
    curl = lambda url: ["curl", "-sf", url]
    loop = 'url="%s"; while [ -n "$url" ]; do page=$(curl -sf "$url"); jq -r ".value[].name" <<<"$page"; ' \
           'url=$(jq -r ".nextLink // empty" <<<"$page"); done'
    rows = {
        "start-up": {"curl": ["curl", "--version"], "arm": [bench.arm, "--version"], "true": ["true"],
                     "jq": ["jq", "--version"], "xh": ["xh", "--version"], "gh": ["gh", "--version"],
                     "az": ["az", "--version"]},
        "small GET": {"curl": curl(small), "arm": bench.request(small), "curl | jq": pipe("curl -sf '%s' | jq ." % small),
                      "xh": ["xh", "--ignore-stdin", "--pretty=format", small], "gh": ["gh", "api", small],
                      "az": ["az", "rest", "--skip-authorization-header", "--url", small]},
        "page of 1,000 machines, pretty": {
            "curl": curl(page), "arm": bench.request(page), "curl | jq": pipe("curl -sf '%s' | jq ." % page),
            "xh": ["xh", "--ignore-stdin", "--pretty=format", page], "gh": ["gh", "api", page],
            "az": ["az", "rest", "--skip-authorization-header", "--url", page]},
        "page of 1,000 machines, names": {
            "curl": curl(page), "arm": bench.request(page, "-q", NAMES, "-r"),
            "curl | jq": pipe("curl -sf '%s' | jq -r '.value[].name'" % page)},
        "page of 1,000 machines into a pipe": {
            "curl": pipe("curl -sf '%s' | cat" % page), "arm": pipe("%s | cat" % " ".join(bench.request("'%s'" % page)))},
        "100 pages of 100 machines, names": {
            "curl": curl(pages.replace("/100-100/", "/1-10000/")), "arm": bench.request(pages, "-q", NAMES, "-r"),
            "curl and jq in a loop": pipe(loop % pages)},
    }
    print("%d rounds, load %.1f" % (bench.rounds, os.getloadavg()[0]))
    for title, commands in rows.items():
        if only in title:
            bench.row(title, {name: command for name, command in commands.items()
                              if shutil.which(command[0]) and shutil.which(name.split(" ")[0]) or name == "arm"})


def check(bench):
    small, page = bench.request(bench.url(SMALL)), bench.request(bench.url(PAGE, pages=1, items=1000))
    runs = {
        "start-up": ([bench.arm, "--version"], 0),
        "small GET": (small, 1),
        "page": (page, 1),
        "names of a page": (page + ["-q", NAMES, "-r"], 1),
        "100 pages": (bench.request(bench.url(PAGE, pages=100, items=100)), 100),
        "one answer of 100 MB": (bench.request(bench.url(PAGE, pages=1, items=40000)), 1),
    }
    has_valgrind, has_time = shutil.which("valgrind") is not None, os.path.exists(GNU_TIME)
    if not has_valgrind:
        print("skipped: instructions are not counted without valgrind")
    if not has_time:
        print("skipped: peak memory is not measured without %s" % GNU_TIME)
    faults = []
    for name, (command, expected) in runs.items():
        most_instructions, most_memory = LIMITS[name]
        bench.requests()
        bench.run(command)
        counted = [("requests", bench.requests(), expected)]
        if most_instructions and has_valgrind:
            counted.append(("million instructions", bench.instructions(command), most_instructions))
        if most_memory and has_time:
            counted.append(("MiB", bench.memory(command), most_memory))
        print("%s: %s" % (name, ", ".join("%.4g %s" % (value, unit) for unit, value, _ in counted)))
        faults += ["%s: %.4g %s, the limit is %.4g" % (name, value, unit, limit)
                   for unit, value, limit in counted if value > limit or (unit == "requests" and value != limit)]
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--arm", default="target/release/arm")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--only", default="", help="measures only the rows with this word in their title")
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    bench = Bench(arguments)
    try:
        faults = check(bench) if arguments.check else measure(bench, arguments.only)
    finally:
        bench.server.terminate()
        shutil.rmtree(bench.home)
    if faults:
        sys.exit("\n".join(faults))


if __name__ == "__main__":
    main()
