//! Members of bodies: as items of a request (`.sku.name=`), as columns, in queries, and in `arm types --path`. Bodies are
//! known by the type of the URL or word that is typed before; which those are: `azure::schema`.

use clap::Arg;

use super::candidate::{Candidate, Completion, Known};
use super::place::{Place, Start};
use super::type_of_line::type_of;
use crate::azure::schema::{self, Body, Kind, Member};
use crate::azure::{ResourceId, TypeAlias};

/// What comes before the members of the items of a list, in a query.
const ITEMS: [&str; 5] = ["$.value[*]", "$.data[*]", "value[*]", "value[]", "[]"];
/// The columns of the table of resources of Resource Graph.
const OF_GRAPH: [&str; 15] = [
    "id",
    "name",
    "type",
    "kind",
    "location",
    "resourceGroup",
    "subscriptionId",
    "tenantId",
    "tags",
    "sku",
    "identity",
    "zones",
    "managedBy",
    "extendedLocation",
    "properties",
];
/// What the rows of Resource Graph are remembered under.
const ROWS: &str = "graph";

/// Returns what may be sent: members that can be written, or the values of one.
pub(super) fn items(place: &Place, typed: &str) -> Vec<Candidate> {
    let is_write = ["PUT", "PATCH"]
        .iter()
        .any(|verb| place.first.eq_ignore_ascii_case(verb));
    let word = place
        .words
        .first()
        .filter(|_| is_write && !typed.is_empty());
    let Some(body) = word.and_then(|word| body_of(word)) else {
        return Vec::new();
    };
    if let Some((path, _)) = typed.split_once('=') {
        return values(&body, path);
    }
    let (before, _) = split(typed);
    let parent = before.strip_prefix('.').unwrap_or(before);
    let writable = members(&body, parent)
        .into_iter()
        .filter(|member| !member.is_read_only());
    let item = |member: Member<'_>| {
        let kind = member.kind();
        let end = end_of(&kind);
        // What has members is an item only with a dot before it.
        let dot = if end.starts_with('.') && before.is_empty() {
            "."
        } else {
            ""
        };
        Candidate::part(format!("{dot}{before}{}{end}", member.name), about(member))
    };
    writable.map(item).collect()
}

/// Returns what the value of an option may be that names members.
pub(super) fn of_option(place: &Place, option: &Arg, before: &str, typed: &str) -> Completion {
    let value = typed.get(before.len()..).unwrap_or_default();
    let long = option.get_long().unwrap_or_default();
    let found = match long {
        "columns" | "sort" => after_last(value, &[',', '=', '+', '-']),
        "query" => query(value),
        "path" => Some((String::new(), value)),
        _ => None,
    };
    let heads = if long == "query" {
        heads(place, value)
    } else {
        Vec::new()
    };
    let is_of_list = !heads.is_empty();
    let heads = Completion::of(heads).after(before);
    let Some((kept, path)) = found.filter(|(kept, _)| !is_of_list || !kept.is_empty()) else {
        // Of a list only the items are asked for.
        return heads;
    };
    let before = format!("{before}{kept}");
    let columns = if long == "columns" && !value.ends_with('=') {
        columns_of_type(place)
    } else {
        Vec::new()
    };
    let columns = Completion::of(columns).after(&before);
    let members = match place_of_members(place) {
        Members::Of(body) => Completion::of(below(&body, path)).after(&before),
        Members::OfGraph => {
            let own = OF_GRAPH.map(|name| Candidate::new(name, "")).into();
            let seen = Completion::of_known(Known::Members(ROWS.to_owned()), "");
            Completion::of(own).and(seen).after(&before)
        }
        Members::Seen(type_name) => Completion::of_known(Known::Members(type_name), before),
        Members::Unknown => Completion::default(),
    };
    columns.and(members)
}

/// Where the members of what a command is about are known.
enum Members {
    /// In the body of its type.
    Of(Body),
    /// They are those of rows of Resource Graph.
    OfGraph,
    /// Where answers have shown them.
    Seen(String),
    Unknown,
}

fn place_of_members(place: &Place) -> Members {
    if place.start == Start::Command("graph") {
        return Members::OfGraph;
    }
    let word = match place.start {
        Start::Url => Some(place.first.as_str()),
        Start::Open | Start::Method | Start::Command(_) => place.words.first().map(String::as_str),
    };
    if let Some(body) = word.and_then(body_of) {
        return Members::Of(body);
    }
    let Some(type_name) = type_of(place) else {
        return Members::Unknown;
    };
    match schema::find(&type_name).ok().flatten() {
        Some(body) => Members::Of(body),
        None => Members::Seen(type_name),
    }
}

/// The members below a path, each with the path before it.
fn below(body: &Body, path: &str) -> Vec<Candidate> {
    let (parent, _) = split(path);
    let candidates = members(body, parent).into_iter().map(|member| {
        let word = format!("{parent}{}", member.name);
        match member.kind() {
            kind if goes_deeper(&kind) => Candidate::part(format!("{word}."), about(member)),
            _ => Candidate::new(word, about(member)),
        }
    });
    candidates.collect()
}

/// The columns that `arm list` shows of a type, for one who wants some of them.
fn columns_of_type(place: &Place) -> Vec<Candidate> {
    if place.start != Start::Command("list") {
        return Vec::new();
    }
    let alias = type_of(place).and_then(|name| TypeAlias::of_name(&name));
    let columns = alias.map(TypeAlias::columns).unwrap_or_default();
    let own = columns.split(',').filter(|column| !column.is_empty());
    own.map(|column| Candidate::new(column, "shown by default"))
        .collect()
}

/// What leads to the items of a list, in both languages, if no more than its beginning is typed.
fn heads(place: &Place, value: &str) -> Vec<Candidate> {
    let heads: &[&str] = match place.start {
        Start::Command("graph") => &["[].", "$.data[*]."],
        Start::Command("list") => &["[].", "$.value[*]."],
        Start::Url => of_list(&place.first),
        Start::Open | Start::Method | Start::Command(_) => {
            place.words.first().map_or(&[], |word| of_list(word))
        }
    };
    let fitting = heads.iter().filter(|head| head.starts_with(value));
    fitting
        .map(|head| Candidate::part(*head, "The items of the list"))
        .collect()
}

/// What leads to the items of what an address answers, if that is a list.
fn of_list(address: &str) -> &'static [&'static str] {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let count = path.split('/').filter(|segment| !segment.is_empty());
    // Collections and names follow in turn.
    if count.count() % 2 == 1 {
        &["value[].", "$.value[*]."]
    } else {
        &[]
    }
}

/// What comes before a path in a text, and the path.
fn after_last<'a>(text: &'a str, ends: &[char]) -> Option<(String, &'a str)> {
    let at = text.rfind(ends).map_or(0, |at| at + 1);
    Some((text.get(..at)?.to_owned(), text.get(at..)?))
}

/// The path of a query that is only a path: `$.value[*].properties.vm`.
fn query(text: &str) -> Option<(String, &str)> {
    let items = ITEMS
        .iter()
        .find_map(|items| Some((*items, text.strip_prefix(items)?)));
    let (head, rest) = items.unwrap_or(match text.strip_prefix('$') {
        Some(rest) => ("$", rest),
        None => ("", text),
    });
    let (dot, path) = match rest.strip_prefix('.') {
        Some(path) => (".", path),
        None if head.is_empty() => ("", rest),
        None => return None,
    };
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "._-[]*".contains(letter);
    path.chars()
        .all(is_plain)
        .then(|| (format!("{head}{dot}"), path))
}

/// The part of a path up to its last dot, and what is typed after it.
fn split(path: &str) -> (&str, &str) {
    path.split_at(path.rfind('.').map_or(0, |at| at + 1))
}

/// The body of what a word means: a path, a URL, a word for a type, its full name, or `vm/NAME`.
fn body_of(word: &str) -> Option<Body> {
    let path = word.split(['?', '#']).next().unwrap_or_default();
    let path = match path.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map(|(_, path)| path)?,
        None => path,
    };
    let id = ResourceId::parse(path);
    if let Some(types) = id.type_name() {
        let name = id.names().last().unwrap_or_default();
        if let Some(body) = schema::find_named(&types, name).ok().flatten() {
            return Some(body);
        }
    }
    let first = path.split('/').next().unwrap_or_default();
    let name = TypeAlias::of_word(first).map_or(path, |alias| alias.name);
    schema::find(name).ok().flatten()
}

/// The members that may be at a path.
fn members<'a>(body: &'a Body, path: &str) -> Vec<Member<'a>> {
    let place = body.at(path).ok();
    let shape = place.and_then(|place| place.kind.shape());
    shape.map_or_else(Vec::new, schema::Shape::all_members)
}

/// The values of a member: `.sku.name=Stan`, `.properties.enabled:=t`.
fn values(body: &Body, path: &str) -> Vec<Candidate> {
    let (member, is_json) = match path.strip_suffix(':') {
        Some(member) => (member, true),
        None => (path, false),
    };
    let kind = body
        .at(member.trim_start_matches('.'))
        .map(|place| place.kind);
    match kind {
        Ok(Kind::Enum(values)) if !is_json => {
            let values = values.into_iter();
            values
                .map(|value| Candidate::new(format!("{path}={value}"), ""))
                .collect()
        }
        Ok(Kind::Boolean) if is_json => ["true", "false"]
            .map(|value| Candidate::new(format!("{path}={value}"), ""))
            .into(),
        _ => Vec::new(),
    }
}

/// What follows the name of a member in an item, by what it holds.
fn end_of(kind: &Kind<'_>) -> &'static str {
    match kind {
        Kind::List(inner) if inner.shape().is_some() => ".0.",
        Kind::Object(_) | Kind::Map(_) => ".",
        Kind::Integer
        | Kind::Number
        | Kind::Boolean
        | Kind::Any
        | Kind::AnyObject
        | Kind::List(_) => ":=",
        Kind::Text
        | Kind::Time
        | Kind::Date
        | Kind::Duration
        | Kind::Clock
        | Kind::Bytes
        | Kind::Enum(_) => "=",
    }
}

/// Tells whether members of it follow a dot.
fn goes_deeper(kind: &Kind<'_>) -> bool {
    kind.shape().is_some() || matches!(kind, Kind::Map(_))
}

/// What a member is, in a few words.
fn about(member: Member<'_>) -> String {
    let marks = [
        (member.is_required(), "required"),
        (member.is_read_only(), "read-only"),
        (member.is_create_only(), "create-only"),
    ];
    let marks = marks
        .into_iter()
        .filter_map(|(is_so, word)| is_so.then_some(word));
    marks.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use crate::cli::complete::offer::tests::words;

    const VM: &str =
        "/subscriptions/{sub}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/v";

    /// Compares what is offered after a line, in which `VM` is a path.
    #[track_caller]
    fn check(line: &str, expected: &[&str]) {
        assert_eq!(words(&line.replace("VM", VM)), expected, "{line}");
    }

    #[test]
    fn items_are_members_that_can_be_written() {
        check("PUT VM loc", &["location="]);
        check("PUT VM .prop", &[".properties."]);
        check("PUT VM prop", &[]);
        check(
            "patch VM .properties.s",
            &[
                ".properties.scheduledEventsPolicy.",
                ".properties.storageProfile.",
                ".properties.securityProfile.",
                ".properties.scheduledEventsProfile.",
            ],
        );
        check(
            "PUT VM .properties.storageProfile.d",
            &[
                ".properties.storageProfile.dataDisks.0.",
                ".properties.storageProfile.diskControllerType=",
                ".properties.storageProfile.diskApiVersion=",
            ],
        );
        check(
            "PUT VM .properties.storageProfile.dataDisks.0.l",
            &[".properties.storageProfile.dataDisks.0.lun:="],
        );
        check("PUT VM .properties.vmI", &[]);
        check("GET VM .prop", &[]);
        check("PUT /x .prop", &[]);
    }

    #[test]
    fn values_are_those_of_an_enum() {
        let item = ".properties.storageProfile.diskControllerType=";
        check(
            &format!("PUT VM {item}"),
            &[&format!("{item}SCSI"), &format!("{item}NVMe")],
        );
        let item = ".properties.additionalCapabilities.ultraSSDEnabled:=";
        check(&format!("PUT VM {item}t"), &[&format!("{item}true")]);
        let item = ".identity.type=";
        let both = format!("{item}SystemAssigned, UserAssigned");
        check(&format!("PUT VM {item}SystemAssigned,"), &[&both]);
        check("PUT VM location=w", &[]);
    }

    #[test]
    fn columns_and_queries_name_members() {
        check("GET VM -o table --columns loc", &["location"]);
        check(
            "GET VM -o table --columns name,size=properties.hardwareProfile.vmS",
            &[
                "name,size=properties.hardwareProfile.vmSize",
                "name,size=properties.hardwareProfile.vmSizeProperties.",
            ],
        );
        check(
            "list vm --columns=properties.vmI",
            &["--columns=properties.vmId"],
        );
        check("VM --sort -prop", &["-properties."]);
        check("GET VM -q $.properties.vmI", &["$.properties.vmId"]);
        check("GET VM -q $.value[*].loc", &["$.value[*].location"]);
        check("GET VM -q properties.vmI", &["properties.vmId"]);
        check("GET VM -q $.value[?(@.a", &[]);
        check(
            "types vm --schema --path properties.hardw",
            &["properties.hardwareProfile."],
        );
        check("GET /x --columns loc", &[]);
    }
}
