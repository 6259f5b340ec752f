//! Who there is: tenants, people, applications, managed identities and the services that tokens are
//! for, as tables. All of it is invented, and its secrets are public on purpose.

/// A tenant.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Tenant {
    pub(crate) id: &'static str,
    pub(crate) domain: &'static str,
    pub(crate) display_name: &'static str,
}

/// Where a person is at home, and what the authority demands of them.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) principal_name: &'static str,
    pub(crate) home: &'static Tenant,
    /// Another tenant to which they are invited.
    pub(crate) guest_of: Option<&'static Tenant>,
    pub(crate) demand: SignInPolicy,
}

/// What a person meets when they sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignInPolicy {
    Nothing,
    /// A second factor, which a sign-in without `claims` does not ask for.
    SecondFactor,
    /// The consent of an administrator, which was not given.
    Consent,
    /// A device that they do not have.
    ManagedDevice,
    /// A new sign-in every hour.
    FrequentSignIn,
}

/// An application.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct App {
    pub(crate) id: &'static str,
    /// The object id of its service principal.
    pub(crate) principal_id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) tenants: &'static [&'static Tenant],
    pub(crate) proof: ClientCredential,
    pub(crate) tokens: TokenValidity,
}

/// How an application proves who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ClientCredential {
    /// Not at all: it runs in the hands of people.
    Public,
    Secret(&'static str),
    ExpiredSecret(&'static str),
    /// The certificate of `tests/fixtures`.
    Certificate,
    /// A token of another issuer about one of these subjects.
    Federation(&'static [&'static str]),
}

/// Of what use an application's tokens are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenValidity {
    Valid,
    /// They ended an hour before they were issued.
    Ended,
}

/// An identity that a machine or a service has.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ManagedIdentity {
    pub(crate) name: &'static str,
    pub(crate) client_id: &'static str,
    pub(crate) object_id: &'static str,
    pub(crate) resource_id: &'static str,
}

/// The tenant of the sandbox's own runs.
pub(crate) const CONTOSO: Tenant = Tenant {
    id: "7c9e2f4a-1d53-4b8e-9a06-3f5d2c8b7e10",
    domain: "contoso.example",
    display_name: "Contoso",
};
/// The other tenant.
pub(crate) const FABRIKAM: Tenant = Tenant {
    id: "b2a84d61-5e0f-4c39-8d72-1f6e93c0a754",
    domain: "fabrikam.example",
    display_name: "Fabrikam",
};
/// Every tenant.
pub(crate) const TENANTS: &[&Tenant] = &[&CONTOSO, &FABRIKAM];

/// The person who is signed in with `--sandbox`.
pub(crate) const OPERATOR: User = User {
    id: "e4b07a95-2c38-4f1d-a6e9-90d5b1c7f382",
    name: "Contoso Operator",
    principal_name: "operator@contoso.example",
    home: &CONTOSO,
    guest_of: Some(&FABRIKAM),
    demand: SignInPolicy::Nothing,
};

/// Every person.
pub(crate) const USERS: &[User] = &[
    OPERATOR,
    User {
        id: "1f8d3c60-7b24-4e95-b0a3-6c2e9f51d847",
        name: "Contoso Developer",
        principal_name: "developer@contoso.example",
        guest_of: None,
        ..OPERATOR
    },
    User {
        id: "92c5e7a8-30d6-4b1f-8e42-d7a90b6f3c15",
        name: "Contoso Administrator",
        principal_name: "admin@contoso.example",
        guest_of: None,
        demand: SignInPolicy::SecondFactor,
        ..OPERATOR
    },
    User {
        id: "5a3b9d0e-f146-4872-9c8d-2e71b4a6f093",
        name: "Contoso Newcomer",
        principal_name: "newcomer@contoso.example",
        guest_of: None,
        demand: SignInPolicy::Consent,
        ..OPERATOR
    },
    User {
        id: "c06e4f82-9d1a-4735-a5b9-8f3d7e20c61b",
        name: "Contoso Traveller",
        principal_name: "traveller@contoso.example",
        guest_of: None,
        demand: SignInPolicy::ManagedDevice,
        ..OPERATOR
    },
    User {
        id: "7d92b1f5-48c3-4ea0-b6d7-05e8a3f9c124",
        name: "Contoso Auditor",
        principal_name: "auditor@contoso.example",
        guest_of: None,
        demand: SignInPolicy::FrequentSignIn,
        ..OPERATOR
    },
    User {
        id: "3e71c8d4-a592-4f06-9b3e-c14d60f8a27e",
        name: "Fabrikam Operator",
        principal_name: "operator@fabrikam.example",
        home: &FABRIKAM,
        guest_of: None,
        demand: SignInPolicy::Nothing,
    },
];

/// The password of every person.
pub(crate) const PASSWORD: &str = "sandbox-password";

/// The client of the sandbox's own runs.
pub(crate) const OWN_CLIENT_ID: &str = "0d6f3b52-84ae-4c17-9f20-6be1d3a58c94";

const IN_CONTOSO: &[&Tenant] = &[&CONTOSO];

const PUBLIC: App = App {
    id: OWN_CLIENT_ID,
    principal_id: "a17e52c9-3b80-4d64-8f91-e6c2705bd348",
    name: "Sandbox",
    tenants: TENANTS,
    proof: ClientCredential::Public,
    tokens: TokenValidity::Valid,
};

/// Every application. The ids of the two command lines are Microsoft's, as they are in each tenant.
pub(crate) const APPS: &[App] = &[
    PUBLIC,
    App {
        id: "04b07795-8ddb-461a-bbee-02f9e1bf7b46",
        principal_id: "f2c6a0b7-91d5-4e38-b47a-03e8d9561cf2",
        name: "Microsoft Azure CLI",
        ..PUBLIC
    },
    App {
        id: "1950a258-227b-4e31-a9cf-717495945fc2",
        principal_id: "0b5d8e93-c764-4f12-a08e-9d36f1b2e475",
        name: "Microsoft Azure PowerShell",
        ..PUBLIC
    },
    App {
        id: "d84f0c36-1b9e-4a57-8c20-5e7b3f96a1d2",
        principal_id: "68a1e4d7-52f0-4c9b-93d8-b07c5e2f1a36",
        name: "deploy-secret",
        proof: ClientCredential::Secret("sandbox-secret"),
        ..PUBLIC
    },
    App {
        id: "2e9b7d51-c408-4f63-a1e5-8d06f4c3b97a",
        principal_id: "d3f60b8a-7e15-4298-bc41-f95a2e08d7c6",
        name: "deploy-expired-secret",
        tenants: IN_CONTOSO,
        proof: ClientCredential::ExpiredSecret("sandbox-expired-secret"),
        ..PUBLIC
    },
    App {
        id: "b7510e2c-96d3-48fa-8b74-3c1f5a0e9d86",
        principal_id: "4c82f7e1-0a69-4d35-9e1b-72d8c5b3f604",
        name: "deploy-certificate",
        tenants: IN_CONTOSO,
        proof: ClientCredential::Certificate,
        ..PUBLIC
    },
    App {
        id: "6f3a8d94-e07b-4c12-95b8-d1f62e7c0a43",
        principal_id: "8e05b2d6-f493-4a71-a6c8-1b9d7f3e5204",
        name: "deploy-federated",
        tenants: IN_CONTOSO,
        proof: ClientCredential::Federation(&[
            "repo:contoso/storefront:ref:refs/heads/main",
            "sc://contoso/storefront/azure-production",
        ]),
        ..PUBLIC
    },
    App {
        id: "95c2e6f0-3d18-4b7a-b4d9-a8f107e6c53b",
        principal_id: "e91d7a34-6b08-4f5c-8d2e-04c7f3b9a165",
        name: "deploy-late",
        tenants: IN_CONTOSO,
        proof: ClientCredential::Secret("sandbox-secret"),
        tokens: TokenValidity::Ended,
    },
];

/// The audiences that Cloud Shell hands tokens out for, as its refusals listed them: Azure/CloudShell#109,
/// #155, #550, #577 and microsoft/powerplatform-build-tools#972.
pub(crate) const AUDIENCES: &[&str] = &[
    "https://management.core.windows.net",
    "https://management.azure.com",
    "https://graph.windows.net",
    "https://vault.azure.net",
    "https://datalake.azure.net",
    "https://outlook.office365.com",
    "https://graph.microsoft.com",
    "https://batch.core.windows.net",
    "https://analysis.windows.net/powerbi/api",
    "https://storage.azure.com",
    "https://rest.media.azure.net",
    "https://api.loganalytics.io",
    "https://ossrdbms-aad.database.windows.net",
    "https://www.yammer.com",
    "https://digitaltwins.azure.net",
    "0b07f429-9f4b-4714-9392-cc5e8e80c8b0",
    "822c8694-ad95-4735-9c55-256f7db2f9b4",
    "https://dev.azuresynapse.net",
    "https://database.windows.net",
    "https://quantum.microsoft.com",
    "https://iothubs.azure.net",
    "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d",
    "https://azuredatabricks.net",
    "ce34e7e5-485f-4d76-964f-b3d2b16d1e4f",
    "https://azure-devices-provisioning.net",
    "cfa8b339-82a2-471a-a3c9-0fc0be7a4093",
    "00000003-0000-0000-c000-000000000000",
    "https://managedhsm.azure.net",
    "499b84ac-1321-427f-aa17-267ca6975798",
    "https://api.adu.microsoft.com",
    "https://purview.azure.net",
    "6dae42f8-4368-4678-94ff-3960e28e3630",
    "https://ai.azure.com",
    "https://appservice.azure.com",
];

/// The identity of the machine itself.
pub(crate) const SYSTEM_ASSIGNED: ManagedIdentity = ManagedIdentity {
    name: "vm-web-01",
    client_id: "ae30d5c7-18f4-4b92-8d6a-e5b71c09f238",
    object_id: "27b9f06d-c5e1-43a8-9f74-6d0e8b2c5a13",
    resource_id: "/subscriptions/3f2b8c1e-6a4d-4e97-b5c0-8d1f7a2e9b46/resourcegroups/rg-web-prod/providers/Microsoft.Compute/virtualMachines/vm-web-01",
};
/// An identity that was given to it.
pub(crate) const USER_ASSIGNED: ManagedIdentity = ManagedIdentity {
    name: "id-deploy",
    client_id: "5c1e9a70-d824-4f3b-96b5-0f7d3e8a2c64",
    object_id: "f608d3b1-2a97-4e5c-b81d-c34f90e7a526",
    resource_id: "/subscriptions/3f2b8c1e-6a4d-4e97-b5c0-8d1f7a2e9b46/resourcegroups/rg-web-prod/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-deploy",
};

/// Services that have tokens of their own, and are not in the list of Cloud Shell.
const SERVICES: &[&str] = &[
    "https://azconfig.io",
    "https://cognitiveservices.azure.com",
    "https://cosmos.azure.com",
    "https://eventgrid.azure.net",
    "https://eventhubs.azure.net",
    "https://monitor.azure.com",
    "https://search.azure.com",
    "https://servicebus.azure.net",
];

/// Finds a tenant by its id or its domain.
pub(crate) fn tenant(name: &str) -> Option<&'static Tenant> {
    TENANTS.iter().copied().find(|tenant| {
        tenant.id.eq_ignore_ascii_case(name) || tenant.domain.eq_ignore_ascii_case(name)
    })
}

/// Finds a person by object id or principal name.
pub(crate) fn user(name: &str) -> Option<&'static User> {
    USERS.iter().find(|user| {
        user.id.eq_ignore_ascii_case(name) || user.principal_name.eq_ignore_ascii_case(name)
    })
}

/// Finds an application by its id.
pub(crate) fn app(id: &str) -> Option<&'static App> {
    APPS.iter().find(|app| app.id.eq_ignore_ascii_case(id))
}

/// Tells whether there is a service of that audience; a slash at its end does not matter.
pub(crate) fn is_service(audience: &str) -> bool {
    let plain = audience.strip_suffix('/').unwrap_or(audience);
    AUDIENCES.contains(&plain) || SERVICES.contains(&plain)
}

impl User {
    /// Tells whether the tenant knows the person.
    pub(crate) fn is_in(&self, tenant: &Tenant) -> bool {
        self.home == tenant || self.guest_of == Some(tenant)
    }
}
