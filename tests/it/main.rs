//! The tests that need more than one module, data from outside, or the process border.

mod architecture;
#[cfg(unix)]
mod authority;
#[cfg(unix)]
mod authority_applications;
mod bodies;
mod commands;
#[cfg(unix)]
mod completions;
mod conditions;
#[cfg(unix)]
mod confirm;
mod documents;
#[cfg(unix)]
mod edit;
mod errors;
mod every;
mod every_ends;
mod every_limits;
mod every_tenants;
#[cfg(unix)]
mod exec_docker;
#[cfg(unix)]
mod exec_git;
#[cfg(unix)]
mod exec_kubectl;
#[cfg(unix)]
mod exec_tools;
mod fault_matrix;
mod har;
mod jmespath_suite;
mod jsonpath_suite;
mod login;
#[cfg(unix)]
mod login_principals;
mod many;
mod many_ends;
mod many_in_order;
mod mcp;
#[cfg(unix)]
mod names;
#[cfg(unix)]
mod pager;
mod read_only;
mod recordings;
mod settings;
mod small_answers;
mod subscriptions;
mod support;
mod token_cache;
mod wait;
mod wait_faults;
mod wait_replay;
mod wire;
mod wire_bodies;
mod wire_bytes;
mod wire_canaries;
mod wire_canaries_commands;
#[cfg(unix)]
mod wire_challenges;
mod wire_connections;
mod wire_credentials;
#[cfg(unix)]
mod wire_endpoint;
#[cfg(unix)]
mod wire_endpoint_life;
mod wire_errors;
mod wire_federated;
mod wire_files;
mod wire_formats;
mod wire_hosts;
mod wire_links;
mod wire_managed_identity;
mod wire_memory;
#[cfg(unix)]
mod wire_other_tools;
mod wire_pages;
#[cfg(unix)]
mod wire_process;
mod wire_redirects;
mod wire_register;
#[cfg(unix)]
mod wire_rest;
mod wire_retries;
mod wire_secrets;
mod wire_service_principal;
mod wire_shapes;
mod wire_tables;
mod wire_unanswered;
mod wire_versions;
