//! The hosts of Azure and the audience of each, per cloud: data only. Matching is in `audience`.
//!
//! Sources: azure-cli `cloud.py`, hashicorp/go-azure-sdk `environments`, the default scopes of the
//! Python SDK, Azure PowerShell, azd. Where they disagree, `docs/decisions/0005-audience-table.md`
//! says what was chosen. The first row that matches counts; patterns are those of
//! `origin::host_matches`.

use crate::azure::url::origin::host_matches;

/// What a host serves, as far as requests differ by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostKind {
    /// Azure Resource Manager: the api-version is worked out, `x-ms-version` is sent.
    ResourceManager,
    /// The data plane of Storage: needs its own `x-ms-version`.
    Storage,
    /// Anything else, known or not.
    Other,
}

/// Hosts that share an audience.
#[derive(Debug, Clone, Copy)]
pub(in crate::azure) struct Row {
    pub(in crate::azure) hosts: &'static [&'static str],
    pub(in crate::azure) audience: RowAudience,
    pub(in crate::azure) kind: HostKind,
    pub(in crate::azure) reach: Reach,
    /// Other audiences that these hosts take when the user names one.
    pub(in crate::azure) alternatives: &'static [&'static str],
}

/// The audience of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::azure) enum RowAudience {
    /// One for all hosts.
    Fixed(&'static str),
    /// Each host is its own: `https://<host>`.
    OwnOrigin,
}

/// How far a token goes within a row once one of its hosts was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::azure) enum Reach {
    /// A link to any host of the same audience may be followed with the token.
    Service,
    /// Code of customers can answer at these hosts, so that a link to another one is refused.
    HostOnly,
}

impl Row {
    /// Tells whether a host, in lower case, is of this row.
    pub(in crate::azure) fn matches(&self, host: &str) -> bool {
        self.hosts.iter().any(|pattern| host_matches(pattern, host))
    }

    pub(in crate::azure) const fn kind(mut self, kind: HostKind) -> Self {
        self.kind = kind;
        self
    }

    const fn host_only(mut self) -> Self {
        self.reach = Reach::HostOnly;
        self
    }

    const fn or(mut self, alternatives: &'static [&'static str]) -> Self {
        self.alternatives = alternatives;
        self
    }
}

/// Builds a row with one audience for all hosts.
pub(in crate::azure) const fn row(hosts: &'static [&'static str], audience: &'static str) -> Row {
    Row {
        hosts,
        audience: RowAudience::Fixed(audience),
        kind: HostKind::Other,
        reach: Reach::Service,
        alternatives: &[],
    }
}

/// Builds a row in which each host is its own audience.
pub(in crate::azure) const fn own(hosts: &'static [&'static str]) -> Row {
    let mut row = row(hosts, "");
    row.audience = RowAudience::OwnOrigin;
    row
}

/// The audience of Storage in every cloud.
pub(in crate::azure) const STORAGE_AUDIENCE: &str = "https://storage.azure.com/";

/// The public cloud, and the sandbox that stands in for it.
pub(in crate::azure) const PUBLIC: &[Row] = &[
    row(
        &[
            "management.azure.com",
            "*.management.azure.com",
            "management.privatelink.azure.com",
        ],
        "https://management.azure.com/",
    )
    .kind(HostKind::ResourceManager),
    row(
        &["management.core.windows.net"],
        "https://management.core.windows.net/",
    ),
    row(&["graph.microsoft.com"], "https://graph.microsoft.com/"),
    row(&["graph.windows.net"], "https://graph.windows.net/"),
    row(&["*.vault.azure.net"], "https://vault.azure.net"),
    row(&["*.managedhsm.azure.net"], "https://managedhsm.azure.net"),
    // Exports of managed disks stand in front of Storage, whose account names have no dash (azcopy).
    row(&["md-*.blob.storage.azure.net"], "https://disk.azure.com/").kind(HostKind::Storage),
    row(
        &[
            "*.blob.core.windows.net",
            "*.queue.core.windows.net",
            "*.table.core.windows.net",
            "*.file.core.windows.net",
            "*.dfs.core.windows.net",
            "*.blob.storage.azure.net",
            "*.queue.storage.azure.net",
            "*.table.storage.azure.net",
            "*.file.storage.azure.net",
            "*.dfs.storage.azure.net",
            "onelake.dfs.fabric.microsoft.com",
            "onelake.blob.fabric.microsoft.com",
            "*.onelake.fabric.microsoft.com",
        ],
        STORAGE_AUDIENCE,
    )
    .kind(HostKind::Storage),
    row(
        &["api.loganalytics.io", "api.loganalytics.azure.com"],
        "https://api.loganalytics.io",
    ),
    row(
        &["api.applicationinsights.io"],
        "https://api.applicationinsights.io",
    ),
    row(
        &[
            "*.ingest.monitor.azure.com",
            "*.handler.control.monitor.azure.com",
        ],
        "https://monitor.azure.com",
    ),
    row(
        &["*.metrics.monitor.azure.com"],
        "https://metrics.monitor.azure.com",
    ),
    row(
        &["*.prometheus.monitor.azure.com"],
        "https://prometheus.monitor.azure.com",
    ),
    row(
        &["*.documents.azure.com", "*.table.cosmos.azure.com"],
        "https://cosmos.azure.com",
    ),
    row(&["*.database.windows.net"], "https://database.windows.net/"),
    row(
        &[
            "*.postgres.database.azure.com",
            "*.mysql.database.azure.com",
            "*.mariadb.database.azure.com",
        ],
        "https://ossrdbms-aad.database.windows.net",
    ),
    row(
        &["*.servicebus.windows.net"],
        "https://servicebus.azure.net/",
    )
    .host_only()
    .or(&["https://eventhubs.azure.net/"]),
    row(&["*.eventgrid.azure.net"], "https://eventgrid.azure.net"),
    row(&["*.azconfig.io"], "https://azconfig.io"),
    row(&["*.azurecr.io"], "https://containerregistry.azure.net"),
    row(&["*.dev.azuresynapse.net"], "https://dev.azuresynapse.net"),
    own(&["*.kusto.windows.net"]).or(&["https://kusto.kusto.windows.net"]),
    row(
        &["*.kusto.fabric.microsoft.com", "*.kusto.azuresynapse.net"],
        "https://kusto.kusto.windows.net",
    ),
    row(
        &["*.azuredatabricks.net"],
        "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d",
    )
    .host_only(),
    row(&["*.batch.azure.com"], "https://batch.core.windows.net/"),
    row(
        &["dev.azure.com", "*.dev.azure.com", "*.visualstudio.com"],
        "499b84ac-1321-427f-aa17-267ca6975798",
    ),
    own(&["*.asazure.windows.net"]),
    row(
        &["api.powerbi.com", "*.analysis.windows.net"],
        "https://analysis.windows.net/powerbi/api",
    ),
    row(
        &["api.fabric.microsoft.com"],
        "https://api.fabric.microsoft.com",
    ),
    row(
        &["*.purview.azure.com", "*.purview.azure.net"],
        "https://purview.azure.net",
    ),
    row(&["*.search.windows.net"], "https://search.azure.com"),
    row(
        &[
            "*.cognitiveservices.azure.com",
            "*.openai.azure.com",
            "*.api.cognitive.microsoft.com",
        ],
        "https://cognitiveservices.azure.com",
    ),
    row(&["*.services.ai.azure.com"], "https://ai.azure.com")
        .or(&["https://cognitiveservices.azure.com"]),
    row(
        &["*.inference.ml.azure.com", "*.models.ai.azure.com"],
        "https://ml.azure.com",
    )
    .host_only(),
    row(&["*.api.azureml.ms"], "https://ml.azure.com"),
    row(
        &["*.digitaltwins.azure.net"],
        "https://digitaltwins.azure.net",
    )
    .or(&["0b07f429-9f4b-4714-9392-cc5e8e80c8b0"]),
    row(&["*.azure-devices.net"], "https://iothubs.azure.net"),
    row(
        &["*.azure-devices-provisioning.net"],
        "https://azure-devices-provisioning.net",
    ),
    row(
        &["*.api.adu.microsoft.com"],
        "https://api.adu.microsoft.com",
    ),
    row(
        &["*.azureiotcentral.com"],
        "https://apps.azureiotcentral.com",
    ),
    row(
        &["*.communication.azure.com"],
        "https://communication.azure.com/",
    ),
    row(&["*.service.signalr.net"], "https://signalr.azure.com"),
    row(&["*.webpubsub.azure.com"], "https://webpubsub.azure.com"),
    row(&["*.azmk8s.io"], "6dae42f8-4368-4678-94ff-3960e28e3630").host_only(),
    row(
        &["*.cnt-prod.loadtesting.azure.com"],
        "https://cnt-prod.loadtesting.azure.com",
    ),
    row(&["*.devcenter.azure.com"], "https://devcenter.azure.com"),
    row(&["*.attest.azure.net"], "https://attest.azure.net"),
    row(
        &["*.confidential-ledger.azure.com"],
        "https://confidential-ledger.azure.com",
    ),
    row(
        &["atlas.microsoft.com", "*.atlas.microsoft.com"],
        "https://atlas.microsoft.com",
    ),
    row(&["*.deid.azure.com"], "https://deid.azure.com"),
    row(&["*.scm.azurewebsites.net"], "https://appservice.azure.com").host_only(),
    row(
        &["*.azuredatalakestore.net", "*.azuredatalakeanalytics.net"],
        "https://datalake.azure.net/",
    ),
    own(&["rest.media.azure.net", "quantum.microsoft.com"]),
    row(&["outlook.office365.com"], "https://outlook.office365.com/"),
    own(DYNAMICS),
];

/// The regions of Dynamics 365: each organisation is its own audience (Azure/azure-cli#18946).
const DYNAMICS: &[&str] = &[
    "*.crm.dynamics.com",
    "*.crm2.dynamics.com",
    "*.crm3.dynamics.com",
    "*.crm4.dynamics.com",
    "*.crm5.dynamics.com",
    "*.crm6.dynamics.com",
    "*.crm7.dynamics.com",
    "*.crm8.dynamics.com",
    "*.crm9.dynamics.com",
    "*.crm10.dynamics.com",
    "*.crm11.dynamics.com",
    "*.crm12.dynamics.com",
    "*.crm14.dynamics.com",
    "*.crm15.dynamics.com",
    "*.crm16.dynamics.com",
    "*.crm17.dynamics.com",
    "*.crm19.dynamics.com",
    "*.crm20.dynamics.com",
    "*.crm21.dynamics.com",
    "*.crm22.dynamics.com",
];
