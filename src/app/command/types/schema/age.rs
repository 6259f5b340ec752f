//! `arm types --schema-age`: which api-versions the bodies are of, namespace by namespace, and which types that take a
//! PUT have none.

use std::collections::{BTreeMap, HashSet};

use serde_json::{Value, json};

use crate::app::terminal::stdout::shown_json;
use crate::azure::catalogue;
use crate::azure::schema;
use crate::cli::arguments::TypesOutput;
use crate::env::Env;
use crate::error::Error;
use crate::output::columns;

/// What is known of one namespace.
#[derive(Debug, Default)]
struct Age {
    name: String,
    /// How many types have a body.
    types: usize,
    /// The oldest and the newest version of a body.
    versions: Option<(String, String)>,
    /// Types that take a PUT, and whose bodies are not known.
    missing: Vec<&'static str>,
}

/// Returns the ages as text.
pub(crate) fn run(output: TypesOutput, env: &Env) -> Result<String, Error> {
    let ages = ages()?;
    Ok(match output {
        TypesOutput::Table => {
            let head = ["NAMESPACE", "BODIES", "OLDEST", "NEWEST", "WITHOUT A BODY"];
            let head = head.map(str::to_owned);
            let rows = ages.values().map(Age::cells);
            columns(&std::iter::once(head).chain(rows).collect::<Vec<_>>())
        }
        TypesOutput::Json => shown_json(ages.values().map(Age::json).collect::<Value>(), env),
        TypesOutput::Tsv => {
            let lines = ages.values().map(|age| age.cells().join("\t") + "\n");
            lines.collect()
        }
    })
}

fn ages() -> Result<BTreeMap<String, Age>, Error> {
    let mut ages: BTreeMap<String, Age> = BTreeMap::new();
    let mut known = HashSet::new();
    for body in schema::all()? {
        let name = body.name().split('/').next().unwrap_or_default();
        let age = of(&mut ages, name);
        age.types += usize::from(known.insert(body.name().to_ascii_lowercase()));
        let version = || body.version().to_owned();
        let (oldest, newest) = age.versions.get_or_insert_with(|| (version(), version()));
        if body.version() < oldest.as_str() {
            *oldest = version();
        }
        if body.version() > newest.as_str() {
            *newest = version();
        }
    }
    for found in catalogue::all() {
        let is_put = found.item_methods().any(|method| method == "PUT");
        if is_put && !known.contains(&found.name.to_ascii_lowercase()) {
            let name = found.name.split('/').next().unwrap_or_default();
            of(&mut ages, name).missing.push(found.name);
        }
    }
    Ok(ages)
}

fn of<'a>(ages: &'a mut BTreeMap<String, Age>, name: &str) -> &'a mut Age {
    let age = ages.entry(name.to_ascii_lowercase()).or_default();
    if age.name.is_empty() {
        name.clone_into(&mut age.name);
    }
    age
}

impl Age {
    fn cells(&self) -> [String; 5] {
        let (oldest, newest) = self.versions.clone().unwrap_or_default();
        let missing = self.missing.iter().map(|name| {
            let types = name.split_once('/').map(|(_, types)| types);
            types.unwrap_or(name)
        });
        [
            self.name.clone(),
            self.types.to_string(),
            oldest,
            newest,
            missing.collect::<Vec<_>>().join(", "),
        ]
    }

    fn json(&self) -> Value {
        let versions = self.versions.as_ref();
        json!({
            "namespace": self.name,
            "bodies": self.types,
            "oldestApiVersion": versions.map(|(oldest, _)| oldest),
            "newestApiVersion": versions.map(|(_, newest)| newest),
            "withoutBody": self.missing,
        })
    }
}
