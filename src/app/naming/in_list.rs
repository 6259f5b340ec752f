//! Names among the IDs on standard input: each becomes the address that it stands for, before a request is planned. Who
//! reads them: `fan_out/ids`.

use std::collections::HashMap;

use crate::app::naming::lookup::{Lookup, named_error};
use crate::app::session::context::RunContext;
use crate::cli::RequestArgs;
use crate::error::Failure;
use crate::plan::ids::{Id, IdSyntax};
use crate::plan::named::{NamedResource, Place};

/// Puts addresses in place of names.
pub(crate) async fn resolve(
    ids: &mut [Id],
    args: &RequestArgs,
    context: &mut RunContext,
) -> Result<(), Failure> {
    let may_be = |id: &&mut Id| id.syntax == IdSyntax::Url && NamedResource::may_be(&id.text);
    let mut candidates = ids.iter_mut().filter(may_be).peekable();
    if candidates.peek().is_none() {
        return Ok(());
    }
    let env = std::rc::Rc::clone(&context.env);
    let config = &env.settings.config;
    let own = |word: &str| config.alias(word).map(|alias| alias.type_name.clone());
    let mut lookup = Lookup::of(args);
    lookup.prepare(&env)?;
    let mut known: HashMap<String, String> = HashMap::new();
    for id in candidates {
        let Some(named) = NamedResource::parse(&id.text, own) else {
            continue;
        };
        let in_group = args.options.target.resource_group.is_some();
        let place = named.place(in_group).map_err(named_error);
        let at = |failure: Failure| failure.at(id.place);
        id.text = match place.map_err(at)? {
            Place::At(address) => address,
            Place::InSubscription { address, name } => address.replace("{sub}", &name),
            Place::Unknown => {
                let key = named.text.to_lowercase();
                let found = match known.get(&key) {
                    Some(found) => found.clone(),
                    None => Box::pin(lookup.find(&named, true, context))
                        .await
                        .map_err(at)?,
                };
                known.insert(key, found.clone());
                named.address(&found)
            }
        };
    }
    Ok(())
}
