//! `arm diff URL OTHER`: its arguments, and the requests that they stand for. Who compares: `app/command/diff`.

use std::ffi::OsString;

use clap::builder::{OsStringValueParser, TypedValueParser as _};
use clap::{ArgMatches, Args, ValueEnum};

use crate::cli::arguments::one_resource::request_of;
use crate::cli::arguments::request::RequestArgs;
use crate::cli::error::Error;
use crate::cli::items::{self, Item, ValueSource};
use crate::cli::options::resource::ResourceOptions;
use crate::cli::template::{self, leaf};

/// How what differs is printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    /// Lines for people
    #[default]
    Text,
    /// A JSON array for programs
    Json,
}

/// The document that a resource is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OtherDocument {
    /// What a file holds, or standard input.
    Source(ValueSource),
    /// Another resource.
    Resource(Box<RequestArgs>),
}

/// The same, as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
enum OtherWord {
    Source(ValueSource),
    Url(String),
}

/// What the user asked for with `arm diff`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiffArgs {
    /// The request for the resource.
    pub request: RequestArgs,
    /// What it is compared with.
    pub other: OtherDocument,
    /// Whether what only the resource has is ignored.
    pub partial: bool,
    /// Whether what the service computes counts, too.
    pub all: bool,
    /// How it is printed.
    pub format: DiffFormat,
}

#[derive(Debug, Clone, PartialEq, Eq, Args)]
struct DiffWords {
    /// The resource
    #[arg(value_name = "URL")]
    url: String,
    /// The document that it is compared with: @FILE (JSON, or YAML by its name), - for standard input, or the URL of another
    /// resource
    #[arg(value_name = "OTHER", value_parser = OsStringValueParser::new().try_map(other))]
    other: OtherWord,
    /// Take the file for a part of the resource: what only the resource has is ignored
    #[arg(long)]
    partial: bool,
    /// Compare what the service computes, too: ids, states, times
    #[arg(long)]
    all: bool,
    /// Choose the format
    #[arg(
        id = "output",
        short = 'o',
        long = "output",
        value_name = "FORMAT",
        default_value = "text",
        hide_possible_values = true,
        help_heading = "Output",
        help = "Choose the format: text, json"
    )]
    format: DiffFormat,
    #[command(flatten)]
    options: ResourceOptions,
}

/// Reads the second document.
fn other(word: OsString) -> Result<OtherWord, Error> {
    let is_source = word == "-" || word.as_encoded_bytes().starts_with(b"@");
    if !is_source {
        return Ok(OtherWord::Url(word.to_string_lossy().into_owned()));
    }
    match items::argument::parse(word)? {
        Item::Body(source) => Ok(OtherWord::Source(source)),
        Item::Header(_) | Item::Query { .. } | Item::Field { .. } => {
            Err(Error::usage("the second document is not one").with_hint("write `@FILE`"))
        }
    }
}

/// `arm diff`.
pub(super) fn tree() -> clap::Command {
    let about = "Compare a resource with a file, or with another resource";
    let command =
        leaf("diff", about).after_help(include_str!("../help/commands/diff.txt").trim_end());
    DiffWords::augment_args(command.override_usage("arm diff URL OTHER [OPTIONS]")).about(about)
}

/// Reads `arm diff`.
pub(super) fn read(matches: &ArgMatches) -> Result<DiffArgs, Error> {
    let words: DiffWords = template::read(matches)?;
    let request = request_of("diff", &words.url, &words.options)?;
    let other = match words.other {
        OtherWord::Url(url) if words.partial => {
            return Err(
                Error::usage(format!("`--partial` is for a file, and `{url}` is not one"))
                    .with_hint("a file is written `@FILE`"),
            );
        }
        OtherWord::Url(url) if !url.contains('/') => {
            return Err(Error::usage(format!("`{url}` is not a URL"))
                .with_hint(format!("for a file write `@{url}`")));
        }
        OtherWord::Url(url) => {
            OtherDocument::Resource(Box::new(request_of("diff", &url, &words.options)?))
        }
        OtherWord::Source(ValueSource::Stdin) if words.options.sign_in.token_on_stdin() => {
            return Err(Error::usage("standard input is asked for twice")
                .with_hint("it can be read once: put one of the values into a file"));
        }
        OtherWord::Source(source) => OtherDocument::Source(source),
    };
    Ok(DiffArgs {
        request,
        other,
        partial: words.partial,
        all: words.all,
        format: words.format,
    })
}
