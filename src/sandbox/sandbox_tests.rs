//! The sandbox as a client meets it: whole requests and whole answers.
