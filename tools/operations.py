"""What the wheels of azure-mgmt-* and azure-cli (MIT) call: methods, path templates and api-versions. Nothing is run.

`tools/catalogue.py` makes the catalogue of it; the bodies that are sent are read by `tools/schema.py`.
"""

import collections
import pathlib
import re
import zipfile

from schema import VERSION, builders, parse

# A command of azure-cli that was generated: its template, its method, its version.
COMMAND = re.compile(
    r'format_url\(\s*"([^"]+)"(.*?)def method\(self\):\s*return "(\w+)"(.*?)"api-version", "([^"]+)"', re.S
)
OPERATIONS = re.compile(r"/operations/_[a-z0-9_]*operations\.py$")


def read(paths):
    """The calls of all wheels: (method, template, version, name of the operation)."""
    calls = []
    for path in sorted(map(pathlib.Path, paths)):
        wheel = zipfile.ZipFile(path)
        names = set(wheel.namelist())
        if path.name.startswith("azure_cli-"):
            calls += of_commands(wheel, names)
        else:
            for name in sorted(names):
                if OPERATIONS.search(name) and "/aio/" not in name:
                    found = builders(parse(wheel, name), default_version(wheel, names, name))
                    calls += [
                        (*call[:2], call[2], function[6:].removesuffix("_request")) for function, call in found.items()
                    ]
    return calls


def of_commands(wheel, names):
    for name in sorted(names):
        if "/aaz/" in name and name.endswith(".py"):
            command = "/".join(name.split("/aaz/latest/")[-1].split("/"))[:-3]
            for template, _, method, _, version in COMMAND.findall(wheel.read(name).decode()):
                yield method, template, version, command


def default_version(wheel, names, name):
    """The version of a folder `v2020_01_01`, or that of the configuration beside it."""
    folder = re.search(r"/v(\d{4})_(\d\d)_(\d\d)(_\w+)?/", name)
    if folder:
        version = f"{folder[1]}-{folder[2]}-{folder[3]}" + (folder[4] or "").replace("_", "-")
        return re.sub(r"(\d)preview", r"\1-preview", version)
    configuration = str(pathlib.PurePosixPath(name).parent.parent / "_configuration.py")
    if configuration not in names:
        return None
    found = re.search(r'api_version[^\n]*?"(\d{4}-\d\d-\d\d[^"]*)"', wheel.read(configuration).decode())
    return found[1] if found else None


def newest(calls):
    """Each call once, with its newest version, as rows: method, template, version, name."""
    found = {}
    for method, template, version, name in calls:
        key = (template, method)
        if (version or "") >= found.get(key, ("",))[0]:
            found[key] = (version or "", name)
    return [[method, template, *found[template, method]] for template, method in sorted(found)]


def versions(calls):
    """All versions of a template, for a call has only its newest, which may be a preview."""
    found = collections.defaultdict(set)
    for method, template, version, _ in calls:
        if method != "POST" and version and VERSION.fullmatch(version):
            found[template].add(version)
    return found
