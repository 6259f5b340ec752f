#!/usr/bin/env python3
"""Measures what a token from Azure CLI's cache costs, against one that is given in a variable.

Makes a profile and a cache as az writes them (one of a few entries, one of 2 MB), a server on this
machine, and runs the same request by turns, so that load on the machine meets all of them alike.
Needs no account, no az and no network.

    tools/az-cache-cost.py [target/release/arm] [RUNS]
"""

import base64
import http.server
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ARM = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else "target/release/arm")
RUNS = int(sys.argv[2]) if len(sys.argv) > 2 else 200
HOST = "login.microsoftonline.com"
CLIENT_ID = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
AUDIENCE = "https://management.azure.com/"


def guid(number):
    return f"{number:08x}-0000-4000-8000-{number:012x}"


def token():
    claims = {"aud": AUDIENCE, "exp": 4102444800, "filler": "x" * 1200}
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{payload}.c2ln"


def entry(tenant, scope):
    return {
        "credential_type": "AccessToken", "secret": token(), "home_account_id": "u.t",
        "environment": HOST, "client_id": CLIENT_ID, "target": scope, "realm": tenant,
        "token_type": "Bearer", "cached_at": "1795324908", "expires_on": "4102444800",
        "extended_expires_on": "4102444800", "refresh_on": "4102440000",
    }


def cache(tenants):
    """Tokens of each tenant for Resource Manager and Graph, as az keeps them."""
    tokens = {}
    for number in range(1, tenants + 1):
        tenant = guid(number)
        for scope in ("https://management.core.windows.net//.default", "https://graph.microsoft.com//.default"):
            tokens[f"u.t-{HOST}-accesstoken-{CLIENT_ID}-{tenant}-{scope}"] = entry(tenant, scope)
    account = {"home_account_id": "u.t", "environment": HOST, "realm": guid(1), "username": "me@contoso.com"}
    return {"AccessToken": tokens, "Account": {"a": account}, "IdToken": {}, "RefreshToken": {}, "AppMetadata": {}}


def az_home(root, name, tenants):
    folder = os.path.join(root, name, ".azure")
    os.makedirs(folder)
    user = {"name": "me@contoso.com", "type": "user"}
    subscription = {"id": guid(9), "isDefault": True, "tenantId": guid(1), "environmentName": "AzureCloud", "user": user}
    with open(os.path.join(folder, "azureProfile.json"), "w", encoding="utf-8-sig") as file:
        json.dump({"installationId": guid(8), "subscriptions": [subscription]}, file)
    path = os.path.join(folder, "msal_token_cache.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(cache(tenants), file, indent=4)
    return folder, os.path.getsize(path)


class Service(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        good = self.headers["Authorization"] == f"Bearer {token()}"
        body = b'{"ok":true}' if good else b'{"error":{"code":"WrongToken"}}'
        self.send_response(200 if good else 401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def main():
    service = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=service.serve_forever, daemon=True).start()
    authority = f"127.0.0.1:{service.server_port}"
    command = [ARM, "GET", f"http://{authority}/", "--audience", AUDIENCE, "--allow-host", authority]
    with tempfile.TemporaryDirectory() as root:
        small, small_size = az_home(root, "small", 2)
        large, large_size = az_home(root, "large", 520)
        base = {"HOME": root, "PATH": "/nowhere", "ARMCLI_IMDS": "0", "ARMCLI_NO_CACHE": "1"}
        ways = {
            "a given token": base | {"ARMCLI_ACCESS_TOKEN": token()},
            f"az's cache, {small_size / 1e3:.0f} kB": base | {"AZURE_CONFIG_DIR": small},
            f"az's cache, {large_size / 1e6:.1f} MB": base | {"AZURE_CONFIG_DIR": large},
        }
        times = {way: [] for way in ways}
        for _ in range(RUNS):
            for way, variables in ways.items():
                start = time.perf_counter()
                subprocess.run(command, env=variables, check=True, stdout=subprocess.DEVNULL)
                times[way].append((time.perf_counter() - start) * 1000)
    given = statistics.median(times["a given token"])
    print(f"{RUNS} runs each, by turns; milliseconds")
    print(f"{'':24}{'median':>8}{'least':>8}{'more':>8}")
    for way, taken in times.items():
        median = statistics.median(taken)
        print(f"{way:24}{median:8.2f}{min(taken):8.2f}{median - given:8.2f}")


if __name__ == "__main__":
    main()
