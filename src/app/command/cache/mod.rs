//! `arm cache`: what is kept on this machine to save requests. Tokens: `tokens`; names of resources: `names`, and `warm`, which
//! asks for them.

mod names;
mod run;
mod tokens;
mod warm;

pub(super) use run::run;
