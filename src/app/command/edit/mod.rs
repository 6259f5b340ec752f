//! `arm edit`: a resource becomes a text, the text is changed, and what was changed is sent. The file that is edited:
//! `draft`; the steps: `run`. How it is sent is decided by `plan::edit`.

mod draft;
mod run;

pub(crate) use run::run;
