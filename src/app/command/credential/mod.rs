//! `arm credential`: this program as a credential helper of git, docker and kubectl. What they say and how they are answered:
//! `tools`; which hosts get a token: `azure::ToolService`. Who tells them to ask here: `app/endpoint`.

mod docker;
mod git;
mod kubernetes;
mod other_logins;
mod registry;
mod run;

pub(crate) use run::run;
