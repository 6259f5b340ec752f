//! The golden sessions of `tests/cmd/`: what each command prints, to the letter. Every session
//! has a sandbox of its own, in the state in which it begins.

use crate::support::session::{documents_in, run_all};

#[test]
fn sessions_print_what_they_printed() {
    run_all(&documents_in("tests/cmd"));
}
