//! What the steps of a run share: the cloud, the settings, the client, the subscriptions.

pub(crate) mod client;
pub(crate) mod cloud;
pub(crate) mod config_file;
pub(crate) mod context;
pub(crate) mod default_subscription;
pub(crate) mod environment;
pub(crate) mod listeners;
pub(crate) mod subscriptions;
pub(crate) mod trace;
pub(crate) mod type_cache;
