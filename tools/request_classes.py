#!/usr/bin/env python3
"""Makes `src/azure/guard/actions.tsv`: what the POST actions of Resource Manager do, and which GETs give a secret.

    tools/request_classes.py FOLDER --date 2026-11-22

FOLDER holds `operations.tsv`, as for `tools/catalogue.py`: METHOD, path template, newest api-version, name. Each line of
the output but the first, the date, is

    METHOD  class  scope  path  last segments

    class   r reads; s reads a secret; k writes, and answers with a secret; w writes
    scope   t tenant, m management group, s subscription, r resource group, x any; or a path
    path    what follows `/providers/` up to the last segment, in lower case; `{}` is a name; `**` is any number of segments
    last    the last segments, with commas

A POST that only writes has no line, because what is not here is a write; but if a URL could be taken for a line that is
less exact, the line of the write stands beside it. The shape is read by `src/azure/guard/actions.rs`.
"""

import argparse
import collections
import pathlib
import re

PROVIDER = re.compile(r"/providers/(?=[a-z]\w*\.)")
SCOPES = {
    "": "t",
    "/subscriptions/{}": "s",
    "/subscriptions/{}/resourcegroups/{}": "r",
    "/{}": "x",
}
MANAGEMENT_GROUP = re.compile(r"/providers/[^/]+/managementgroups/\{\}")

# Actions that hand out a secret: keys, credentials, connection strings, signed addresses, settings of applications.
SECRET_ACTIONS = set(
    """
    sharedkeys readonlykeys listconnectioninfo getconnectioninfo listchannelwithkeys listwithsecrets
    getpolicypropertieswithsecrets listcallbackurl listcontentcallbackurl getcallbackconfig getfullurl
    getdeliveryattributes listvalue listdetails listconfigurations listsyncfunctiontriggerstatus listappsettings
    listfunctionappsettings showdatabaseconnections show listbackups listworkflowsconnections publishxml pnscredentials
    getgatewaysettings getloginlinks getshareablelinks getikesas backupsecuritypin
    retrievebootdiagnosticsdata getbootdiagnosticlogs getvpnprofilepackageurl vpndeviceconfigurationscript
    listbuildsourceuploadurl listlogsasurl getdataplaneaccess generatelivetoken generatetoken generatessourl
    generatessouri generatessorequest generateuri generatedownloaduri generatevpnclientpackage generatevpnprofile token
    accesstoken listpeeringpassphrases download downloaddocuments downloadsummary transactionsdownload containerlogs
    listexpressiontraces getextendedinformation listdcaccesscode listuserkubeconfig listadminkubeconfig getlogfileurl
    getresourceuploadurl getvmhostpayload slotsdiffs
    """.split()
)
SECRET_NAME = re.compile(
    r"^(list|get|retrieve|fetch|show).*(keys?|secrets?|credentials?|tokens?|passwords?|sas|connectionstrings?)$"
)
# Of one namespace only: the same word means something else in others.
SECRET_PATHS = re.compile(
    r"microsoft\.hdinsight/.*/configurations$"
    r"|microsoft\.containerregistry/.*/webhooks/\{\}/listevents$"
    r"|microsoft\.apimanagement/.*/gateways/\{\}/listtrace$"
)
# Writes whose answer is a secret.
SECRET_WRITES = re.compile(
    r"^(regenerate|generatecredentials$|generatekey|newpassword$|renewcredentials$|createquerykey$|apikeys$"
    r"|acquirepolicytoken$|begingetaccess$|reset\w*key$|rotate\w*key)"
)
SECRET_WRITE_PATHS = re.compile(
    r"microsoft\.containerinstance/.*/(exec|attach)$|microsoft\.databoxedge/.*/generatecertificate$"
    r"|/(createquerykey|regenerateadminkey)/\{\}$"
)
# Look like reads, and are writes: some write to an address that is in the body.
WRITES = re.compile(
    r"/(logtrackingevents|getrequestratebyinterval|getthrottledrequests|getp2svpnconnectionhealthdetailed"
    r"|fetchdcassessment)$|/apiaccess/\w+$|/host/default/listsyncstatus$"
)
READ_ACTIONS = set(
    """
    whatif queryresults summarize exporttemplate usages query search resources metrics health topology nexthop
    ipflowverify securitygroupview forecast effectiveroutetable effectivenetworksecuritygroups effectiveroutes
    inboundroutes outboundroutes advertisedroutes learnedroutes learnedipprefixes backendhealth supportedvpndevices
    nodeavailability availableproviderslist azurereachabilityreport connectivitycheck networkconfigurationdiagnostic
    ddosprotectionstatus vpnserverconfigurations calculatetemplatehash calculatemodelcapacity
    generateupgradeddefinition generateloa iscloneable discoverbackup schema capabilities apptemplates
    tenantbackfillstatus backupstatus backupvalidatefeatures backupprevalidateprotection backupvalidateoperation
    recoverypointsrecommendedformove backupcrrjob backupcrrjobs convertgraphrunbookcontent
    previewstaticsiteworkflowfile verifyhostingenvironmentvnet testblobaccesspointconfigurationproposedconnection
    testexistingconnection dataconnectionvalidation diagnosevirtualnetwork evaluatedeploymentpolicies
    resolvebillingroleassignments resolveprivatelinkserviceid alerts bookmarks entities monitoringdata ipaddress
    $testall $testnew expandmsiximage
    """.split()
)
READ_PATHS = re.compile(r"/(arptables|routetables|routetablessummary)/\{\}$|/placementscores/spot/generate$")
READ_NAME = re.compile(r"^(check|validate|query|list|get|fetch|retrieve)|checknameavailability$")

# What the packages do not know.
ALSO = [
    ("POST", "r", "t", "microsoft.resources/validateresources"),
    ("POST", "r", "t", "microsoft.resourcegraph/resources"),
    ("POST", "r", "t", "microsoft.resourcegraph/resourceshistory"),
    ("POST", "r", "t", "microsoft.resourcegraph/resourcechanges"),
    ("POST", "r", "t", "microsoft.resourcegraph/resourcechangedetails"),
    ("POST", "r", "x", "microsoft.policyinsights/checkpolicyrestrictions"),
    ("POST", "r", "x", "microsoft.authorization/roleassignments/{}/validate"),
    ("POST", "k", "s", "microsoft.authorization/acquirepolicytoken"),
    ("POST", "k", "m", "microsoft.authorization/acquirepolicytoken"),
    ("GET", "s", "x", "microsoft.network/connections/{}/sharedkey"),
    ("GET", "s", "x", "microsoft.network/vpngateways/{}/vpnconnections/{}/vpnlinkconnections/{}/sharedkeys"),
    ("GET", "s", "x", "microsoft.network/vpngateways/{}/vpnconnections/{}/vpnlinkconnections/{}/sharedkeys/{}"),
    ("GET", "s", "x", "microsoft.network/expressroutecircuits/{}/authorizations"),
    ("GET", "s", "x", "microsoft.network/expressroutecircuits/{}/authorizations/{}"),
    ("GET", "s", "x", "microsoft.network/expressrouteports/{}/authorizations"),
    ("GET", "s", "x", "microsoft.network/expressrouteports/{}/authorizations/{}"),
    ("GET", "s", "x", "microsoft.avs/privateclouds/{}/authorizations"),
    ("GET", "s", "x", "microsoft.avs/privateclouds/{}/authorizations/{}"),
    ("GET", "s", "x", "microsoft.documentdb/databaseaccounts/{}/readonlykeys"),
    ("GET", "s", "x", "microsoft.web/sites/{}/functions/admin/token"),
    ("GET", "s", "x", "microsoft.web/sites/{}/slots/{}/functions/admin/token"),
    ("GET", "s", "x", "microsoft.web/sites/{}/hostruntime/**"),
    ("GET", "s", "x", "microsoft.web/sites/{}/slots/{}/hostruntime/**"),
]


def class_of(path):
    last = path.rsplit("/", 1)[-1]
    if WRITES.search(path):
        return "w"
    if SECRET_WRITES.search(last) or SECRET_WRITE_PATHS.search(path):
        return "k"
    if last == "list":
        return "s" if "/config/" in path or "/backups/" in path else "r"
    if last in SECRET_ACTIONS or SECRET_NAME.search(last) or SECRET_PATHS.search(path):
        return "s"
    if last in READ_ACTIONS or READ_PATHS.search(path) or READ_NAME.search(last):
        return "r"
    return "w"


def split(path):
    """Splits a template into scope and what follows `/providers/`; a path without a provider is a scope of its own."""
    starts = [match.start() for match in PROVIDER.finditer(path)]
    if not starts:
        return path, ""
    prefix, rest = path[: starts[-1]], path[starts[-1] + len("/providers/") :]
    if MANAGEMENT_GROUP.fullmatch(prefix):
        return "m", rest
    return SCOPES.get(prefix, prefix), rest


def segments(scope, rest):
    """The segments of a template from its end, to see which URLs it shares with another; a scope may be open."""
    known = {
        "t": "", "s": "/subscriptions/{}", "r": "/subscriptions/{}/resourcegroups/{}",
        "m": "/providers/microsoft.management/managementgroups/{}",
    }
    prefix = None if scope == "x" else known.get(scope, scope)
    tail = f"/providers/{rest}" if rest else ""
    return prefix is None, ((prefix or "") + tail).strip("/").split("/")


def overlap(one, other):
    (one_open, one), (other_open, other) = segments(*one), segments(*other)
    if not one_open and not other_open and len(one) != len(other):
        return False
    if (one_open and len(one) > len(other) and not other_open) or (other_open and len(other) > len(one) and not one_open):
        return False
    pairs = zip(reversed(one), reversed(other))
    return all(a == b or "{}" in (a, b) for a, b in pairs)


def read(folder):
    found = {}
    for line in (folder / "operations.tsv").read_text(encoding="utf-8").splitlines():
        method, path, *_ = line.split("\t")
        if method != "POST":
            continue
        path = re.sub(r"\{\w+\}", "{}", path.split("?")[0].rstrip("/")).lower()
        if path == "/{}/validate":
            # Only an ID of a role assignment.
            continue
        found[split(path)] = class_of(path)
    for method, kind, scope, rest in ALSO:
        if method == "POST":
            found[(scope, rest)] = kind
    return found


def lines(found):
    shown = [place for place, kind in found.items() if kind != "w"]
    rows = [("POST", kind, *place) for place, kind in found.items() if kind != "w"]
    for place, kind in found.items():
        if kind == "w" and any(overlap(place, other) for other in shown):
            rows.append(("POST", "w", *place))
    rows += [row for row in ALSO if row[0] == "GET"]
    groups = collections.defaultdict(set)
    for method, kind, scope, rest in rows:
        path, _, last = rest.rpartition("/")
        if not rest:
            scope, _, last = scope.rpartition("/")
        groups[(method, kind, scope, path)].add(last)
    for (method, kind, scope, path), lasts in sorted(groups.items()):
        yield "\t".join([method, kind, scope, path, ",".join(sorted(lasts))])


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--date", required=True, help="the date of the facts, such as 2026-11-22")
    arguments.add_argument("--out", type=pathlib.Path)
    given = arguments.parse_args()
    default = pathlib.Path(__file__).resolve().parent.parent / "src/azure/guard/actions.tsv"
    found = read(given.folder)
    text = "\n".join([f"# {given.date}", *lines(found)]) + "\n"
    (given.out or default).write_text(text, encoding="utf-8")
    counts = collections.Counter(found.values())
    print(f"{text.count(chr(10)) - 1} lines, {len(text.encode())} bytes; actions: {dict(counts)}")


main()
