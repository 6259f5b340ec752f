//! Places in a body: what a dotted path leads to, and which member may be meant by one that does not exist. What a
//! shape holds: `shape`.

use std::collections::{HashSet, VecDeque};

use super::body::Body;
use super::shape::{Kind, Member, Shape};
use crate::azure::spelling::{distance, most_alike};

/// How many levels of members are searched for one of a name.
const DEEPEST: usize = 6;

/// What a path leads to.
#[derive(Debug, Clone)]
pub struct Place<'a> {
    /// The path in the spelling of the service: `properties.storageProfile`; empty for the body.
    pub path: String,
    /// What is there.
    pub kind: Kind<'a>,
    /// The member that it is, if it is one.
    pub member: Option<Member<'a>>,
}

/// A member that is not known where it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownMember {
    /// The path with it at its end.
    pub path: String,
    /// The path of the member that may be meant.
    pub nearest: Option<String>,
}

/// A member of a body, and where it is.
#[derive(Debug, Clone, Copy)]
struct Entry<'a> {
    member: Member<'a>,
    depth: usize,
}

impl Body {
    /// Follows a path of members through the body: `properties.storageProfile.dataDisks[0].lun`.
    ///
    /// A step into a list needs no index. If a discriminator decides, the members of all its branches are there, and
    /// `properties:AzureSqlDatabase` takes one branch. If nothing more is known, the kind is `Any`.
    pub fn at(&self, path: &str) -> Result<Place<'_>, UnknownMember> {
        let kind = self.put().unwrap_or(Kind::Any);
        let mut place = Place {
            path: String::new(),
            kind,
            member: None,
        };
        let steps = path.split('.').filter(|step| !step.is_empty());
        for step in steps {
            let (name, branch) = split(step);
            place = place.step(self, name)?;
            if let Some(branch) = branch {
                place = place.branch(branch)?;
            }
        }
        Ok(place)
    }

    /// Returns the paths of all members that a test finds, those near the top first: `properties.storageProfile.osDisk`.
    /// A shape that is found again is not entered again.
    pub fn members_like(&self, is_meant: impl Fn(&str) -> bool) -> Vec<(String, Member<'_>)> {
        let mut found = Vec::new();
        let root = self.put().and_then(|kind| kind.shape());
        visit(root, |path, entry| {
            if is_meant(entry.member.name) {
                found.push((path.to_owned(), entry.member));
            }
        });
        found
    }

    /// Returns where a member of this name is, or else one whose name is nearly the same.
    fn elsewhere(&self, name: &str) -> Option<String> {
        let mut same = None;
        let root = self.put().and_then(|kind| kind.shape());
        visit(root, |path, entry| {
            if same.is_none() && entry.depth < 4 && entry.member.name.eq_ignore_ascii_case(name) {
                same = Some(path.to_owned());
            }
        });
        same
    }
}

/// Walks the members below a shape level by level. Each shape is entered once, for shapes may hold themselves.
fn visit<'a>(root: Option<Shape<'a>>, mut see: impl FnMut(&str, Entry<'a>)) {
    let mut seen = HashSet::new();
    let mut waiting: VecDeque<(String, usize, Shape<'a>)> = VecDeque::new();
    waiting.extend(root.map(|shape| (String::new(), 0, shape)));
    while let Some((path, depth, shape)) = waiting.pop_front() {
        if !seen.insert(shape.name()) {
            continue;
        }
        for member in shape.all_members() {
            let path = joined(&path, member.name);
            see(&path, Entry { member, depth });
            let inner = member.kind();
            if let Some(shape) = inner.shape().filter(|_| depth < DEEPEST) {
                waiting.push_back((format!("{path}{}", suffix(&inner)), depth + 1, shape));
            }
        }
    }
}

/// What follows the name of a member to reach what it holds.
fn suffix(kind: &Kind<'_>) -> &'static str {
    if let Kind::List(_) = kind {
        "[]"
    } else if let Kind::Map(_) = kind {
        ".*"
    } else {
        ""
    }
}

/// Takes a step apart: its name without an index, and the branch that is chosen.
fn split(step: &str) -> (&str, Option<&str>) {
    let (name, branch) = match step.split_once(':') {
        Some((name, branch)) => (name, Some(branch)),
        None => (step, None),
    };
    (name.split('[').next().unwrap_or_default(), branch)
}

/// Tells whether a step names an element of a list, as items do: `dataDisks.0.lun`.
fn is_index(name: &str) -> bool {
    name == "-" || name.bytes().all(|byte| byte.is_ascii_digit())
}

fn joined(path: &str, name: &str) -> String {
    if path.is_empty() {
        return name.to_owned();
    }
    format!("{path}.{name}")
}

impl Place<'_> {
    fn step(self, body: &Body, name: &str) -> Result<Self, UnknownMember> {
        let path = joined(&self.path, name);
        let to = |path, kind| {
            Ok(Self {
                path,
                kind,
                member: None,
            })
        };
        match self.kind {
            // An index alone, as in `[0].name`.
            kind @ (Kind::List(_) | Kind::Map(_)) if name.is_empty() => to(self.path, kind),
            Kind::List(inner) if is_index(name) => to(self.path, *inner),
            Kind::List(inner) => Self {
                path: self.path,
                kind: *inner,
                member: None,
            }
            .step(body, name),
            Kind::Map(inner) => to(path, *inner),
            Kind::Any | Kind::AnyObject => to(path, Kind::Any),
            Kind::Object(shape) => {
                let members = shape.all_members();
                let same = |member: &&Member<'_>| member.name.eq_ignore_ascii_case(name);
                if let Some(member) = members.iter().find(same) {
                    return Ok(Self {
                        path: joined(&self.path, member.name),
                        kind: member.kind(),
                        member: Some(*member),
                    });
                }
                if shape.is_open() {
                    return to(path, Kind::Any);
                }
                let nearest = nearest(body, &members, &self.path, name);
                Err(UnknownMember { path, nearest })
            }
            Kind::Text
            | Kind::Integer
            | Kind::Number
            | Kind::Boolean
            | Kind::Time
            | Kind::Date
            | Kind::Duration
            | Kind::Clock
            | Kind::Bytes
            | Kind::Enum(_) => Err(UnknownMember {
                path,
                nearest: None,
            }),
        }
    }

    fn branch(self, value: &str) -> Result<Self, UnknownMember> {
        let shape = self.kind.shape();
        let branch = shape.and_then(|shape| shape.branch(value));
        if let Some(branch) = branch {
            return Ok(Self {
                path: format!("{}:{}", self.path, branch.value),
                kind: Kind::Object(branch.shape),
                member: self.member,
            });
        }
        let values = shape.map(|shape| shape.branches().map(|branch| branch.value).collect());
        let values: Vec<&str> = values.unwrap_or_default();
        let nearest = most_alike(value, values.into_iter());
        Err(UnknownMember {
            path: format!("{}:{value}", self.path),
            nearest: nearest.map(|near| format!("{}:{near}", self.path)),
        })
    }
}

/// Returns the path that may be meant: a slip of the finger at this level, the same name elsewhere in the body, or the
/// name at this level that is most like it.
fn nearest(body: &Body, members: &[Member<'_>], path: &str, name: &str) -> Option<String> {
    let names = || members.iter().map(|member| member.name);
    let most = (name.len() / 4).clamp(1, 2);
    let folded = name.to_ascii_lowercase();
    let far = |known: &str| distance(&folded, &known.to_ascii_lowercase(), most);
    let slip = names().filter_map(|known| Some((far(known)?, known))).min();
    let here = |known: &str| joined(path, known);
    slip.map(|(_, known)| here(known))
        .or_else(|| body.elsewhere(name))
        .or_else(|| most_alike(name, names()).map(here))
}

#[cfg(test)]
mod tests {
    use super::UnknownMember;
    use crate::azure::schema::{Kind, find};

    #[track_caller]
    fn check(path: &str, expected: &str, kind: &Kind<'_>) {
        let body = find("Microsoft.Compute/virtualMachines").unwrap().unwrap();
        let place = body.at(path).unwrap();
        assert_eq!(place.path, expected);
        assert_eq!(&place.kind, kind, "{path}");
    }

    #[track_caller]
    fn check_unknown(path: &str, until: &str, nearest: Option<&str>) {
        let body = find("Microsoft.Compute/virtualMachines").unwrap().unwrap();
        let error = body.at(path).unwrap_err();
        let expected = UnknownMember {
            path: until.to_owned(),
            nearest: nearest.map(str::to_owned),
        };
        assert_eq!(error, expected);
    }

    #[test]
    fn a_path_leads_to_a_kind() {
        check("location", "location", &Kind::Text);
        check(".LOCATION", "location", &Kind::Text);
        let lun = "properties.storageProfile.dataDisks.lun";
        for path in [
            lun,
            "properties.storageprofile.datadisks[0].lun",
            "properties.storageprofile.datadisks.0.lun",
            ".properties.storageProfile.dataDisks[*].lun",
        ] {
            check(path, lun, &Kind::Integer);
        }
        check("tags.env", "tags.env", &Kind::Text);
    }

    #[test]
    fn what_is_not_there_may_be_meant_elsewhere() {
        check_unknown("propertis.x", "propertis", Some("properties"));
        check_unknown(
            "hardwareProfile",
            "hardwareProfile",
            Some("properties.hardwareProfile"),
        );
        check_unknown(
            "properties.location",
            "properties.location",
            Some("location"),
        );
        check_unknown("location.x", "location.x", None);
        check_unknown("qqqqqq", "qqqqqq", None);
    }

    #[test]
    fn one_branch_is_taken() {
        let body = find("Microsoft.DataFactory/factories/linkedservices")
            .unwrap()
            .unwrap();
        let place = body.at("properties:azuresqldatabase").unwrap();
        assert_eq!(place.path, "properties:AzureSqlDatabase");
        let error = body.at("properties:AzureSqlDatabse").unwrap_err();
        assert_eq!(
            error.nearest.as_deref(),
            Some("properties:AzureSqlDatabase")
        );
    }

    #[test]
    fn members_are_found_in_the_whole_body() {
        let body = find("Microsoft.Compute/virtualMachines").unwrap().unwrap();
        let found = body.members_like(|name| name == "osDisk" || name == "diskSizeGB");
        let paths: Vec<&str> = found.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "properties.storageProfile.osDisk",
                "properties.storageProfile.osDisk.diskSizeGB",
                "properties.storageProfile.dataDisks[].diskSizeGB"
            ]
        );
    }
}
