#!/usr/bin/env python3
"""Counts what the token cache promises, with the binary and many processes at once.

storm     processes with an empty cache ask for one token
refresh   processes with a token past its moment of refreshing ask for one token
expiry    processes with a token that has ended ask for one token
refusal   processes whose kept token the service refuses (401) ask for one other token
kill      runs that are ended by SIGKILL at random moments leave no broken file and no stuck lock

The source of tokens is an `az` of this script's own, which writes down each time it is run. Needs
Python 3 on a POSIX system, no packages and no network but this machine. Ends with 1 if a promise is
broken.
"""

import argparse
import http.server
import json
import os
import pathlib
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

AZ = """#!/bin/sh
echo asked >> "$HOME/asked"
sleep "$AZ_PAUSE"
printf '{"accessToken":"token-%s","expires_on":%s}\\n' "$$" "$AZ_EXPIRES_ON"
"""
PROFILE = {
    "subscriptions": [
        {
            "id": "11111111-1111-1111-1111-111111111111",
            "isDefault": True,
            "tenantId": "22222222-2222-2222-2222-222222222222",
            "environmentName": "AzureCloud",
            "user": {"name": "me@contoso.example", "type": "user"},
        }
    ]
}
AUDIENCE = "https://management.azure.com/"
# Longer than the 10 seconds for which a lock is waited for would be a run without one.
STUCK = 5.0


class Home:
    """A home folder with an `az` in it, and the cache of whoever lives there."""

    def __init__(self, arm, pause="0.2"):
        self.arm = arm
        self.folder = tempfile.TemporaryDirectory(prefix="arm-cache-")
        self.path = pathlib.Path(self.folder.name)
        self.tokens = self.path / "tokens"
        (self.path / "bin").mkdir()
        (self.path / ".azure").mkdir()
        az = self.path / "bin" / "az"
        az.write_text(AZ)
        az.chmod(0o755)
        (self.path / ".azure" / "azureProfile.json").write_text(json.dumps(PROFILE))
        self.variables = {
            "HOME": str(self.path),
            "PATH": f"{self.path}/bin:/usr/bin:/bin",
            "ARMCLI_CACHE_DIR": str(self.tokens),
            "AZ_PAUSE": pause,
            "AZ_EXPIRES_ON": str(int(time.time()) + 3600),
        }

    def start(self, *arguments):
        return subprocess.Popen(
            [self.arm, *arguments],
            env=self.variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def many(self, count, *arguments):
        """Runs a command many times at once; returns what each printed."""
        running = [self.start(*arguments) for _ in range(count)]
        outputs = []
        for process in running:
            stdout, stderr = process.communicate(timeout=120)
            if process.returncode != 0:
                raise SystemExit(f"exit code {process.returncode}: {stderr}")
            outputs.append(stdout)
        return outputs

    def asked(self):
        """Returns how often `az` was asked since the last time, and forgets it."""
        path = self.path / "asked"
        if not path.exists():
            return 0
        count = len(path.read_text().splitlines())
        path.unlink()
        return count

    def change(self, **members):
        """Changes members of the one kept token."""
        (path,) = self.tokens.glob("*.json")
        kept = json.loads(path.read_text())
        kept.update(members)
        path.write_text(json.dumps(kept))
        return kept["access_token"]


def one_request(name, count, asked, tokens):
    """Reports a storm: how often the source was asked, how many tokens came of it."""
    kinds = len(set(tokens))
    print(f"{name}: {count} processes, {asked} token request{'s' * (asked != 1)}, {kinds} different answer{'s' * (kinds != 1)}")
    return asked == 1


def storm(arm, count):
    home = Home(arm)
    tokens = home.many(count, "token")
    return one_request("storm", count, home.asked(), tokens) and len(set(tokens)) == 1


def refresh(arm, count):
    home = Home(arm)
    home.many(1, "token")
    home.asked()
    home.change(refresh_on=int(time.time()) - 10)
    # Some take the old token, because it will still do; nobody waits.
    tokens = home.many(count, "token")
    return one_request("refresh", count, home.asked(), tokens)


def expiry(arm, count):
    home = Home(arm)
    home.many(1, "token")
    home.asked()
    old = home.change(expires_on=int(time.time()) + 30)
    tokens = home.many(count, "token")
    fresh = all(token.strip() != old for token in tokens)
    return one_request("expiry", count, home.asked(), tokens) and fresh


class Service(http.server.BaseHTTPRequestHandler):
    """Refuses one token, and takes every other one."""

    refused = ""
    refusals = 0
    all_refused = None
    counting = threading.Lock()

    def do_GET(self):
        good = self.headers["Authorization"] != f"Bearer {Service.refused}"
        body = b"{}" if good else b'{"error":{"code":"ExpiredAuthenticationToken","message":"it is over"}}'
        if not good:
            with Service.counting:
                Service.refusals += 1
            # Nobody hears of the refusal before all have been refused: that is the storm.
            try:
                Service.all_refused.wait(30)
            except threading.BrokenBarrierError:
                pass
        self.send_response(200 if good else 401)
        if not good:
            self.send_header("WWW-Authenticate", 'Bearer error="invalid_token"')
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 256
    daemon_threads = True


def refusal(arm, count):
    home = Home(arm)
    home.many(1, "token", "--audience", AUDIENCE)
    home.asked()
    (path,) = home.tokens.glob("*.json")
    Service.refused, Service.refusals = json.loads(path.read_text())["access_token"], 0
    Service.all_refused = threading.Barrier(count)
    server = Server(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    host = f"127.0.0.1:{server.server_port}"
    arguments = ["GET", f"http://{host}/", "--audience", AUDIENCE, "--allow-host", host]
    answers = home.many(count, *arguments)
    server.shutdown()
    print(f"refusal: {Service.refusals} answers of 401")
    return one_request("refusal", count, home.asked(), answers) and Service.refusals == count


def kill(arm, runs, seed):
    """Ends runs at random moments, from random states of the cache."""
    chance = random.Random(seed)
    home = Home(arm, pause="0.005")
    durations = []
    for _ in range(5):
        began = time.monotonic()
        home.many(1, "token", "--no-cache")
        durations.append(time.monotonic() - began)
    typical = statistics.median(durations)
    killed = broken = stuck = unfinished = 0
    slowest = 0.0
    for _ in range(runs):
        now = int(time.time())
        kept = list(home.tokens.glob("*.json"))
        if kept:
            state = chance.choice(["gone", "ended", "ageing", "cut"])
            if state == "gone":
                kept[0].unlink()
            elif state == "ended":
                home.change(expires_on=now - 5)
            elif state == "ageing":
                home.change(refresh_on=now - 5)
            else:
                kept[0].write_bytes(kept[0].read_bytes()[: chance.randrange(200)])
        before = {path: path.read_bytes() for path in home.tokens.glob("*.json")}
        running = [home.start("token") for _ in range(chance.randint(1, 3))]
        time.sleep(chance.uniform(0, 1.3 * typical))
        for process in running:
            process.send_signal(signal.SIGKILL)
        for process in running:
            process.communicate()
            killed += process.returncode == -signal.SIGKILL
        for path in home.tokens.glob("*.json"):
            content = path.read_bytes()
            # What was cut before the run, and not replaced in it, is not the run's doing.
            if content != before.get(path) and not is_whole(content):
                broken += 1
        began = time.monotonic()
        home.many(1, "token")
        took = time.monotonic() - began
        slowest = max(slowest, took)
        stuck += took > STUCK
        unfinished = max(unfinished, len(list(home.tokens.glob(".arm-*"))))
    print(
        f"kill: {runs} rounds (seed {seed}), {killed} processes killed, {broken} broken files, "
        f"{stuck} stuck locks, slowest run after a kill {slowest * 1000:.0f} ms, "
        f"{unfinished} unfinished files left to be swept"
    )
    return broken == 0 and stuck == 0 and killed > 0


def is_whole(content):
    try:
        kept = json.loads(content)
    except ValueError:
        return False
    return kept.get("v") == 1 and all(name in kept for name in ("key", "access_token", "expires_on"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--arm", default="target/release/arm", help="the binary (default: %(default)s)")
    parser.add_argument("--processes", type=int, default=50, help="of the storm (default: %(default)s)")
    parser.add_argument("--runs", type=int, default=1000, help="that are killed (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the moments (default: %(default)s)")
    arguments = parser.parse_args()
    arm = str(pathlib.Path(arguments.arm).resolve())
    few = max(2, arguments.processes * 2 // 5)
    kept = [
        storm(arm, arguments.processes),
        refresh(arm, few),
        expiry(arm, few),
        refusal(arm, few),
        kill(arm, arguments.runs, arguments.seed),
    ]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
