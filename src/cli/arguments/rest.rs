//! `arm rest`: the options of `az rest`, word for word, and the request that they stand for; the options of every
//! request come in addition. Who reads the files that they name: `app/command/rest`. Python's way to write a body:
//! `python_literal`.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Args as _};
use http::{HeaderName, Method, header};

use crate::cli::arguments::python_literal;
use crate::cli::arguments::request::{MethodOrigin, RequestArgs};
use crate::cli::defaults::Named;
use crate::cli::error::Error;
use crate::cli::items::{HeaderChange, HeaderEdit, Item, ValueSource, parse_header_option};
use crate::cli::options::body_check::BodyCheckOptions;
use crate::cli::options::many::ManyOptions;
use crate::cli::options::request::RequestOptions;
use crate::cli::options::safety::SafetyOptions;
use crate::cli::options::values::{OutputFormat, parse_text};
use crate::cli::template::{self, leaf};

/// What the user asked for with `arm rest`.
#[derive(Debug, Clone, PartialEq, Eq, clap::Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of the command line"
)]
pub struct RestArgs {
    /// Choose the METHOD: get, head, put, post, patch, delete, options
    #[arg(
        short,
        long,
        help_heading = "As az rest",
        value_name = "METHOD",
        default_value = "get",
        hide_possible_values = true,
        ignore_case = true,
        value_parser = ["delete", "get", "head", "options", "patch", "post", "put"]
    )]
    method: String,
    /// Ask this URL; what does not begin with a host is a path of Resource Manager
    #[arg(
        short,
        long,
        visible_alias = "uri",
        help_heading = "As az rest",
        value_name = "URL",
        required = true
    )]
    url: String,
    /// Send this body: text, or @FILE
    #[arg(
        short,
        long,
        help_heading = "As az rest",
        value_name = "BODY",
        allow_hyphen_values = true
    )]
    body: Option<String>,
    /// Send these headers: `NAME=VALUE`, with spaces between them, one JSON object, or @FILE that holds it
    #[arg(long, help_heading = "As az rest", value_name = "HEADER", num_args = 1..)]
    headers: Vec<String>,
    /// Add these query parameters: `NAME=VALUE`, with spaces between them, one JSON object, or @FILE
    #[arg(long, visible_alias = "url-parameters", help_heading = "As az rest", value_name = "PARAMETER", num_args = 1..)]
    uri_parameters: Vec<String>,
    /// Ask for a token of this audience, if the URL does not say it
    #[arg(long, help_heading = "As az rest", value_name = "URL", conflicts_with = "audience", value_parser = parse_text)]
    resource: Option<String>,
    /// Send no token
    #[arg(long, help_heading = "As az rest")]
    skip_authorization_header: bool,
    /// Say on stderr what happens, in detail: `-vv`
    #[arg(long, help_heading = "As az rest")]
    debug: bool,
    /// Print no notes
    #[arg(long, help_heading = "As az rest")]
    only_show_errors: bool,
    #[command(flatten)]
    options: RequestOptions,
    /// Do not ask: delete, or do what --confirm asks
    #[arg(short, long, help_heading = "Request")]
    yes: bool,
    /// Ask before anything is changed, and change nothing if nobody can be asked
    #[arg(long, help_heading = "Request")]
    confirm: bool,
    /// Wait until the operation that the request starts has ended, and print its result
    #[arg(short, long, help_heading = "Network")]
    wait: bool,
}

/// The pairs that options give, once their files have been read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RestPairs {
    /// Of `--headers`.
    pub headers: Vec<String>,
    /// Of `--uri-parameters`.
    pub uri_parameters: Vec<String>,
}

impl RestArgs {
    /// What is on the command line; each may be the name of a file after `@`.
    pub fn pairs(&self) -> RestPairs {
        RestPairs {
            headers: self.headers.clone(),
            uri_parameters: self.uri_parameters.clone(),
        }
    }

    /// The options of every request.
    pub fn options(&self) -> &RequestOptions {
        &self.options
    }

    /// Whether notes are left out.
    pub fn only_show_errors(&self) -> bool {
        self.only_show_errors
    }

    /// The address, as it was given.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Tells whether the command line says what to do about a token.
    pub fn says_whose_token(&self) -> bool {
        let target = &self.options.target;
        self.skip_authorization_header
            || self.resource.is_some()
            || self.options.sign_in.audience.is_some()
            || target.no_auth
            || !target.allow_host.is_empty()
    }

    /// The same without a token.
    #[must_use]
    pub fn without_token(self) -> Self {
        Self {
            skip_authorization_header: true,
            ..self
        }
    }

    /// The request that is meant.
    ///
    /// # Errors
    /// Refuses pairs that are not valid, and a body that is neither JSON nor of a type of its own.
    pub fn into_request(self, pairs: &RestPairs) -> Result<RequestArgs, Error> {
        let mut items = Vec::new();
        for (name, value) in read_all(&pairs.headers, header_pair)? {
            items.push(header_item(&name, value)?);
        }
        for (name, value) in read_all(&pairs.uri_parameters, parameter_pair)? {
            let value = ValueSource::Literal(value);
            items.push(Item::Query { name, value });
        }
        if let Some(body) = self.body.as_deref().filter(|body| !body.is_empty()) {
            let source = body_source(body, has_content_type(&items))?;
            items.push(Item::Body(source));
        }
        let mut options = self.options;
        let has_authorization = items
            .iter()
            .any(|item| is_header(item, &header::AUTHORIZATION));
        if self.skip_authorization_header && !has_authorization {
            options.target.no_auth = true;
        } else {
            options.sign_in.audience = self.resource.or(options.sign_in.audience);
        }
        if self.debug {
            let verbose = &mut options.output.verbose.count;
            *verbose = 2.max(*verbose);
        }
        options.output.without_notes = self.only_show_errors;
        let args = RequestArgs {
            method: Method::from_bytes(self.method.to_ascii_uppercase().as_bytes())
                .unwrap_or_default(),
            method_origin: MethodOrigin::Written,
            url: self.url,
            items,
            options,
            many: ManyOptions::default(),
            yes: self.yes,
            confirm: self.confirm,
            wait: self.wait,
            body_check: BodyCheckOptions::default(),
            register: false,
            safety: SafetyOptions::default(),
            watch: None,
            named: None,
        };
        if args.end_of_each().is_some() {
            return Err(
                Error::usage(format!("`{}` is not a URL", args.url)).with_hint(format!(
                    "for each ID on standard input write `arm {} -`",
                    args.method
                )),
            );
        }
        args.check()?;
        Ok(args)
    }
}

/// Reads one pair.
type ReadPair = fn(&str) -> Result<(String, String), Error>;

/// Reads pairs, or the JSON objects that hold them.
fn read_all(texts: &[String], read: ReadPair) -> Result<Vec<(String, String)>, Error> {
    let mut pairs = Vec::new();
    for text in texts {
        let text = text.trim();
        if text.starts_with('{') {
            pairs.extend(of_object(text)?);
        } else if !text.is_empty() {
            pairs.push(read(text)?);
        }
    }
    Ok(pairs)
}

/// Reads the members of an object, of JSON or of Python.
fn of_object(text: &str) -> Result<Vec<(String, String)>, Error> {
    let refused = || {
        Error::usage(format!("`{text}` is not a JSON object of texts"))
            .with_hint("write `NAME=VALUE`, or `{\"NAME\": \"VALUE\"}`")
    };
    let json = python_literal::json_of(text).ok_or_else(refused)?;
    let object: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&json).map_err(|_| refused())?;
    let mut pairs = Vec::new();
    for (name, value) in object {
        let values = if let serde_json::Value::Array(values) = value {
            values
        } else {
            vec![value]
        };
        for value in values {
            let text = match value {
                serde_json::Value::String(text) => text,
                serde_json::Value::Number(number) => number.to_string(),
                serde_json::Value::Bool(is_true) => is_true.to_string(),
                // az leaves it out.
                serde_json::Value::Null => continue,
                serde_json::Value::Array(_) | serde_json::Value::Object(_) => {
                    return Err(refused());
                }
            };
            pairs.push((name.clone(), text));
        }
    }
    Ok(pairs)
}

/// Reads `Name=value`, or `Name: value`, on which az ends in a traceback.
fn header_pair(text: &str) -> Result<(String, String), Error> {
    let is_name = |name: &str| HeaderName::from_bytes(name.as_bytes()).is_ok();
    let by_sign = |sign: char| text.split_once(sign).filter(|(name, _)| is_name(name));
    match by_sign('=').or_else(|| by_sign(':')) {
        Some((name, value)) => Ok((name.to_owned(), value.trim().to_owned())),
        None => Err(Error::usage(format!("`{text}` is not a header"))
            .with_hint("write `--headers 'NAME=VALUE'`; a value with spaces goes in quotes")),
    }
}

fn parameter_pair(text: &str) -> Result<(String, String), Error> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        Some(_) => Err(
            Error::usage(format!("`{text}` is a query parameter without a name")).with_hint(
                "the shell has replaced `$filter` (or `$top` …) with nothing: put it into single quotes",
            ),
        ),
        None => Err(Error::usage(format!("`{text}` is not a query parameter"))
            .with_hint("write `--uri-parameters 'NAME=VALUE'`; a value with spaces goes in quotes")),
    }
}

fn header_item(name: &str, value: String) -> Result<Item, Error> {
    let name = HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| Error::usage(format!("`{name}` is not the name of a header")))?;
    let change = if value.is_empty() {
        HeaderChange::Empty
    } else {
        HeaderChange::Set(ValueSource::Literal(value))
    };
    Ok(Item::Header(HeaderEdit { name, change }))
}

fn is_header(item: &Item, name: &HeaderName) -> bool {
    matches!(item, Item::Header(edit) if edit.name == *name)
}

fn has_content_type(items: &[Item]) -> bool {
    items
        .iter()
        .any(|item| is_header(item, &header::CONTENT_TYPE))
}

/// Says where a body comes from. A text is JSON, an object of Python, or whatever its type says.
fn body_source(body: &str, has_type: bool) -> Result<ValueSource, Error> {
    match body.strip_prefix('@') {
        Some("-") => return Ok(ValueSource::Stdin),
        Some(file) if !file.is_empty() => return Ok(ValueSource::File(PathBuf::from(file))),
        Some(_) | None => {}
    }
    if let Some(json) = python_literal::json_of(body) {
        return Ok(ValueSource::Literal(json));
    }
    if has_type {
        return Ok(ValueSource::Literal(body.to_owned()));
    }
    let is_file = !body.contains(['{', '[', '"', ' ']) && body.contains('.');
    Err(if is_file {
        Error::usage(format!("`{body}` is not a body"))
            .with_hint(format!("for a file write `--body @{body}`"))
    } else {
        Error::usage("the body is neither JSON nor of a type that is named")
            .with_fact("the shell may have taken its double quotes away")
            .with_hint("write it to a file, and `--body @FILE`; for another type add `--headers Content-Type=TYPE`")
    })
}

/// `arm rest`.
pub(super) fn tree() -> clap::Command {
    let about = "Send a request with the options of `az rest`";
    let command =
        leaf("rest", about).after_help(include_str!("../help/commands/rest.txt").trim_end());
    // az takes the beginning of an option for the option.
    let command = command
        .infer_long_args(true)
        .override_usage("arm rest -u URL [-m METHOD] [OPTIONS]");
    // `--header` is such a beginning: ours is `-H` alone here.
    RestArgs::augment_args(command)
        .about(about)
        .mut_arg("edits", |edits| {
            Arg::new("edits")
                .short('H')
                .action(ArgAction::Append)
                .value_name("NAME: VALUE")
                .value_parser(parse_header_option)
                .help_heading("Request")
                .help(edits.get_help().cloned().unwrap_or_default())
        })
}

/// Reads `arm rest`.
pub(super) fn read(matches: &ArgMatches) -> Result<RestArgs, Error> {
    let mut args: RestArgs = template::read(matches)?;
    let RequestOptions { output, paging, .. } = &mut args.options;
    output.settle_format(Named::of(matches), paging, OutputFormat::Json);
    Ok(args)
}
