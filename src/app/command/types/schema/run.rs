//! Finds the body that is meant, and says so if there is none. How it is laid out: `tree` and `json_schema`.

use crate::app::command::types::schema::tree::{self, Look};
use crate::app::command::types::schema::{age, json_schema, members};
use crate::app::terminal::stdout::shown_json;
use crate::azure::schema::{self, Body, Kind};
use crate::azure::{ResourceId, TypeAlias, catalogue};
use crate::cli::arguments::{TypesArgs, TypesOutput};
use crate::env::Env;
use crate::error::Error;

/// How many levels are shown if nobody says so.
const USUAL_DEPTH: usize = 2;

/// Returns what the options say of bodies; nothing if they say nothing.
pub(crate) fn run(args: &TypesArgs, env: &Env) -> Result<Option<String>, Error> {
    let (options, types, output) = (&args.schema, args.pattern.as_deref(), args.output.output);
    if options.schema_age {
        return age::run(output, env).map(Some);
    }
    if let Some(name) = &options.members {
        return members::run(types, name, output, env).map(Some);
    }
    match types.filter(|_| options.schema) {
        Some(name) => one(name, args, env).map(Some),
        None => Ok(None),
    }
}

fn one(name: &str, args: &TypesArgs, env: &Env) -> Result<String, Error> {
    let options = &args.schema;
    let body = find(name)?;
    let path = options.path.as_deref().unwrap_or_default();
    let mut place = body.at(path).map_err(|unknown| Error::NoMember {
        type_name: body.full_name(),
        path: unknown.path,
        nearest: unknown.nearest,
    })?;
    if options.patch {
        place.kind = body.patch().unwrap_or(Kind::Any);
    }
    let depth = options.depth.map(usize::from);
    Ok(match args.output.output {
        TypesOutput::Json => shown_json(json_schema::of(&body, &place, depth), env),
        TypesOutput::Table | TypesOutput::Tsv => {
            tree::text(&body, &place, depth.unwrap_or(USUAL_DEPTH), Look::of(env))
        }
    })
}

/// Finds a body by a full name, with `:NAME` behind it for a resource of that name, by a word such as `vm`, or by the path
/// of a resource.
pub(crate) fn find(name: &str) -> Result<Body, Error> {
    let id = ResourceId::parse(name);
    if let Some(types) = id.type_name().filter(|_| name.starts_with('/')) {
        let last = id.names().last().unwrap_or_default();
        return match schema::find_named(&types, last)? {
            Some(body) => Ok(body),
            None => find_type(&types),
        };
    }
    find_type(TypeAlias::of_word(name).map_or(name, |alias| alias.name))
}

fn find_type(name: &str) -> Result<Body, Error> {
    if let Some(body) = schema::find(name)? {
        return Ok(body);
    }
    let (types, _) = name.split_once(':').unwrap_or((name, ""));
    let fixed = schema::fixed_names(types)?;
    let near = catalogue::nearest(name);
    if !types.contains('/') {
        return Err(Error::UnknownType {
            pattern: name.to_owned(),
            nearest: near,
        });
    }
    let of_fixed = fixed.iter().map(|fixed| format!("{types}:{fixed}"));
    let of_others = near.into_iter().map(str::to_owned);
    let of_others = of_others.filter(|near| !near.eq_ignore_ascii_case(types));
    Err(Error::NoBody {
        type_name: name.to_owned(),
        nearest: of_fixed.chain(of_others).take(MOST_NAMES).collect(),
    })
}

/// The most names that are proposed.
const MOST_NAMES: usize = 4;
