//! `arm types`: the resource types that are known, and one of them in full. Only `--refresh` asks a
//! service: `refresh`.

mod details;
mod pattern;
mod refresh;
mod row;
mod run;
mod schema;

pub(crate) use run::run;
