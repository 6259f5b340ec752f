//! Members of a resource that the service computes: nobody writes them, and they change by themselves. What is said here
//! holds for every type.

/// Members of the resource itself.
const OF_RESOURCE: [&str; 5] = ["id", "name", "type", "etag", "systemData"];

/// Members of `identity`, and of each identity of the user's among them.
const OF_IDENTITY: [&str; 3] = ["principalId", "tenantId", "clientId"];

/// Members at whatever depth of `properties`. None of these is written in a type that is known.
const OF_PROPERTIES: [&str; 22] = [
    "changedTime",
    "createdAt",
    "createdDate",
    "createdOn",
    "createdTime",
    "creationDate",
    "creationTime",
    "etag",
    "instanceView",
    "lastModifiedAt",
    "lastModifiedDate",
    "lastModifiedOn",
    "lastModifiedTime",
    "lastModifiedTimeUtc",
    "lastUpdatedTime",
    "provisioningState",
    "resourceGuid",
    "timeCreated",
    "timeModified",
    "uniqueId",
    "updatedAt",
    "vmId",
];

/// Tells whether the service computes the member at the end of a path, for every type. Elements of arrays have no name.
pub fn is_computed(path: &[Option<&str>]) -> bool {
    let is_among = |names: &[&str], name: &str| {
        names
            .iter()
            .any(|computed| computed.eq_ignore_ascii_case(name))
    };
    match path {
        [Some(name)] => is_among(&OF_RESOURCE, name),
        [Some(identity), .., Some(name)] if identity.eq_ignore_ascii_case("identity") => {
            is_among(&OF_IDENTITY, name)
        }
        [Some(properties), .., Some(name)] if properties.eq_ignore_ascii_case("properties") => {
            is_among(&OF_PROPERTIES, name)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_computed;

    #[test]
    fn what_nobody_writes_is_known() {
        for (path, expected) in [
            ("id", true),
            ("ETag", true),
            ("location", false),
            ("tags.name", false),
            ("tags.createdTime", false),
            ("properties", false),
            ("properties.provisioningState", true),
            ("properties.subnets.-.properties.provisioningState", true),
            ("properties.subnets.-.etag", true),
            ("properties.subnets.-.name", false),
            ("properties.networkProfile.networkInterfaces.-.id", false),
            ("identity.principalId", true),
            ("identity.type", false),
            ("identity.userAssignedIdentities./x/y.clientId", true),
            ("properties.tenantId", false),
        ] {
            let steps = path
                .split('.')
                .map(|step| Some(step).filter(|step| *step != "-"));
            let steps: Vec<Option<&str>> = steps.collect();
            assert_eq!(is_computed(&steps), expected, "{path}");
        }
    }
}
