//! The body of a resource type, and the way to find it. What it holds: `shape`; which types there are and their versions:
//! `resource::catalogue`.

use std::sync::Arc;

use super::namespace::{Namespace, TypeLine};
use super::pack::{BUILT_IN, Pack, SchemaError};
use super::shape::Kind;

/// What the body of a resource type looks like, in one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    space: Arc<Namespace>,
    name: String,
    fixed: Option<String>,
    version: String,
    put: String,
    patch: String,
}

/// How a body is written that a PUT does not have.
const NO_BODY: &str = "-";

/// Returns the body of a type by its full name, whatever its case: `Microsoft.Compute/virtualMachines`, or
/// `Microsoft.Web/sites/config:web` if a name has a body of its own. Nothing is returned if no body is known.
pub fn find(name: &str) -> Result<Option<Body>, SchemaError> {
    let (types, fixed) = match name.split_once(':') {
        Some((types, fixed)) => (types, Some(fixed)),
        None => (name, None),
    };
    Ok(lookup(BUILT_IN, types)?.and_then(|found| found.body(fixed)))
}

/// Returns the body of one resource: that of its name if it has one of its own, else that of its type.
pub fn find_named(types: &str, name: &str) -> Result<Option<Body>, SchemaError> {
    let found = lookup(BUILT_IN, types)?;
    Ok(found.and_then(|found| found.body(Some(name)).or_else(|| found.body(None))))
}

/// Returns the last names that have bodies of their own: `web`, `appsettings` and others for `Microsoft.Web/sites/config`.
pub fn fixed_names(types: &str) -> Result<Vec<String>, SchemaError> {
    let found = lookup(BUILT_IN, types)?;
    Ok(found.map_or_else(Vec::new, |found| {
        let lines = found.lines().filter_map(|line| line.fixed);
        lines.map(str::to_owned).collect()
    }))
}

/// Returns all bodies that are known, sorted by name without case. It unpacks everything.
pub fn all() -> Result<Vec<Body>, SchemaError> {
    let mut bodies = Vec::new();
    for text in BUILT_IN.texts()? {
        let space = Arc::new(Namespace::new(text));
        bodies.extend(space.types().map(|line| Body::of(&space, line)));
    }
    Ok(bodies)
}

/// A namespace, and the type that is looked up in it.
struct Found<'a> {
    space: Arc<Namespace>,
    types: &'a str,
}

fn lookup<'a>(pack: Pack<'_>, name: &'a str) -> Result<Option<Found<'a>>, SchemaError> {
    let Some((namespace, types)) = name.split_once('/') else {
        return Ok(None);
    };
    let text = pack.text(namespace)?;
    Ok(text.map(|text| Found {
        space: Arc::new(Namespace::new(text)),
        types,
    }))
}

impl Found<'_> {
    fn lines(&self) -> impl Iterator<Item = TypeLine<'_>> {
        let is_meant = |line: &TypeLine<'_>| line.types.eq_ignore_ascii_case(self.types);
        self.space.types().filter(is_meant)
    }

    fn body(&self, fixed: Option<&str>) -> Option<Body> {
        let is_meant = |line: &TypeLine<'_>| match (line.fixed, fixed) {
            (Some(own), Some(wanted)) => own.eq_ignore_ascii_case(wanted),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        let line = self.lines().find(is_meant)?;
        Some(Body::of(&self.space, line))
    }
}

impl Body {
    fn of(space: &Arc<Namespace>, line: TypeLine<'_>) -> Self {
        Self {
            name: format!("{}/{}", space.name(), line.types),
            fixed: line.fixed.map(str::to_owned),
            version: line.version.to_owned(),
            put: line.put.to_owned(),
            patch: line.patch.to_owned(),
            space: Arc::clone(space),
        }
    }

    /// Returns the full name of the type, as its provider spells it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the name as [`find`] takes it: `Microsoft.Web/sites/config:web` if the body is for one name alone.
    pub fn full_name(&self) -> String {
        match &self.fixed {
            Some(fixed) => format!("{}:{fixed}", self.name),
            None => self.name.clone(),
        }
    }

    /// Returns the api-version that it is of. Another version may have other members.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Returns what a PUT sends, and a GET answers: what only the service sets is marked as read-only. Nothing is returned
    /// for a PUT that has no body.
    pub fn put(&self) -> Option<Kind<'_>> {
        (self.put != NO_BODY).then(|| Kind::of(&self.space, &self.put))
    }

    /// Returns what a PATCH sends: a shape of its own, or that of a PUT.
    pub fn patch(&self) -> Option<Kind<'_>> {
        (self.patch != NO_BODY).then(|| Kind::of(&self.space, &self.patch))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{BUILT_IN, Body, all, find, find_named, fixed_names};
    use crate::azure::schema::{Kind, Shape};

    fn shape_of(name: &str, look: impl FnOnce(Shape<'_>)) {
        let body = find(name).unwrap().unwrap();
        let Some(Kind::Object(shape)) = body.put() else {
            panic!("{name} has no object")
        };
        look(shape);
    }

    #[test]
    fn a_type_is_found_whatever_its_case() {
        let body = find("MICROSOFT.compute/VirtualMachines").unwrap().unwrap();
        assert_eq!(body.name(), "Microsoft.Compute/virtualMachines");
        assert_eq!(body.full_name(), body.name());
        assert!(body.version() >= "2026-04-01");
        for none in [
            "",
            "/",
            "Microsoft.Compute",
            "Microsoft.Compute/",
            "Microsoft.Compute/virtualMachine",
            "Microsoft.Compute/virtualMachines:web",
            "Microsoft.Web/sites/config",
            "Contoso.Own/things",
            "Microsoft.Compute/virtualMachines\t2026-04-01",
        ] {
            assert_eq!(find(none), Ok(None), "{none}");
        }
    }

    #[test]
    fn names_may_have_bodies_of_their_own() {
        let names = fixed_names("microsoft.web/sites/config").unwrap();
        assert!(names.contains(&"web".to_owned()), "{names:?}");
        let web = find_named("Microsoft.Web/sites/config", "WEB").unwrap();
        assert_eq!(web.unwrap().full_name(), "Microsoft.Web/sites/config:web");
        let vm = find_named("Microsoft.Compute/virtualMachines", "web").unwrap();
        assert_eq!(vm.unwrap().fixed, None);
        let none = find_named("Microsoft.Web/sites/config", "nothing").unwrap();
        assert_eq!(none, None);
    }

    #[test]
    fn members_have_kinds_and_marks() {
        shape_of("Microsoft.Compute/virtualMachines", |machine| {
            let member = |name: &str| machine.member(name).unwrap();
            assert!(member("location").is_required());
            assert!(member("location").is_create_only());
            assert!(member("name").is_read_only());
            assert!(!member("tags").is_required());
            let properties = machine.member("properties").unwrap().kind();
            let profile = properties
                .shape()
                .unwrap()
                .member("storageprofile")
                .unwrap();
            assert_eq!(profile.name, "storageProfile");
            let disks = profile.kind().shape().unwrap().member("dataDisks").unwrap();
            let Kind::List(disk) = disks.kind() else {
                panic!("a list")
            };
            let lun = disk.shape().unwrap().member("lun").unwrap();
            assert_eq!(lun.kind(), Kind::Integer);
            assert!(lun.is_required());
        });
    }

    #[test]
    fn enums_may_have_values_with_blanks() {
        shape_of("Microsoft.Compute/virtualMachines", |machine| {
            let identity = machine.member("identity").unwrap().kind();
            let kind = identity.shape().unwrap().member("type").unwrap().kind();
            let Kind::Enum(values) = kind else {
                panic!("an enum")
            };
            assert!(values.contains(&"SystemAssigned, UserAssigned"));
        });
    }

    #[test]
    fn a_discriminator_has_branches() {
        shape_of(
            "Microsoft.DataFactory/factories/linkedservices",
            |service| {
                let properties = service.member("properties").unwrap().kind();
                let shape = properties.shape().unwrap();
                assert_eq!(shape.discriminator(), Some("type"));
                let branch = shape.branch("azuresqldatabase").unwrap();
                assert_eq!(branch.value, "AzureSqlDatabase");
                assert!(branch.shape.member("typeProperties").is_some());
                assert!(shape.member("typeProperties").is_none());
                let all = shape.all_members();
                assert!(all.iter().any(|member| member.name == "typeProperties"));
            },
        );
    }

    #[test]
    fn every_type_is_found() {
        let all = all().unwrap();
        assert!(all.len() > 2000);
        let folded = |one: &Body| format!("{}:{:?}", one.name, one.fixed).to_lowercase();
        let names: HashSet<String> = all.iter().map(folded).collect();
        assert_eq!(names.len(), all.len());
        // Each lookup unpacks a block, so some of each block are enough.
        for one in all.iter().step_by(13) {
            assert_eq!(find(&one.full_name()).unwrap().as_ref(), Some(one));
        }
    }

    #[test]
    fn every_name_of_a_shape_and_an_enum_is_there() {
        for text in BUILT_IN.texts().unwrap() {
            let named = |tag| {
                let lines = text.lines().filter_map(move |line| line.strip_prefix(tag));
                let names = lines.filter_map(|line| line.split(['\t', '*']).next());
                names.collect::<HashSet<&str>>()
            };
            let (shapes, enums) = (named("S\t"), named("E\t"));
            let is_known = |written: &str| {
                let name = written.trim_matches(['[', ']', '{', '}']);
                let is_scalar = name.starts_with('\'')
                    || name.starts_with(|letter: char| letter.is_ascii_lowercase());
                match name.strip_prefix('%') {
                    Some(name) => enums.contains(name),
                    None => shapes.contains(name) || is_scalar || name == "-",
                }
            };
            for line in text.lines() {
                let fields: Vec<&str> = line.split('\t').collect();
                let kinds = match fields[0] {
                    "T" => &fields[3..],
                    "" | "V" => &fields[2..3],
                    _ => &[],
                };
                for kind in kinds {
                    assert!(is_known(kind), "{line}");
                }
            }
        }
    }
}
