//! One resource type in full: as lines for people, and as JSON. Who prints it: the module above it.

use serde_json::{Value, json};

use crate::app::command::types::row::Row;
use crate::azure::catalogue::{self, Action, ActionOn, ResourceType};
use crate::azure::{TypeMetadata, Versions};
use crate::shell::{CommandLine, Shell};

type Line = [String; 2];

/// Returns the lines: names on the left, facts on the right, commands for a shell.
pub(crate) fn lines(row: &Row, versions: &Versions, shell: Shell) -> Vec<Line> {
    let mut lines = vec![["type".to_owned(), row.name.clone()]];
    let mut push = |name: &str, facts: Vec<String>| {
        let names = std::iter::once(name).chain(std::iter::repeat(""));
        lines.extend(names.zip(facts).map(|(name, fact)| [name.to_owned(), fact]));
    };
    push("api-version", vec![row.version.clone()]);
    push("preview", row.preview.iter().cloned().collect());
    let live = versions.live.find(&row.name);
    let versions_of_service = match &live {
        Some(live) => wrapped(&live.versions),
        None => vec!["not known; `arm types --refresh` asks for them".to_owned()],
    };
    push("versions", versions_of_service);
    if let Some(known) = &row.known {
        let label = if known.is_listed() {
            "list"
        } else {
            "collection"
        };
        push(label, list_of(known));
        push("item", item_of(known));
        push("names", wrapped(&known.fixed_names().collect::<Vec<_>>()));
        let actions: Vec<&str> = known.actions().map(|action| action.name).collect();
        push("actions", wrapped(&actions));
        let parts: Vec<&str> = parts(known).collect();
        push("parts", wrapped(&parts));
    }
    push("locations", locations(live.as_ref()));
    push("example", examples(row, shell));
    lines
}

/// Returns the same as JSON.
pub(crate) fn json(row: &Row, versions: &Versions) -> Value {
    let live = versions.live.find(&row.name);
    let known = row.known.as_ref();
    let list: Vec<String> = known
        .filter(|known| known.is_listed())
        .map(ResourceType::collection_paths)
        .unwrap_or_default();
    let methods = |methods: Option<Vec<&'static str>>| methods.unwrap_or_default();
    let action = |known: &ResourceType, action: Action| json!({ "name": action.name, "method": "POST", "paths": action_paths(known, action) });
    let actions: Vec<Value> = known
        .map(|known| known.actions().map(|one| action(known, one)).collect())
        .unwrap_or_default();
    json!({
        "type": row.name,
        "apiVersion": row.version,
        "previewApiVersion": row.preview,
        "apiVersions": live.as_ref().map(|live| &live.versions),
        "locations": live.as_ref().map(|live| &live.locations),
        "scopes": row.scopes(),
        "listPaths": list,
        "collectionPaths": known.map(ResourceType::collection_paths).unwrap_or_default(),
        "collectionMethods": methods(known.map(|known| known.collection_methods().collect())),
        "itemPaths": known.map(ResourceType::item_paths).unwrap_or_default(),
        "itemMethods": methods(known.map(|known| known.item_methods().collect())),
        "actions": actions,
    })
}

fn list_of(known: &ResourceType) -> Vec<String> {
    let methods: Vec<&str> = known.collection_methods().collect();
    let methods = methods.join(", ");
    let paths = known.collection_paths().into_iter();
    paths.map(|path| format!("{methods} {path}")).collect()
}

fn item_of(known: &ResourceType) -> Vec<String> {
    let methods: Vec<&str> = known.item_methods().collect();
    let methods = methods.join(", ");
    let paths = known.item_paths().into_iter();
    paths.map(|path| format!("{methods} {path}")).collect()
}

/// The types directly below, without the name above them.
fn parts(known: &ResourceType) -> impl Iterator<Item = &'static str> {
    catalogue::children(known.name).filter_map(|child| child.name.rsplit('/').next())
}

fn action_paths(known: &ResourceType, action: Action) -> Vec<String> {
    let paths = match action.on {
        ActionOn::Item => known.item_paths(),
        ActionOn::Collection => known.collection_paths(),
    };
    let paths = paths.into_iter();
    paths
        .map(|path| format!("{path}/{}", action.name))
        .collect()
}

fn locations(live: Option<&TypeMetadata<'_>>) -> Vec<String> {
    match live {
        Some(live) if !live.locations.is_empty() => wrapped(&live.locations),
        Some(_) => Vec::new(),
        None => vec!["not known; `arm types --refresh` asks for them".to_owned()],
    }
}

/// Commands that can be typed as they are, or nearly.
fn examples(row: &Row, shell: Shell) -> Vec<String> {
    let Some(known) = &row.known else {
        return Vec::new();
    };
    let list = known
        .is_listed()
        .then(|| known.collection_paths().into_iter().next())
        .flatten();
    let item = known.item_paths().into_iter().next();
    let action = known.actions().next();
    let get = list.or_else(|| {
        item.clone()
            .filter(|_| known.item_methods().any(|one| one == "GET"))
    });
    let command = |word, path: String| {
        let command = CommandLine::arm(word).in_shell(shell).given(&path);
        command.to_string()
    };
    let get = get.map(|path| command("GET", path));
    let post = action.and_then(|action| action_paths(known, action).into_iter().next());
    let post = post.or_else(|| {
        let is_posted = known.collection_methods().any(|method| method == "POST");
        known
            .collection_paths()
            .into_iter()
            .next()
            .filter(|_| is_posted)
    });
    let post = post.map(|path| command("POST", path));
    get.into_iter().chain(post).collect()
}

/// Words in lines that a screen can hold.
fn wrapped(words: &[&str]) -> Vec<String> {
    const WIDTH: usize = 100;
    let mut lines: Vec<String> = Vec::new();
    for word in words {
        match lines.last_mut() {
            Some(line) if line.len() + word.len() + 2 <= WIDTH => {
                line.push_str(", ");
                line.push_str(word);
            }
            Some(line) => {
                line.push(',');
                lines.push((*word).to_owned());
            }
            None => lines.push((*word).to_owned()),
        }
    }
    lines
}
