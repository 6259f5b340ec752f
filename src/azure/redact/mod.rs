//! Secrets in what is shown: what is one (`names`), how it is found (`text`, `request`), and [`Shown`], the type of
//! text that may be shown. What holds a secret itself is a [`super::Secret`].
//!
//! Everything that reaches stderr is a `Shown`: `output::Console` and `output::Message` accept only that. It is made in
//! one of three ways:
//!
//! - from what it is: [`Shown::url`], [`Shown::header`], [`Shown::prose`], [`Shown::typed`], …, which mask;
//! - by `into()`: a literal is this program's own text and stays as it is; a `String` may hold anything, and is
//!   searched like the words of a service;
//! - by [`Shown::unmasked`], if a text must stay whole. Each use is a decision that says its reason.
//!
//! What a run knows to be secret, a service may repeat without its name: [`KnownSecrets`] masks that in messages.
//!
//! Pieces are put together with [`Shown::with`], which remembers whether one of them was masked.

mod body;
mod known;
mod members;
mod names;
mod pairs;
mod private_keys;
mod request;
mod secret_addresses;
mod shown;
mod text;

pub use known::KnownSecrets;
pub use names::{is_secret_name, secret_variables, sign_in_variables};
pub use secret_addresses::holds_secrets;
pub use shown::{REDACTED, Shown};
