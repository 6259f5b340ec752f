//! `arm rest`: reads the files that its options name, and sends the request as `arm METHOD URL` would.

use std::path::PathBuf;

use url::Url;

use crate::app::command::request;
use crate::app::terminal::input::{self, ReadLimits};
use crate::azure;
use crate::cli::ValueSource;
use crate::cli::arguments::{RestArgs, RestPairs};
use crate::env::Env;
use crate::error::{Error, Failure};
use crate::output::Console;

/// Sends the request that the options of `az rest` stand for.
pub(crate) async fn run(args: RestArgs, env: &Env) -> Result<(), Failure> {
    let limits = ReadLimits::of(args.options(), None);
    let RestPairs {
        headers,
        uri_parameters,
    } = args.pairs();
    let pairs = RestPairs {
        headers: with_files(headers, limits, env)?,
        uri_parameters: with_files(uri_parameters, limits, env)?,
    };
    let is_unknown = is_of_unknown_host(&args);
    let may_note = !args.only_show_errors();
    let args = if is_unknown {
        args.without_token()
    } else {
        args
    };
    let request = args.into_request(&pairs).map_err(Error::from)?;
    if is_unknown && may_note && request.options.target.no_auth {
        Console::of(env).note(
            "no token is sent: it is not known whose host this is; `--resource` names the audience",
        );
    }
    request::run(request, env).await
}

/// Tells whether nothing says for whom a token would be: az sends none then.
fn is_of_unknown_host(args: &RestArgs) -> bool {
    let url = args
        .url()
        .contains("://")
        .then(|| Url::parse(args.url()).ok());
    let is_unknown = url
        .flatten()
        .is_some_and(|url| azure::cloud_of(&url).is_none());
    let is_open = args.options().sign_in.cloud.is_none() && !args.options().sign_in.sandbox;
    is_unknown && is_open && !args.says_whose_token()
}

/// Puts what a file holds in place of its name.
fn with_files(texts: Vec<String>, limits: ReadLimits, env: &Env) -> Result<Vec<String>, Error> {
    let read = |text: String| match text.strip_prefix('@') {
        Some(file) if !file.is_empty() => {
            let source = ValueSource::File(PathBuf::from(file));
            let bytes = input::read(&source, None, limits, env)?;
            String::from_utf8(bytes.to_vec()).map_err(|_| Error::Input {
                name: format!("`{file}`"),
                message: "it is not UTF-8".to_owned(),
            })
        }
        Some(_) | None => Ok(text),
    };
    texts.into_iter().map(read).collect()
}
