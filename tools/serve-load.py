#!/usr/bin/env python3
"""Loads `arm serve` and counts: answers, token requests, memory, and who is kept out.

    tools/serve-load.py [--arm PATH] [--short] [--seconds N] [--rate N] [--connections N] [--idle N]

A source of tokens on this machine counts how often it is asked. Two parts:

1. CONNECTIONS clients ask for RATE tokens a second, each on a connection that stays: every answer must be a token,
   and the source must have been asked once. Prints p50 and p99 of the answers, and the server's memory before, at
   each quarter and after. The same load goes to a server of a few lines that answers at once: the difference between
   the two is what the endpoint adds, on a machine that does other things too.
2. IDLE connections are held open beside them, one half silent, one half in the middle of a head: new clients and
   those that already work must get their tokens.

--short makes both parts small, and asserts counts only: no time is judged.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time

TOKEN = json.dumps({
    "access_token": "load-token", "refresh_token": "", "expires_in": "3600", "expires_on": "4102444800",
    "not_before": "1700000000", "resource": "https://management.azure.com/", "token_type": "Bearer",
}).encode()
BODY = b"resource=https://management.azure.com/"


class Source:
    """Answers every request with a token, after a while: clients have time to pile up."""

    def __init__(self):
        self.asked = 0

    async def __call__(self, reader, writer):
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                for line in head.split(b"\r\n"):
                    if line.lower().startswith(b"content-length:"):
                        await reader.readexactly(int(line.split(b":")[1]))
                self.asked += 1
                await asyncio.sleep(0.2)
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                             % (len(TOKEN), TOKEN))
                await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass
        finally:
            writer.close()


class Client:
    """One connection, opened again where the server has ended it."""

    def __init__(self, port):
        self.port = port
        self.streams = None
        self.reconnected = 0
        self.request = (b"POST /oauth2/token HTTP/1.1\r\nHost: localhost:%d\r\nMetadata: true\r\n"
                        b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s"
                        % (port, len(BODY), BODY))

    async def ask(self):
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.streams
        writer.write(self.request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n")
                      if line.lower().startswith(b"content-length:"))
        body = await reader.readexactly(length)
        if not head.startswith(b"HTTP/1.1 200 ") or b"load-token" not in body:
            raise RuntimeError((head + body).decode())

    async def ask_again(self):
        """A connection that was idle may have been ended: a client then opens another one."""
        try:
            await self.ask()
        except (asyncio.IncompleteReadError, ConnectionError):
            self.reconnected += 1
            self.streams = None
            await self.ask()

    def close(self):
        if self.streams is not None:
            self.streams[1].close()


def memory_of(pid):
    """KiB that are resident."""
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))


async def bare(reader, writer):
    """Answers every request with a token, at once."""
    try:
        while True:
            await reader.readuntil(b"\r\n\r\n" + BODY)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(TOKEN), TOKEN))
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


def serve_bare(pipe):
    async def serve():
        server = await asyncio.start_server(bare, "127.0.0.1", 0)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


async def load_bare(options):
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=serve_bare, args=(theirs,), daemon=True)
    process.start()
    try:
        took, _ = await load(ours.recv(), options)
    finally:
        process.kill()
    print(f"      a server of a few lines: {percentiles(took)}")


def percentiles(took):
    p50, p99 = (took[int(len(took) * part)] * 1000 for part in (0.5, 0.99))
    return f"p50 {p50:.2f} ms, p99 {p99:.2f} ms, longest {took[-1] * 1000:.2f} ms"


async def sample(pid, seconds):
    """The memory before, at each quarter, and after."""
    found = [memory_of(pid)]
    for _ in range(4):
        await asyncio.sleep(seconds / 4)
        found.append(memory_of(pid))
    return found


async def load(port, options):
    """RATE requests a second from CONNECTIONS connections; returns the seconds that each took, sorted."""
    clients = [Client(port) for _ in range(options.connections)]
    took = []
    start = time.perf_counter()
    step = options.connections / options.rate

    async def work(number, client):
        for turn in range(max(1, round(options.seconds / step))):
            due = start + turn * step + number / options.rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            before = time.perf_counter()
            await client.ask_again()
            took.append(time.perf_counter() - before)

    await asyncio.gather(*(work(number, client) for number, client in enumerate(clients)))
    for client in clients:
        client.close()
    return sorted(took), sum(client.reconnected for client in clients)


async def hold(port, count):
    """Opens connections that ask nothing, or half a question."""
    held = []
    for number in range(count):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        if number % 2:
            writer.write(b"POST /oauth2/token HTTP/1.1\r\nHost: local")
        held.append((reader, writer))
    return held


async def idle(port, options):
    workers = [Client(port) for _ in range(20)]
    for worker in workers:
        await worker.ask()
    answers = 0
    stop = asyncio.Event()

    async def work(worker):
        nonlocal answers
        while not stop.is_set():
            await worker.ask_again()
            answers += 1
            await asyncio.sleep(0.05)

    tasks = [asyncio.create_task(work(worker)) for worker in workers]
    held = await hold(port, options.idle)
    for _ in range(50):
        stranger = Client(port)
        await stranger.ask()
        stranger.close()
    stop.set()
    await asyncio.gather(*tasks)
    reconnected = sum(worker.reconnected for worker in workers)
    for worker in workers:
        worker.close()
    for _, writer in held:
        writer.close()
    return answers, reconnected


async def run(options):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = options.idle + 2 * options.connections + 200
    if hard != resource.RLIM_INFINITY and hard < wanted:
        sys.exit(f"this process may open {hard} files only; {wanted} are needed")
    # The server keeps the usual limit.
    source = Source()
    server = await asyncio.start_server(source, "127.0.0.1", 0)
    source_port = server.sockets[0].getsockname()[1]
    with tempfile.TemporaryDirectory() as home:
        process = subprocess.Popen(
            [options.arm, "serve", "--cloud-shell", "--port", "0", "--lazy"], stdout=subprocess.PIPE,
            env={"HOME": home, "PATH": "", "MSI_ENDPOINT": f"http://127.0.0.1:{source_port}/oauth2/token"},
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 1024), hard)))
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard) if hard > 0 else wanted, hard))
            first = process.stdout.readline().decode()
            port = int(first.split("127.0.0.1:")[1].split("/")[0])
            # All at once, before there is a token.
            crowd = [Client(port) for _ in range(options.connections)]
            await asyncio.gather(*(client.ask() for client in crowd))
            for client in crowd:
                client.close()
            assert source.asked == 1, f"{options.connections} clients at once: {source.asked} token requests"
            memory, (took, reconnected) = await asyncio.gather(
                sample(process.pid, options.seconds), load(port, options))
            expected = options.connections * max(1, round(options.seconds * options.rate / options.connections))
            assert len(took) == expected, f"{len(took)} of {expected} answers"
            assert source.asked == 1, f"{source.asked} token requests"
            print(f"load: {len(took)} tokens to {options.connections} connections, 1 token request, "
                  f"{reconnected} connections opened again")
            if not options.short:
                print(f"      {percentiles(took)}; memory {', '.join(map(str, memory))} KiB")
                await load_bare(options)
            answers, reconnected = await idle(port, options)
            assert process.poll() is None, "the server ended"
            print(f"idle: {options.idle} connections held; 50 new clients and {answers} requests of 20 others "
                  f"answered, {reconnected} connections opened again")
            if not options.short:
                print(f"      memory {memory_of(process.pid)} KiB after")
            process.terminate()
            assert process.wait(30) == 0, f"the server ended with {process.returncode}"
        finally:
            process.kill()
            process.wait()
    server.close()


def main():
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    target = os.environ.get("CARGO_TARGET_DIR", os.path.join(root, "target"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--arm", default=os.path.join(target, "release", "arm"))
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--rate", type=float, default=500)
    parser.add_argument("--connections", type=int)
    parser.add_argument("--idle", type=int)
    options = parser.parse_args()
    usual = (2, 50, 1_200) if options.short else (60, 200, 10_000)
    for name, value in zip(("seconds", "connections", "idle"), usual):
        if getattr(options, name) is None:
            setattr(options, name, value)
    asyncio.run(run(options))


if __name__ == "__main__":
    main()
