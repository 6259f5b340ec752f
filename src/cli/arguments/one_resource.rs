//! The request for the one resource that `arm diff` and `arm edit` are about.

use http::Method;

use crate::cli::arguments::request::{self, MethodOrigin, RequestArgs};
use crate::cli::error::Error;
use crate::cli::options::resource::ResourceOptions;
use crate::cli::template;

/// Makes the request for the one resource that a command is about.
pub(super) fn request_of(
    command: &str,
    url: &str,
    options: &ResourceOptions,
) -> Result<RequestArgs, Error> {
    let tree = request::tree("GET", MethodOrigin::Written);
    let words = vec!["--".into(), url.into()];
    let mut request: RequestArgs = template::read(&template::matches(tree, words)?)?;
    request.method = Method::GET;
    request.options.headers = options.headers.clone();
    request
        .options
        .query
        .api_version
        .clone_from(&options.api_version);
    request.options.sign_in = options.sign_in.clone();
    request.options.target = options.target.clone();
    request.options.network.timeout = options.timeout;
    request.options.output.verbose = options.verbose;
    request.options.output.silent = options.silent;
    let is_several = request.end_of_each().is_some() || url.contains('*');
    if is_several || options.target.subscriptions.len() > 1 {
        return Err(
            Error::usage(format!("`arm {command}` is about one resource"))
                .with_hint("write its ID, or its path"),
        );
    }
    request.check()?;
    Ok(request)
}
