//! `arm types [PATTERN] --members NAME`: where members of a name are, in the bodies of all types that are meant.

use serde_json::{Value, json};

use crate::app::command::types::pattern::Pattern;
use crate::app::command::types::schema::tree::{marks, name_of_kind};
use crate::app::terminal::stdout::shown_json;
use crate::azure::schema::{self, Body, Member};
use crate::azure::{is_like, most_alike};
use crate::cli::arguments::TypesOutput;
use crate::env::Env;
use crate::error::Error;
use crate::output::columns;

/// Returns the members as text.
pub(crate) fn run(
    types: Option<&str>,
    name: &str,
    output: TypesOutput,
    env: &Env,
) -> Result<String, Error> {
    let pattern = types.map(Pattern::of);
    let mut bodies = schema::all()?;
    bodies.retain(|body| {
        let pattern = pattern.as_ref();
        pattern.is_none_or(|pattern| pattern.matches(body.name()))
    });
    let wanted = name.to_ascii_lowercase();
    let is_meant = |member: &str| is_like(&member.to_ascii_lowercase(), &wanted);
    let mut rows = Vec::new();
    for body in &bodies {
        let found = body.members_like(is_meant);
        rows.extend(found.into_iter().map(|(path, member)| (body, path, member)));
    }
    if rows.is_empty() {
        return Err(Error::NoMember {
            type_name: types.unwrap_or("*").to_owned(),
            path: name.to_owned(),
            nearest: nearest(&bodies, name),
        });
    }
    Ok(match output {
        TypesOutput::Table => {
            let head = ["TYPE", "MEMBER", "HOLDS", "MARKS"].map(str::to_owned);
            let rows = rows
                .iter()
                .map(|(body, path, member)| cells(body, path, *member));
            columns(&std::iter::once(head).chain(rows).collect::<Vec<_>>())
        }
        TypesOutput::Json => {
            let rows = rows.iter().map(|(body, path, member)| {
                json!({
                    "type": body.full_name(),
                    "apiVersion": body.version(),
                    "path": path,
                    "holds": name_of_kind(&member.kind()),
                    "marks": marks(*member),
                })
            });
            shown_json(rows.collect::<Value>(), env)
        }
        TypesOutput::Tsv => {
            let lines = rows
                .iter()
                .map(|(body, path, member)| cells(body, path, *member).join("\t") + "\n");
            lines.collect()
        }
    })
}

fn cells(body: &Body, path: &str, member: Member<'_>) -> [String; 4] {
    [
        body.full_name(),
        path.to_owned(),
        name_of_kind(&member.kind()),
        marks(member).join(", "),
    ]
}

/// The name of a member that may be meant.
fn nearest(bodies: &[Body], name: &str) -> Option<String> {
    let mut names = Vec::new();
    for body in bodies {
        let found = body.members_like(|_| true);
        names.extend(found.into_iter().map(|(_, member)| member.name.to_owned()));
    }
    let nearest = most_alike(name, names.iter().map(String::as_str));
    nearest.map(str::to_owned)
}
