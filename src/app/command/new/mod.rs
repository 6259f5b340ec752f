//! `arm new`: prints a body to begin with. Who reads the resource of `--from`: `source`; who makes bodies: `azure/body`.

mod run;
mod source;

pub(crate) use run::run;
