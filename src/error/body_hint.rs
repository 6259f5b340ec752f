//! What helps if a service refuses a member of a body: the part of the body that is known, as `arm types TYPE --schema`
//! shows it. Which codes ask for it: `service_hint`.

use crate::azure::ResourceId;
use crate::azure::schema::{self, Body, Kind};
use crate::shell::CommandLine;

/// How many names are in a hint.
const MOST_NAMES: usize = 8;

/// Returns what is known of the member that a message or its target names, in the body of a resource.
pub(super) fn of_member(
    id: &ResourceId<'_>,
    message: &str,
    target: Option<&str>,
) -> Option<String> {
    let types = id.type_name()?;
    let name = id.names().last().unwrap_or_default();
    let body = schema::find_named(&types, name).ok().flatten()?;
    let path = named_in(message).or(target)?;
    let path = path.trim_start_matches("$.").trim_start_matches('.');
    let known = match body.at(path) {
        Ok(place) => place,
        Err(unknown) => {
            let near = unknown.nearest?;
            let is_same = |near: &str| last(near).eq_ignore_ascii_case(last(path));
            // A service may name a member without the way to it.
            match body.at(&near) {
                Ok(place) if is_same(&near) && !path.contains('.') => place,
                Ok(_) | Err(_) => return Some(of_unknown(&body, path, &near)),
            }
        }
    };
    if known.path.is_empty() {
        return None;
    }
    let names = names_in(&known.kind);
    let show = show(&body, &known.path);
    Some(if names.is_empty() {
        format!("`{show}` shows what `{}` holds", known.path)
    } else {
        let more = if names.len() > MOST_NAMES {
            ", …"
        } else {
            ""
        };
        let names = names.into_iter().take(MOST_NAMES).collect::<Vec<_>>();
        format!(
            "`{}` takes {}{more}: see `{show}`",
            known.path,
            names.join(", ")
        )
    })
}

/// The values of an enum, or the members of an object that can be written.
fn names_in<'a>(kind: &Kind<'a>) -> Vec<&'a str> {
    if let Kind::Enum(values) = kind {
        return values.clone();
    }
    let Some(shape) = kind.shape() else {
        return Vec::new();
    };
    let written = shape.members().filter(|member| !member.is_read_only());
    written.map(|member| member.name).collect()
}

fn of_unknown(body: &Body, path: &str, near: &str) -> String {
    let parent = near.rsplit_once('.').map_or("", |(parent, _)| parent);
    let show = show(body, parent);
    format!(
        "`{path}` is not a known member: did you mean `{near}`? `{show}` shows those that are known"
    )
}

fn show(body: &Body, path: &str) -> CommandLine {
    let command = CommandLine::arm("types")
        .word(&body.full_name())
        .literal("--schema");
    if path.is_empty() {
        return command;
    }
    command.literal("--path").word(path)
}

/// The path that a message names, as the services word it.
fn named_in(message: &str) -> Option<&str> {
    let announcements = [
        "Path '",
        "at path '",
        "path '",
        "property '",
        "parameter ",
        "member '",
    ];
    announcements.iter().find_map(|announcement| {
        let (_, rest) = message.split_once(announcement)?;
        let end = rest.find(['\'', ' ', ',']).unwrap_or(rest.len());
        rest.get(..end).filter(|path| !path.is_empty())
    })
}

fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::of_member;
    use crate::azure::ResourceId;

    const VM: &str =
        "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/v";

    #[track_caller]
    fn check(message: &str, target: Option<&str>, expected: Option<&str>) {
        let hint = of_member(&ResourceId::parse(VM), message, target);
        assert_eq!(hint.as_deref(), expected, "{message}");
    }

    #[test]
    fn the_part_of_the_body_is_shown() {
        check(
            "Could not find member 'hardwreProfile' on object of type 'Properties'. Path 'properties.hardwreProfile', line 1, position 9.",
            None,
            Some(
                "`properties.hardwreProfile` is not a known member: did you mean `properties.hardwareProfile`? \
                 `arm types Microsoft.Compute/virtualMachines --schema --path properties` shows those that are known",
            ),
        );
        check(
            "The value of parameter diskControllerType is invalid.",
            Some("diskControllerType"),
            Some(
                "`properties.storageProfile.diskControllerType` takes SCSI, NVMe: see `arm types \
                 Microsoft.Compute/virtualMachines --schema --path properties.storageProfile.diskControllerType`",
            ),
        );
        check(
            "Property id '' at path 'properties.networkProfile.networkInterfaces[0].id' is invalid.",
            None,
            Some(
                "`arm types Microsoft.Compute/virtualMachines --schema --path \
                 properties.networkProfile.networkInterfaces.id` shows what \
                 `properties.networkProfile.networkInterfaces.id` holds",
            ),
        );
    }

    #[test]
    fn nothing_is_said_where_nothing_is_known() {
        check("The request content was invalid.", None, None);
        check("Path '', line 1", None, None);
        check("", Some("qqqqqqq"), None);
        let other = ResourceId::parse("/subscriptions/s/providers/Contoso.Own/things/a");
        assert_eq!(of_member(&other, "Path 'a.b'", None), None);
    }
}
