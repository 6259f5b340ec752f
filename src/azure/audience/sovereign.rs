//! The hosts of the sovereign clouds and the audience of each: data only; see `audience_table`.
//!
//! The sites' own `scm` hosts are left out: their audience there is Resource Manager's, and code of
//! customers answers at them.

use crate::azure::audience::host_table::HostKind;
use crate::azure::audience::host_table::{Row, STORAGE_AUDIENCE, own, row};

/// Azure China, operated by 21Vianet.
pub(in crate::azure) const CHINA: &[Row] = &[
    row(
        &[
            "management.chinacloudapi.cn",
            "*.management.chinacloudapi.cn",
        ],
        "https://management.core.chinacloudapi.cn/",
    )
    .kind(HostKind::ResourceManager),
    row(
        &["management.core.chinacloudapi.cn"],
        "https://management.core.chinacloudapi.cn/",
    ),
    row(
        &["microsoftgraph.chinacloudapi.cn"],
        "https://microsoftgraph.chinacloudapi.cn",
    ),
    row(
        &["graph.chinacloudapi.cn"],
        "https://graph.chinacloudapi.cn/",
    ),
    row(&["*.vault.azure.cn"], "https://vault.azure.cn"),
    row(&["*.managedhsm.azure.cn"], "https://managedhsm.azure.cn"),
    row(
        &[
            "*.blob.core.chinacloudapi.cn",
            "*.queue.core.chinacloudapi.cn",
            "*.table.core.chinacloudapi.cn",
            "*.file.core.chinacloudapi.cn",
            "*.dfs.core.chinacloudapi.cn",
        ],
        STORAGE_AUDIENCE,
    )
    .kind(HostKind::Storage),
    row(
        &["api.loganalytics.azure.cn"],
        "https://api.loganalytics.azure.cn",
    ),
    row(
        &["api.applicationinsights.azure.cn"],
        "https://api.applicationinsights.azure.cn",
    ),
    row(&["*.ingest.monitor.azure.cn"], "https://monitor.azure.cn"),
    row(
        &[
            "*.postgres.database.chinacloudapi.cn",
            "*.mysql.database.chinacloudapi.cn",
            "*.mariadb.database.chinacloudapi.cn",
        ],
        "https://ossrdbms-aad.database.chinacloudapi.cn",
    ),
    row(
        &["*.database.chinacloudapi.cn"],
        "https://database.chinacloudapi.cn/",
    ),
    row(&["*.azurecr.cn"], "https://containerregistry.azure.net"),
    row(
        &["*.dev.azuresynapse.azure.cn"],
        "https://dev.azuresynapse.azure.cn",
    ),
    row(
        &["*.batch.chinacloudapi.cn"],
        "https://batch.chinacloudapi.cn/",
    ),
    own(&["*.asazure.chinacloudapi.cn", "rest.media.chinacloudapi.cn"]),
];

/// Azure for the US government.
pub(in crate::azure) const US_GOVERNMENT: &[Row] = &[
    row(
        &[
            "management.usgovcloudapi.net",
            "*.management.usgovcloudapi.net",
        ],
        "https://management.core.usgovcloudapi.net/",
    )
    .kind(HostKind::ResourceManager),
    row(
        &["management.core.usgovcloudapi.net"],
        "https://management.core.usgovcloudapi.net/",
    ),
    row(&["graph.microsoft.us"], "https://graph.microsoft.us/"),
    row(
        &["dod-graph.microsoft.us"],
        "https://dod-graph.microsoft.us/",
    ),
    row(
        &["graph.microsoftazure.us"],
        "https://graph.microsoftazure.us/",
    ),
    row(
        &["*.vault.usgovcloudapi.net"],
        "https://vault.usgovcloudapi.net",
    ),
    row(
        &["*.managedhsm.usgovcloudapi.net"],
        "https://managedhsm.usgovcloudapi.net",
    ),
    row(
        &[
            "*.blob.core.usgovcloudapi.net",
            "*.queue.core.usgovcloudapi.net",
            "*.table.core.usgovcloudapi.net",
            "*.file.core.usgovcloudapi.net",
            "*.dfs.core.usgovcloudapi.net",
        ],
        STORAGE_AUDIENCE,
    )
    .kind(HostKind::Storage),
    row(&["api.loganalytics.us"], "https://api.loganalytics.us"),
    row(
        &["api.applicationinsights.us"],
        "https://api.applicationinsights.us",
    ),
    row(&["*.ingest.monitor.azure.us"], "https://monitor.azure.us"),
    row(
        &[
            "*.postgres.database.usgovcloudapi.net",
            "*.mysql.database.usgovcloudapi.net",
            "*.mariadb.database.usgovcloudapi.net",
        ],
        "https://ossrdbms-aad.database.usgovcloudapi.net",
    ),
    row(
        &["*.database.usgovcloudapi.net"],
        "https://database.usgovcloudapi.net/",
    ),
    row(&["*.azurecr.us"], "https://containerregistry.azure.net"),
    row(
        &["*.dev.azuresynapse.usgovcloudapi.net"],
        "https://dev.azuresynapse.usgovcloudapi.net",
    ),
    row(
        &["*.batch.usgovcloudapi.net"],
        "https://batch.core.usgovcloudapi.net/",
    ),
    own(&[
        "*.asazure.usgovcloudapi.net",
        "rest.media.usgovcloudapi.net",
    ]),
];

/// Bleu, the French sovereign cloud.
pub(in crate::azure) const BLEU: &[Row] = &[
    row(
        &["management.sovcloud-api.fr", "*.management.sovcloud-api.fr"],
        "https://management.sovcloud-api.fr/",
    )
    .kind(HostKind::ResourceManager),
    row(&["graph.svc.sovcloud.fr"], "https://graph.svc.sovcloud.fr"),
    row(
        &["*.vault.sovcloud-api.fr"],
        "https://vault.sovcloud-api.fr",
    ),
    row(
        &["*.managedhsm.sovcloud-api.fr"],
        "https://managedhsm.sovcloud-api.fr",
    ),
    row(
        &[
            "*.blob.core.sovcloud-api.fr",
            "*.queue.core.sovcloud-api.fr",
            "*.table.core.sovcloud-api.fr",
            "*.file.core.sovcloud-api.fr",
            "*.dfs.core.sovcloud-api.fr",
        ],
        STORAGE_AUDIENCE,
    )
    .kind(HostKind::Storage),
    row(
        &[
            "*.postgres.database.sovcloud-api.fr",
            "*.mysql.database.sovcloud-api.fr",
            "*.mariadb.database.sovcloud-api.fr",
        ],
        "https://ossrdbms-aad.database.sovcloud-api.fr",
    ),
    row(
        &["*.database.sovcloud-api.fr"],
        "https://database.sovcloud-api.fr/",
    ),
    row(
        &["*.azurecr.sovcloud-azure.fr"],
        "https://containerregistry.azure.net",
    ),
    row(
        &["*.dev.azuresynapse.sovcloud-api.fr"],
        "https://dev.azuresynapse.sovcloud-api.fr",
    ),
    row(
        &["*.batch.sovcloud-api.fr"],
        "https://batch.sovcloud-api.fr/",
    ),
    own(&["rest.media.sovcloud-api.fr"]),
];
