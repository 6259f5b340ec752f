//! `arm types TYPE --schema`: what the body of a type looks like. The bodies themselves: `azure::schema`.

mod age;
mod json_schema;
mod members;
mod run;
mod tree;

pub(super) use run::run;
