//! `arm cache warm`: asks for subscriptions, resource groups and resources, so that TAB knows their names. Who keeps them:
//! `app/naming/memory`.

use crate::app::fan_out::progress::count_of;
use crate::app::naming::lookup::Lookup;
use crate::app::naming::memory::{NameMemory, is_group};
use crate::cli::RequestArgs;
use crate::env::Env;
use crate::error::{Error, Failure, NameError};

/// Asks, and keeps the names.
pub(super) async fn run(args: RequestArgs, env: &Env) -> Result<(), Failure> {
    if NameMemory::folder_of_all(env).is_none() {
        let error = match NameMemory::kept_in(env) {
            Some(_) => NameError::NotRemembered,
            None => NameError::NoFolder,
        };
        return Err(Error::from(error).into());
    }
    let mut lookup = Lookup::of(&args);
    let mut context = Box::pin(lookup.context(env)).await?;
    let memory = lookup.memory(&mut context)?;
    if memory.is_none() {
        return Err(Error::from(NameError::NoAccount).into());
    }
    let subscriptions = Box::pin(lookup.named_subscriptions(&mut context)).await?;
    let ids: Vec<String> = subscriptions.iter().map(|(id, _)| id.clone()).collect();
    let paths = ids.iter().flat_map(|id| {
        ["resourceGroups", "resources"].map(|list| format!("/subscriptions/{id}/{list}"))
    });
    let (items, failure) = Box::pin(lookup.every_list(paths.collect(), &mut context)).await?;
    let kept = memory
        .add_subscriptions(&subscriptions)
        .and_then(|()| memory.add(&items));
    kept.map_err(|error| Error::Folder {
        path: NameMemory::kept_in(env).unwrap_or_default(),
        message: error.to_string(),
    })?;
    let groups = items.iter().filter(|id| is_group(id)).count();
    let console = context.console;
    console.note(format!(
        "{}, {} and {} are remembered: TAB offers their names",
        count_of(subscriptions.len() as u64, "subscription"),
        count_of(groups as u64, "resource group"),
        count_of((items.len() - groups) as u64, "resource"),
    ));
    match failure {
        Some(failure) => Err(failure),
        None => Ok(()),
    }
}
