//! Runs `arm types`: finds the types that are meant and prints them. Who asks a service for newer ones: `refresh`; who
//! lays one out: `details`.

use serde_json::Value;

use crate::app::command::types::pattern::Pattern;
use crate::app::command::types::row::{self, Row};
use crate::app::command::types::schema;
use crate::app::command::types::{details, refresh};
use crate::app::session::cloud;
use crate::app::session::type_cache::LiveCache;
use crate::app::terminal::stdout::{print_until, shown_json};
use crate::app::terminal::style::head_style;
use crate::azure::{TypeAlias, Versions, catalogue};
use crate::cli::RequestArgs;
use crate::cli::arguments::{TypesArgs, TypesOutput};
use crate::client::Deadline;
use crate::env::Env;
use crate::error::{Error, Failure};
use crate::output::{Console, Verbosity, columns, columns_below_head};
use crate::shell::Shell;

/// Prints types.
pub(crate) async fn run(args: TypesArgs, request: RequestArgs, env: &Env) -> Result<(), Failure> {
    let console = Console::new(
        Verbosity::of(args.output.silent, args.output.verbose.count),
        env,
    );
    let deadline = args.timeout.limit.map(Deadline::after);
    if let Some(text) = schema::run(&args, env)? {
        return Ok(print_until(deadline, text.as_bytes())?);
    }
    let live = if args.refresh {
        Box::pin(refresh::run(request, env, console)).await?
    } else {
        let cloud = cloud::choose(&args.sign_in, cloud::NetworkUse::None, env).await?;
        let tenant = env.tenant(args.sign_in.tenant.as_deref());
        LiveCache::of(&cloud, tenant, env).load(env, console)
    };
    let config = &env.settings.config;
    let of_word = args.pattern.as_deref().and_then(|word| {
        let own = config.alias(word).map(|alias| alias.type_name.as_str());
        own.or_else(|| TypeAlias::of_word(word).map(|alias| alias.name))
    });
    let exact = of_word.or(args.pattern.as_deref()).map(str::to_owned);
    let pins = config.pins.clone();
    let versions = Versions { pins, live };
    if catalogue::is_old(env.now) {
        console.note(format!(
            "the catalogue in this program is from {}: newer types and versions are missing; \
             `arm types --refresh` asks for them",
            catalogue::date()
        ));
    }
    if let Some(row) = exact.and_then(|name| row::of(&name, &versions)) {
        let text = one(&row, &versions, args.output.output, env);
        return Ok(print_until(deadline, text.as_bytes())?);
    }
    let pattern = args.pattern.as_deref().map(Pattern::of);
    let is_meant = |name: &str| {
        let pattern = pattern.as_ref();
        pattern.is_none_or(|pattern| pattern.matches(name))
    };
    let rows = row::all(&versions, is_meant);
    match args.pattern {
        Some(text) if rows.is_empty() => Err(Error::UnknownType {
            nearest: catalogue::nearest(&text),
            pattern: text,
        }
        .into()),
        _ => {
            let text = list(&rows, &versions, args.output.output, env);
            Ok(print_until(deadline, text.as_bytes())?)
        }
    }
}

fn one(row: &Row, versions: &Versions, output: TypesOutput, env: &Env) -> String {
    match output {
        TypesOutput::Table => columns(&details::lines(row, versions, Shell::of(env))),
        TypesOutput::Json => shown_json(details::json(row, versions), env),
        TypesOutput::Tsv => tsv(std::slice::from_ref(row)),
    }
}

fn list(rows: &[Row], versions: &Versions, output: TypesOutput, env: &Env) -> String {
    match output {
        TypesOutput::Table => {
            let head = ["TYPE", "API-VERSION", "PREVIEW", "SCOPE"].map(str::to_owned);
            let cells: Vec<_> = std::iter::once(head)
                .chain(rows.iter().map(Row::cells))
                .collect();
            columns_below_head(&cells, head_style(env))
        }
        TypesOutput::Json => {
            let rows: Vec<Value> = rows
                .iter()
                .map(|row| details::json(row, versions))
                .collect();
            shown_json(Value::from(rows), env)
        }
        TypesOutput::Tsv => tsv(rows),
    }
}

fn tsv(rows: &[Row]) -> String {
    let lines = rows.iter().map(|row| row.cells().join("\t") + "\n");
    lines.collect()
}
