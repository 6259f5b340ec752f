//! Tests of whole command lines: what they mean, and what they are refused for.

mod commands;
mod conflicts;
mod requests;
mod rest;

use crate::cli::{Command, Error, RequestArgs, parse};

fn run(arguments: &[&str]) -> Result<Command, Error> {
    parse(["arm"].iter().chain(arguments).map(Into::into))
}

#[track_caller]
fn request(arguments: &[&str]) -> RequestArgs {
    match run(arguments) {
        Ok(Command::Request(args)) => *args,
        other => panic!("{arguments:?}: {other:?}"),
    }
}

#[track_caller]
fn refused(arguments: &[&str], message: &str, hint: &str) {
    let error = run(arguments).expect_err(&arguments.join(" "));
    assert!(
        matches!(error, Error::Usage { .. }),
        "{arguments:?}: {error}"
    );
    assert!(
        error.to_string().contains(message),
        "{arguments:?}: {error}"
    );
    assert!(
        error.hint().unwrap_or_default().contains(hint),
        "{arguments:?}: {:?}",
        error.hint()
    );
}
