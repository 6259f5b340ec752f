//! The types that people list most, with their short words and what is worth seeing of them: by hand,
//! from what the lists of those types hold.

use crate::azure::resource::alias::{KnownType, Shown};

const fn resource(
    words: &'static [&'static str],
    name: &'static str,
    columns: &'static str,
) -> KnownType {
    KnownType {
        words,
        name,
        shown: Shown::Resource(columns),
    }
}

const fn own(
    words: &'static [&'static str],
    name: &'static str,
    columns: &'static str,
) -> KnownType {
    KnownType {
        words,
        name,
        shown: Shown::Own(columns),
    }
}

const STATE: &str = "state=properties.provisioningState";

/// The types, by subject.
pub(in crate::azure) const KNOWN: &[KnownType] = &[
    own(
        &["subscription", "sub"],
        "Microsoft.Resources/subscriptions",
        "name=displayName,id=subscriptionId,state,tenant=tenantId",
    ),
    own(
        &["group", "rg"],
        "Microsoft.Resources/resourceGroups",
        "name,location,state=properties.provisioningState",
    ),
    resource(&["resource"], "Microsoft.Resources/resources", "type"),
    own(
        &["location"],
        "Microsoft.Resources/subscriptions/locations",
        "name,display=displayName,category=metadata.regionCategory,pair=metadata.pairedRegion[0].name",
    ),
    own(
        &["provider"],
        "Microsoft.Resources/providers",
        "namespace,state=registrationState",
    ),
    own(
        &["tenant"],
        "Microsoft.Resources/tenants",
        "name=displayName,id=tenantId,domain=defaultDomain",
    ),
    own(
        &["management-group", "mg"],
        "Microsoft.Management/managementGroups",
        "name,display=properties.displayName",
    ),
    own(
        &["deployment"],
        "Microsoft.Resources/deployments",
        "name,group=resourceGroup,state=properties.provisioningState,time=properties.timestamp,mode=properties.mode",
    ),
    own(
        &["role-assignment", "role", "assignment"],
        "Microsoft.Authorization/roleAssignments",
        "principal=properties.principalId,kind=properties.principalType,role=properties.roleDefinitionId,scope=properties.scope",
    ),
    own(
        &["role-definition"],
        "Microsoft.Authorization/roleDefinitions",
        "name=properties.roleName,kind=properties.type,id=name",
    ),
    own(
        &["policy", "policy-assignment"],
        "Microsoft.Authorization/policyAssignments",
        "name,display=properties.displayName,enforcement=properties.enforcementMode,scope=properties.scope",
    ),
    own(
        &["policy-definition"],
        "Microsoft.Authorization/policyDefinitions",
        "name,display=properties.displayName,kind=properties.policyType,mode=properties.mode",
    ),
    own(
        &["lock"],
        "Microsoft.Authorization/locks",
        "name,group=resourceGroup,level=properties.level,notes=properties.notes",
    ),
    resource(
        &["vm"],
        "Microsoft.Compute/virtualMachines",
        "size=properties.hardwareProfile.vmSize,os=properties.storageProfile.osDisk.osType,zone=zones[0],state=properties.provisioningState",
    ),
    resource(
        &["vmss"],
        "Microsoft.Compute/virtualMachineScaleSets",
        "size=sku.name,capacity=sku.capacity,mode=properties.orchestrationMode,state=properties.provisioningState",
    ),
    resource(
        &["disk"],
        "Microsoft.Compute/disks",
        "gb=properties.diskSizeGB,sku=sku.name,disk=properties.diskState,os=properties.osType",
    ),
    resource(
        &["snapshot"],
        "Microsoft.Compute/snapshots",
        "gb=properties.diskSizeGB,sku=sku.name,created=properties.timeCreated",
    ),
    resource(
        &["image"],
        "Microsoft.Compute/images",
        "os=properties.storageProfile.osDisk.osType,state=properties.provisioningState",
    ),
    resource(&["gallery"], "Microsoft.Compute/galleries", STATE),
    resource(
        &["vnet"],
        "Microsoft.Network/virtualNetworks",
        "prefixes=properties.addressSpace.addressPrefixes,state=properties.provisioningState",
    ),
    own(
        &["subnet"],
        "Microsoft.Network/virtualNetworks/subnets",
        "name,group=resourceGroup,prefix=properties.addressPrefix,prefixes=properties.addressPrefixes,state=properties.provisioningState",
    ),
    resource(&["nsg"], "Microsoft.Network/networkSecurityGroups", STATE),
    resource(
        &["nic"],
        "Microsoft.Network/networkInterfaces",
        "ip=properties.ipConfigurations[0].properties.privateIPAddress,primary=properties.primary,state=properties.provisioningState",
    ),
    resource(
        &["ip", "publicip", "pip"],
        "Microsoft.Network/publicIPAddresses",
        "address=properties.ipAddress,fqdn=properties.dnsSettings.fqdn,sku=sku.name",
    ),
    resource(
        &["lb"],
        "Microsoft.Network/loadBalancers",
        "sku=sku.name,state=properties.provisioningState",
    ),
    resource(&["route-table"], "Microsoft.Network/routeTables", STATE),
    resource(
        &["nat"],
        "Microsoft.Network/natGateways",
        "sku=sku.name,state=properties.provisioningState",
    ),
    resource(
        &["appgw"],
        "Microsoft.Network/applicationGateways",
        "sku=properties.sku.name,running=properties.operationalState,state=properties.provisioningState",
    ),
    resource(
        &["firewall"],
        "Microsoft.Network/azureFirewalls",
        "sku=properties.sku.tier,state=properties.provisioningState",
    ),
    resource(
        &["bastion"],
        "Microsoft.Network/bastionHosts",
        "sku=sku.name,state=properties.provisioningState",
    ),
    resource(
        &["private-endpoint"],
        "Microsoft.Network/privateEndpoints",
        STATE,
    ),
    resource(
        &["vpn-gateway"],
        "Microsoft.Network/virtualNetworkGateways",
        "kind=properties.gatewayType,sku=properties.sku.name,state=properties.provisioningState",
    ),
    resource(
        &["dns", "zone"],
        "Microsoft.Network/dnsZones",
        "records=properties.numberOfRecordSets",
    ),
    resource(
        &["private-dns"],
        "Microsoft.Network/privateDnsZones",
        "records=properties.numberOfRecordSets,links=properties.numberOfVirtualNetworkLinks",
    ),
    resource(
        &["storage"],
        "Microsoft.Storage/storageAccounts",
        "kind,sku=sku.name,tier=properties.accessTier,state=properties.provisioningState",
    ),
    resource(
        &["aks"],
        "Microsoft.ContainerService/managedClusters",
        "version=properties.kubernetesVersion,power=properties.powerState.code,state=properties.provisioningState",
    ),
    resource(
        &["acr"],
        "Microsoft.ContainerRegistry/registries",
        "sku=sku.name,server=properties.loginServer",
    ),
    resource(
        &["aci"],
        "Microsoft.ContainerInstance/containerGroups",
        "os=properties.osType,ip=properties.ipAddress.ip,state=properties.provisioningState",
    ),
    resource(
        &["containerapp"],
        "Microsoft.App/containerApps",
        "fqdn=properties.configuration.ingress.fqdn,state=properties.provisioningState",
    ),
    resource(
        &["containerapp-env"],
        "Microsoft.App/managedEnvironments",
        STATE,
    ),
    resource(
        &["kv", "keyvault"],
        "Microsoft.KeyVault/vaults",
        "sku=properties.sku.name,uri=properties.vaultUri",
    ),
    resource(
        &["webapp", "site"],
        "Microsoft.Web/sites",
        "kind,state=properties.state,host=properties.defaultHostName",
    ),
    resource(
        &["plan", "appservice-plan"],
        "Microsoft.Web/serverfarms",
        "kind,sku=sku.name,capacity=sku.capacity",
    ),
    resource(
        &["staticwebapp"],
        "Microsoft.Web/staticSites",
        "sku=sku.name,host=properties.defaultHostname",
    ),
    resource(
        &["sql", "sqlserver"],
        "Microsoft.Sql/servers",
        "version=properties.version,state=properties.state,fqdn=properties.fullyQualifiedDomainName",
    ),
    resource(
        &["sqldb"],
        "Microsoft.Sql/servers/databases",
        "sku=sku.name,status=properties.status",
    ),
    resource(
        &["sqlmi"],
        "Microsoft.Sql/managedInstances",
        "sku=sku.name,cores=properties.vCores,state=properties.state",
    ),
    resource(
        &["cosmos"],
        "Microsoft.DocumentDB/databaseAccounts",
        "kind,state=properties.provisioningState,endpoint=properties.documentEndpoint",
    ),
    resource(
        &["postgres"],
        "Microsoft.DBforPostgreSQL/flexibleServers",
        "version=properties.version,sku=sku.name,state=properties.state",
    ),
    resource(
        &["mysql"],
        "Microsoft.DBforMySQL/flexibleServers",
        "version=properties.version,sku=sku.name,state=properties.state",
    ),
    resource(
        &["redis"],
        "Microsoft.Cache/redis",
        "sku=properties.sku.name,version=properties.redisVersion,state=properties.provisioningState",
    ),
    resource(
        &["identity"],
        "Microsoft.ManagedIdentity/userAssignedIdentities",
        "client=properties.clientId,principal=properties.principalId",
    ),
    resource(
        &["workspace", "log"],
        "Microsoft.OperationalInsights/workspaces",
        "sku=properties.sku.name,days=properties.retentionInDays,id=properties.customerId",
    ),
    resource(
        &["appinsights"],
        "Microsoft.Insights/components",
        "kind,state=properties.provisioningState",
    ),
    resource(
        &["servicebus"],
        "Microsoft.ServiceBus/namespaces",
        "sku=sku.name,status=properties.status",
    ),
    resource(
        &["eventhub"],
        "Microsoft.EventHub/namespaces",
        "sku=sku.name,status=properties.status",
    ),
    resource(
        &["apim"],
        "Microsoft.ApiManagement/service",
        "sku=sku.name,gateway=properties.gatewayUrl",
    ),
    resource(
        &["search"],
        "Microsoft.Search/searchServices",
        "sku=sku.name,status=properties.status",
    ),
    resource(
        &["cognitive", "openai"],
        "Microsoft.CognitiveServices/accounts",
        "kind,sku=sku.name,endpoint=properties.endpoint",
    ),
    resource(
        &["logicapp"],
        "Microsoft.Logic/workflows",
        "state=properties.state",
    ),
    resource(&["adf"], "Microsoft.DataFactory/factories", STATE),
    resource(
        &["recovery-vault"],
        "Microsoft.RecoveryServices/vaults",
        "sku=sku.name,state=properties.provisioningState",
    ),
    resource(
        &["automation"],
        "Microsoft.Automation/automationAccounts",
        "state=properties.state",
    ),
];
