//! The option that has the requests of a run written down. It is in the trees of the commands that send requests to
//! Azure, and counts for the run (`run`). What is written: `har`.

use std::path::{Component, Path, PathBuf};

use clap::{ArgMatches, Args};

use crate::cli::error::Error;

/// The id of the option.
const ID: &str = "har";

/// Whether the run is recorded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub struct HarOption {
    /// Write all requests and answers to a file, as an HTTP Archive; secrets are left out
    #[arg(id = ID, long = "har", value_name = "FILE", value_parser = parse)]
    pub file: Option<PathBuf>,
}

fn parse(text: &str) -> Result<PathBuf, Error> {
    match text {
        "" => Err(Error::usage("the name of the file is empty")
            .with_hint("a variable is probably not set")),
        "-" => Err(Error::usage("standard output is for the answer")
            .with_hint("name a file: `--har run.har`")),
        _ => Ok(PathBuf::from(text)),
    }
}

/// Tells whether two names are the same but for `./`.
fn is_same(one: &Path, other: &Path) -> bool {
    let parts = |path: &Path| -> PathBuf {
        let parts = path.components();
        parts.filter(|part| *part != Component::CurDir).collect()
    };
    parts(one) == parts(other)
}

/// The files that a run writes, where the command has the options.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WrittenFiles {
    /// The recording.
    pub har: Option<PathBuf>,
    /// The answer, where there is a recording, too.
    pub answer: Option<PathBuf>,
}

/// Refuses to record into the file of the answer.
pub fn same_file(file: &Path) -> Error {
    let file = file.display();
    Error::usage(format!("`--har` and `-O` name the same file: `{file}`"))
        .with_hint("give each a file of its own")
}

/// Reads the option, where the command has it. Who follows links: `output`.
///
/// # Errors
/// Refuses the file that the answer is written to.
pub(in crate::cli) fn read(matches: &ArgMatches) -> Result<WrittenFiles, Error> {
    let path = |id: &str| matches.try_get_one::<PathBuf>(id).ok().flatten();
    let Some(har) = path(ID) else {
        return Ok(WrittenFiles::default());
    };
    let answer = path("output_file");
    if answer.is_some_and(|answer| is_same(answer, har)) {
        return Err(same_file(har));
    }
    Ok(WrittenFiles {
        har: Some(har.clone()),
        answer: answer.cloned(),
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::is_same;

    #[test]
    fn a_file_is_known_in_other_spellings() {
        for (one, other, expected) in [
            ("a", "a", true),
            ("a", "./a", true),
            ("d/./a", "d//a", true),
            ("a", "d/a", false),
        ] {
            assert_eq!(
                is_same(Path::new(one), Path::new(other)),
                expected,
                "{one} {other}"
            );
        }
    }
}
