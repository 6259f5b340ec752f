//! `arm edit URL [@FILE]`: its arguments, and the request that reads the resource. Who edits: `app/command/edit`.

use std::ffi::OsString;

use clap::builder::{OsStringValueParser, TypedValueParser as _};
use clap::{ArgMatches, Args, ValueEnum};
use http::Method;

use crate::cli::arguments::one_resource;
use crate::cli::arguments::request::RequestArgs;
use crate::cli::error::Error;
use crate::cli::items::{self, Item, ValueSource};
use crate::cli::options::resource::ResourceOptions;
use crate::cli::template::{self, leaf};

/// How the text is written that is edited.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum EditSyntax {
    /// JSON
    #[default]
    Json,
    /// YAML
    Yaml,
}

/// How what was changed is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum EditMethod {
    /// What differs
    Patch,
    /// The whole resource
    Put,
}

/// What the user asked for with `arm edit`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditArgs {
    /// The request that reads the resource; what it says of waiting is for the write.
    pub request: RequestArgs,
    /// The text in place of what an editor makes.
    pub source: Option<ValueSource>,
    /// How the text is written.
    pub syntax: EditSyntax,
    /// How it is sent, if that is said.
    pub method: Option<Method>,
    /// Whether nothing is asked.
    pub yes: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Args)]
struct EditWords {
    /// The resource
    #[arg(value_name = "URL")]
    url: String,
    /// Take the text from a file (JSON, or YAML by its name) in place of opening an editor
    #[arg(value_name = "@FILE", value_parser = OsStringValueParser::new().try_map(file))]
    source: Option<ValueSource>,
    /// Choose how the text is written: json, yaml
    #[arg(
        id = "output",
        short = 'o',
        long = "output",
        value_name = "FORMAT",
        default_value = "json",
        hide_possible_values = true
    )]
    syntax: EditSyntax,
    /// Choose how it is sent: patch (what differs) or put (the whole resource)
    #[arg(
        long,
        value_name = "METHOD",
        ignore_case = true,
        hide_possible_values = true
    )]
    method: Option<EditMethod>,
    /// Send what was changed without asking
    #[arg(short, long)]
    yes: bool,
    /// Wait until the operation that the change starts has ended
    #[arg(short, long)]
    wait: bool,
    #[command(flatten)]
    options: ResourceOptions,
}

/// Reads where the text comes from.
fn file(word: OsString) -> Result<ValueSource, Error> {
    let shown = word.to_string_lossy().into_owned();
    match items::argument::parse(word) {
        Ok(Item::Body(source @ (ValueSource::File(_) | ValueSource::FileInHome(_)))) => Ok(source),
        Ok(_) | Err(_) => Err(Error::usage(format!("`{shown}` is not a file")).with_hint(
            "write `@FILE`; `arm PATCH URL name=value` changes members without an editor",
        )),
    }
}

/// `arm edit`.
pub(super) fn tree() -> clap::Command {
    let about = "Change a resource in an editor";
    let command =
        leaf("edit", about).after_help(include_str!("../help/commands/edit.txt").trim_end());
    EditWords::augment_args(command.override_usage("arm edit URL [@FILE] [OPTIONS]")).about(about)
}

/// Reads `arm edit`.
pub(super) fn read(matches: &ArgMatches) -> Result<EditArgs, Error> {
    let words: EditWords = template::read(matches)?;
    let mut request = one_resource::request_of("edit", &words.url, &words.options)?;
    request.wait = words.wait;
    Ok(EditArgs {
        request,
        source: words.source,
        syntax: words.syntax,
        method: words.method.map(|method| match method {
            EditMethod::Patch => Method::PATCH,
            EditMethod::Put => Method::PUT,
        }),
        yes: words.yes,
    })
}
