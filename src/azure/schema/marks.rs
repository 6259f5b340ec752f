//! Which members a PATCH takes, by the path to them. What only the service sets: `computed`.

use super::body::Body;
use super::shape::{Kind, Member};

impl Body {
    /// Tells whether a PATCH is known to take the member at the end of a path.
    pub fn is_patched(&self, path: &[Option<&str>]) -> bool {
        let found = self.patch().and_then(|kind| members_at(kind, path));
        found.is_some_and(|members| {
            let is_taken = |member: &Member<'_>| !member.is_read_only() && !member.is_create_only();
            !members.is_empty() && members.iter().all(is_taken)
        })
    }
}

/// The members of a path's last name, in every branch that may be meant; nothing if the path leaves what is known.
fn members_at<'a>(kind: Kind<'a>, path: &[Option<&str>]) -> Option<Vec<Member<'a>>> {
    let mut kinds = vec![kind];
    let (last, before) = path.split_last()?;
    for step in before {
        let next = kinds.into_iter().filter_map(|kind| below(&kind, *step));
        kinds = next.flatten().collect();
    }
    let name = (*last)?;
    let members = kinds.iter().flat_map(|kind| named(kind, name));
    Some(members.collect())
}

/// What a step leads to.
fn below<'a>(kind: &Kind<'a>, step: Option<&str>) -> Option<Vec<Kind<'a>>> {
    match (kind, step) {
        (Kind::List(content), None) | (Kind::Map(content), Some(_)) => {
            Some(vec![content.as_ref().clone()])
        }
        (Kind::Object(_), Some(name)) => {
            let members = named(kind, name).into_iter();
            Some(members.map(Member::kind).collect())
        }
        _ => None,
    }
}

fn named<'a>(kind: &Kind<'a>, name: &str) -> Vec<Member<'a>> {
    let Kind::Object(shape) = kind else {
        return Vec::new();
    };
    let own = shape.members();
    let branches = shape.branches();
    let in_branches = branches.flat_map(|branch| branch.shape.members());
    own.chain(in_branches)
        .filter(|member| member.name.eq_ignore_ascii_case(name))
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::azure::schema::find;

    #[track_caller]
    fn check(type_name: &str, path: &str, is_patched: bool) {
        let body = find(type_name).unwrap().unwrap();
        let steps = path
            .split('.')
            .map(|step| Some(step).filter(|step| *step != "-"));
        let steps: Vec<Option<&str>> = steps.collect();
        assert_eq!(body.is_patched(&steps), is_patched, "{path}");
    }

    #[test]
    fn what_a_patch_takes_is_known_by_its_path() {
        let machine = "Microsoft.Compute/virtualMachines";
        check(machine, "id", false);
        check(machine, "tags", true);
        check(machine, "location", false);
        check(machine, "properties.timeCreated", false);
        check(machine, "PROPERTIES.hardwareProfile", true);
        check(machine, "properties.storageProfile.dataDisks.-.lun", true);
        check(machine, "properties.unknown", false);
        check(machine, "-", false);
        let network = "Microsoft.Network/virtualNetworks";
        check(network, "tags", true);
        // By PATCH a network takes only tags.
        check(network, "properties.subnets", false);
    }
}
