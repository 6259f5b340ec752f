//! What the steps of a run share: `context` before a request is planned, `run` when it is; and where they come from.

pub(crate) mod azure_defaults;
pub(crate) mod client;
pub(crate) mod cloud;
mod cloud_cache;
pub(crate) mod command_context;
pub(crate) mod config_file;
pub(crate) mod context;
pub(crate) mod default_subscription;
pub(crate) mod environment;
pub(crate) mod listeners;
pub(crate) mod recording;
pub(crate) mod run;
pub(crate) mod run_options;
pub(crate) mod settings;
pub(crate) mod subscription_choice;
pub(crate) mod subscriptions;
pub(crate) mod trace;
mod trace_body;
pub(crate) mod type_cache;
