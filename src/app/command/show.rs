//! `arm show`: one resource by its type and name. The request is that of `arm GET TYPE/NAME`.

use crate::app::command::named;
use crate::azure::TypeAlias;
use crate::cli::arguments::ShowArgs;
use crate::env::Env;
use crate::error::Failure;
use crate::plan::listing;

/// Shows a resource.
pub(crate) async fn run(args: ShowArgs, env: &Env) -> Result<(), Failure> {
    let Some(name) = &args.name else {
        let url = args.kind.clone();
        return Box::pin(named::run(args.request(url)?, env)).await;
    };
    let config = &env.settings.config;
    let is_word = config.alias(&args.kind).is_some() || TypeAlias::of_word(&args.kind).is_some();
    let kind = if is_word {
        &args.kind
    } else {
        listing::type_name(&args.kind, None)?
    };
    let url = format!("{kind}/{name}");
    Box::pin(named::run(args.request(url)?, env)).await
}
