//! Runs the `console` blocks of a document against the binary, each document in a home of its own.
//! What was printed is compared by trycmd: `...` and `[..]` stand for anything, `? 4` for the exit
//! code. `TRYCMD=overwrite` writes what was printed into the document.

#![expect(
    clippy::unwrap_used,
    reason = "a document that cannot be read fails the test"
)]
#![expect(clippy::disallowed_methods, reason = "tests have no Env")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use trycmd::TestCases;
use trycmd::schema::Bin;

use super::home::{BINARY, Home};
use super::secrets;

/// How a reader runs the program from a clone.
const FROM_SOURCE: &str = "cargo run --release -- ";

/// Variables of the caller that a process cannot do without.
const KEPT: [&str; 6] = [
    "PATH",
    "SystemRoot",
    "TEMP",
    "TMP",
    "TMPDIR",
    "LLVM_PROFILE_FILE",
];

/// Runs documents one after another; the test fails with the names of those that are out of date.
#[track_caller]
pub(crate) fn run_all(documents: &[PathBuf]) {
    assert!(!documents.is_empty(), "no documents");
    let failed: Vec<_> = documents
        .iter()
        .filter(|document| catch_unwind(AssertUnwindSafe(|| run(document))).is_err())
        .collect();
    assert!(
        failed.is_empty(),
        "these differ from what is printed: {failed:?}"
    );
}

/// Runs a document.
fn run(document: &Path) {
    let text = std::fs::read_to_string(document).unwrap();
    check_commands(document, &text);
    let home = Home::new();
    let name = document.file_stem().unwrap();
    // trycmd runs `x.md` in the folder `x.in` next to it.
    let copy = home.path().join(name).with_extension("md");
    std::fs::create_dir(copy.with_extension("in")).unwrap();
    let shortened: String = text.split_inclusive('\n').map(shortened).collect();
    std::fs::write(&copy, shortened).unwrap();

    let cases = TestCases::new();
    cases
        .register_bin("arm", Bin::Path(BINARY.into()))
        .case(&copy);
    for (name, _) in std::env::vars() {
        if !KEPT.contains(&name.as_str()) {
            // Empty counts as unset.
            cases.env(name, "");
        }
    }
    cases.env("NO_COLOR", "1");
    for (name, value) in home.variables() {
        cases.env(name, value);
    }
    cases.run();

    if std::env::var_os("TRYCMD").is_some_and(|mode| mode == "overwrite") {
        let printed = std::fs::read_to_string(&copy).unwrap();
        std::fs::write(document, restored(&text, &printed)).unwrap();
    }
}

/// Returns a line as trycmd can run or compare it. trycmd takes every backslash that is printed for
/// a separator of paths, and writes `/`.
fn shortened(line: &str) -> String {
    match line.strip_prefix("$ ") {
        Some(command) => format!("$ {}", command.replace(FROM_SOURCE, "arm ")),
        None => line.replace('\\', "/"),
    }
}

/// Undoes [`shortened`] if what was printed is what the document says.
fn restored(document: &str, printed: &str) -> String {
    let is_command = |line: &&str| line.starts_with("$ ");
    let mut commands = document.split_inclusive('\n').filter(is_command);
    let others = document
        .split_inclusive('\n')
        .filter(|line| !is_command(line));
    let mut restore = |line| {
        if is_command(&line) {
            return commands.next();
        }
        others.clone().find(|other| shortened(other) == line)
    };
    printed
        .split_inclusive('\n')
        .map(|line| restore(line).unwrap_or(line))
        .collect()
}

/// trycmd passes over programs that it does not know, and takes a block without a name for one of
/// its own: both would leave a document untested.
fn check_commands(document: &Path, text: &str) {
    for block in blocks(text) {
        let place = format!("{}:{}", document.display(), block.line);
        assert!(
            !block.language.is_empty(),
            "{place}: the block names no language"
        );
        if block.language != "console" {
            continue;
        }
        secrets::check(&place, &block.text);
        for line in block
            .text
            .lines()
            .filter_map(|line| line.strip_prefix("$ "))
        {
            let line = line.strip_prefix(FROM_SOURCE).map_or(line, |_| "arm");
            let program = line.split(' ').find(|word| !word.contains('='));
            assert_eq!(
                program,
                Some("arm"),
                "{place}: `{line}` is not run by the test"
            );
        }
    }
}

/// A fenced block of a document.
#[derive(Debug)]
pub(crate) struct Block<'a> {
    /// Where it begins, counted from 1.
    pub(crate) line: usize,
    /// The word after the fence.
    pub(crate) language: &'a str,
    /// The lines in it.
    pub(crate) text: String,
}

/// Returns the fenced blocks of a document.
pub(crate) fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let mut open: Option<&str> = None;
    for (index, line) in text.lines().enumerate() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        match (open, blocks.last_mut()) {
            (Some(fence), Some(_)) if line.starts_with(fence) => open = None,
            (Some(_), Some(block)) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            _ if ticks >= 3 => {
                let (fence, language) = line.split_at(ticks);
                open = Some(fence);
                let (line, text) = (index + 1, String::new());
                blocks.push(Block {
                    line,
                    language: language.trim(),
                    text,
                });
            }
            _ => {}
        }
    }
    blocks
}

/// Returns the documents of a folder and the folders in it, in the order of their names.
pub(crate) fn documents_in(folder: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut found = Vec::new();
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
