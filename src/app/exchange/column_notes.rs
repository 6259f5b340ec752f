//! Says if a requested column is not a member of the requested type, and which one may be meant. Who makes the columns:
//! `output_spec`; what the bodies of types hold: `azure::schema`.

use crate::azure::ResourceId;
use crate::azure::schema::{self, Body};
use crate::cli::ColumnNames;

/// Members that answers have in addition to what a body holds, or that tables make of others.
const OF_ANSWERS: [&str; 12] = [
    "id",
    "name",
    "type",
    "etag",
    "systemData",
    "resourceGroup",
    "subscriptionId",
    "tenantId",
    "managedBy",
    "createdTime",
    "changedTime",
    "provisioningState",
];

/// Returns a note for each column that is not known where another one may be meant.
pub(crate) fn of(id: &ResourceId<'_>, columns: Option<&ColumnNames>) -> Vec<String> {
    let Some(columns) = columns else {
        return Vec::new();
    };
    let types = id.type_name();
    let name = id.names().last().unwrap_or_default();
    let body = types.and_then(|types| schema::find_named(&types, name).ok().flatten());
    let Some(body) = body else {
        return Vec::new();
    };
    let notes = columns
        .iter()
        .filter_map(|column| note(&body, &column.path));
    notes.collect()
}

fn note(body: &Body, path: &str) -> Option<String> {
    let plain = path.trim_start_matches("$.").trim_start_matches("@.");
    let is_path = |letter: char| letter.is_ascii_alphanumeric() || "._-[]*".contains(letter);
    let first = plain.split(['.', '[']).next().unwrap_or_default();
    let is_of_answers = OF_ANSWERS.iter().any(|own| own.eq_ignore_ascii_case(first));
    if is_of_answers || !plain.chars().all(is_path) {
        return None;
    }
    let near = body.at(plain).err()?.nearest?;
    // If the envelope was forgotten, the whole path below it is meant: `hardwareProfile.vmSize`.
    let inside = format!("properties.{plain}");
    let near = if body.at(&inside).is_ok() {
        inside
    } else {
        near
    };
    Some(format!(
        "`{}` has no member `{path}` that is known: did you mean `{near}`?",
        body.name()
    ))
}

#[cfg(test)]
mod tests {
    use super::of;
    use crate::azure::ResourceId;
    use crate::cli::ColumnNames;

    #[track_caller]
    fn check(path: &str, columns: &str, expected: &[&str]) {
        let columns = ColumnNames::parse(columns).unwrap();
        assert_eq!(
            of(&ResourceId::parse(path), Some(&columns)),
            expected,
            "{columns}"
        );
    }

    #[test]
    fn a_near_member_is_named() {
        let list = "/subscriptions/s/providers/Microsoft.Compute/virtualMachines";
        check(
            list,
            "name,size=properties.vmSize,location,tags.env,resourceGroup",
            &[
                "`Microsoft.Compute/virtualMachines` has no member `properties.vmSize` that is known: \
                 did you mean `properties.hardwareProfile.vmSize`?",
            ],
        );
        check(
            list,
            "propertis.vmId",
            &[
                "`Microsoft.Compute/virtualMachines` has no member `propertis.vmId` that is known: \
                 did you mean `properties`?",
            ],
        );
        check(
            list,
            "hardwareProfile.vmSize",
            &[
                "`Microsoft.Compute/virtualMachines` has no member `hardwareProfile.vmSize` that is known: \
                 did you mean `properties.hardwareProfile.vmSize`?",
            ],
        );
        check(list, "properties.fromTomorrow,length(zones),qqqqqqqq", &[]);
        check(
            "/subscriptions/s/providers/Contoso.Own/things",
            "propertis",
            &[],
        );
        check("/subscriptions", "propertis", &[]);
    }
}
