//! Spellings of curl, `az`, `gh` and `HTTPie` that mean something else here, and ours for each. They are refused; the
//! options themselves: `commands`.

use std::ffi::OsString;

use super::error::Error;
use crate::azure::most_alike;

/// Foreign options: their spellings, what they mean elsewhere, what to write here.
const FOREIGN: &[(&[&str], &str, &str)] = &[
    (
        &["-X", "--method", "--request", "--http-method"],
        "sets the METHOD elsewhere",
        "write it before the URL: `arm PUT URL`",
    ),
    (
        &["-f", "--raw-field"],
        "is a text field in `gh`, a form in `HTTPie` and a file in kubectl",
        "write an item: `name=text`, or `@FILE` for the whole body",
    ),
    (
        &["-F", "--field"],
        "is a typed field in `gh` and follows redirects in `HTTPie`",
        "write an item: `name=text` or `name:=json`",
    ),
    (
        &["-p", "--print"],
        "chooses what is printed in `HTTPie`",
        "write `-i` for the head of the answer, `-v` for both heads on stderr",
    ),
    (
        &["-b", "--body"],
        "is the body in `az rest`",
        "write an item: `@FILE`, `-`, or the JSON itself in single quotes",
    ),
    (
        &["-d", "--data", "--data-raw", "--data-binary"],
        "is the body in curl",
        "write an item: `@FILE`, `-`, or the JSON itself in single quotes",
    ),
    (
        &["--input", "--input-file", "--from-file", "--body-file"],
        "is the body elsewhere",
        "write an item: `@FILE`, or `-` for standard input",
    ),
    (
        &["--json"],
        "is the body in curl",
        "write an item: the JSON itself in single quotes, or `name=text`; JSON is the default",
    ),
    (
        &["--form"],
        "sends a form elsewhere",
        "write the body to a file, and `@FILE Content-Type:application/x-www-form-urlencoded`",
    ),
    (
        &["--headers"],
        "holds headers in `az rest`",
        "write `-H 'Name: value'`, or the item `Name:value`; repeat it for more",
    ),
    (
        &["--jq"],
        "is the query in `gh api`",
        "write `-q '$.value[*].name'` (JSONPath)",
    ),
    (
        &["--url", "--uri"],
        "is the URL in `az rest`",
        "write the URL without an option: `arm GET URL`",
    ),
    (
        &["-u"],
        "is the URL in `az rest` and a user in curl",
        "write the URL without an option: `arm GET URL`",
    ),
    (
        &["--uri-parameters", "--url-parameters"],
        "holds query parameters in `az rest`",
        "write an item: `name==value`",
    ),
    (
        &["--resource", "--scope"],
        "is the audience in `az`",
        "write `--audience URL`",
    ),
    (
        &["--skip-authorization-header"],
        "sends no token in `az rest`",
        "write `--no-auth`",
    ),
    (
        &["--paginate", "--all"],
        "fetches all pages in `gh api`",
        "leave it out: all pages are fetched, unless `--no-paginate` is written",
    ),
    (
        &["--slurp"],
        "joins the pages in `gh api`",
        "leave it out: a list is one document already",
    ),
    (
        &["-L", "--follow"],
        "follows redirects elsewhere",
        "leave it out: redirects of the same origin are followed, no others",
    ),
    (
        &["--location"],
        "is a region in `az`, and follows redirects in curl",
        "write the item `location=REGION`; redirects of the same origin are followed, no others",
    ),
    (
        &["--cache"],
        "keeps answers in `gh api`",
        "leave it out: answers are always fresh; tokens are kept, unless `--no-cache` is written",
    ),
    (
        &["--max-items", "--page-size"],
        "limits a list elsewhere",
        "write `--limit N` for the items in all, `--top N` for those of a page",
    ),
    (
        &["--count"],
        "counts elsewhere",
        "count the lines: `arm URL -o tsv --columns id | wc -l`",
    ),
    (
        &["--head"],
        "asks for the head alone in curl",
        "write the METHOD, `arm HEAD URL`; `-i` prints the head before the answer",
    ),
    (
        &["--pretty"],
        "lays JSON out elsewhere",
        "leave it out: JSON is indented; `-o compact` is one line",
    ),
    (&["--raw-output"], "prints bare texts in jq", "write `-r`"),
    (
        &["--stream"],
        "prints as it comes elsewhere",
        "write `-o ndjson`: a line for each item, as it comes",
    ),
    (
        &["--since"],
        "is a time elsewhere",
        "write the filter of the service, such as `--filter \"eventTimestamp ge '2026-01-01'\"`",
    ),
    (
        &["--reverse"],
        "reverses the order elsewhere",
        "the order is the service's; sort lines with `-o tsv | sort -r`",
    ),
    (
        &["--ids"],
        "names resources in `az`",
        "write the ID as the URL: `arm GET ID`; for many put them on standard input: `arm GET -`",
    ),
    (
        &["--show-details", "--detailed"],
        "asks for more in `az`",
        "write `--expand instanceView` for one machine",
    ),
    (
        &["-k", "--insecure", "--verify"],
        "turns certificate checks off elsewhere",
        "certificates are always checked; add yours to the system's store, or set `SSL_CERT_FILE`",
    ),
    (
        &["-t", "--template"],
        "is a template in `gh`",
        "write `-q EXPR` and `-o FORMAT`",
    ),
    (
        &["-m"],
        "is the METHOD in `az rest` and a time limit in curl",
        "write the METHOD before the URL; for the limit `--timeout 30s`",
    ),
    (
        &["--max-time"],
        "is a time limit in curl",
        "write `--timeout 30s`",
    ),
    (
        &["--user-agent"],
        "is the user agent in curl",
        "write the item `User-Agent:NAME`",
    ),
    (
        &["-A"],
        "is the user agent in curl, and means everywhere in kubectl",
        "write the item `User-Agent:NAME`; `-S '*'` is every subscription",
    ),
    (
        &["--all-subscriptions", "--all-namespaces"],
        "asks everywhere elsewhere",
        "write `-S '*'`: every subscription",
    ),
    (
        &["--csv", "--tsv", "--table", "--yaml", "--ndjson"],
        "is a format elsewhere",
        "write `-o FORMAT`: table, csv, tsv, yaml, ndjson, …",
    ),
    (
        &["--format", "--output-format"],
        "is the format elsewhere",
        "write `-o FORMAT`: json, table, csv, tsv, yaml, …",
    ),
    (
        &["--replay"],
        "answers from a recording in `arm sandbox serve`",
        "write `arm sandbox serve --replay FILE`",
    ),
    (
        &["--tags"],
        "sets tags in `az`",
        "write the item `.tags.NAME=VALUE`; `--tag NAME=VALUE` chooses items of a list",
    ),
    (
        &[
            "--until",
            "--created",
            "--exists",
            "--updated",
            "--custom",
            "--interval",
        ],
        "is of `az … wait`",
        "write `arm wait URL --for 'properties.provisioningState=Succeeded'`, or `--deleted`",
    ),
    (
        &["-a"],
        "signs in with a password in `HTTPie`",
        "write `--auth SOURCE`, or give the Authorization header (`arm help items`)",
    ),
    (
        &["--download"],
        "writes to a file in `HTTPie`",
        "write `-O FILE`",
    ),
    (
        &["--offline"],
        "shows the request in `HTTPie`",
        "write `-n`",
    ),
    (
        &["--check-status", "--fail"],
        "makes HTTP errors fail elsewhere",
        "leave it out: the exit code always tells",
    ),
    (
        &["--no-wait"],
        "does not wait for the operation in `az`",
        "leave it out: only `--wait` waits",
    ),
    (
        &["-I"],
        "asks for the head alone in curl",
        "write the METHOD, `arm HEAD URL`; `-i` prints the head before the answer",
    ),
    (
        &["-x", "--proxy"],
        "names a proxy in curl and `HTTPie`",
        "set `HTTPS_PROXY`; `NO_PROXY` names hosts without one",
    ),
    (
        &["--debug"],
        "shows what happens in `az`",
        "write `-v`, or `-vv` for more",
    ),
    (
        &["--only-show-errors"],
        "hides warnings in `az`",
        "leave it out: stdout holds only the answer, notes go to stderr",
    ),
    (&["--quiet"], "prints no answer in `HTTPie`", "write `-s`"),
    (
        &["-l"],
        "is a location in `az`, a limit elsewhere",
        "write the item `location=REGION`, or `--limit N`",
    ),
    (
        &["--first"],
        "is the size of the single page that `az graph` asks for",
        "write `--limit N`; without it all pages are fetched",
    ),
    (
        &["-c"],
        "prints JSON on one line in jq",
        "write `-o compact`",
    ),
    (&["-C"], "colours in jq", "write `--color always`"),
];

/// Formats that other tools have, and what to write here.
const FORMATS: [(&str, &str); 10] = [
    (
        "wide",
        "write `-o table --columns +NAME` for one more column",
    ),
    (
        "custom-columns",
        "write `-o table --columns NAME,HEAD=PATH`",
    ),
    ("jsonpath", "write `-q EXPR`; `-r` leaves the quotes out"),
    ("name", "write `-q '$.value[*].id' -r`"),
    ("jsonl", "write `-o ndjson`"),
    ("yml", "write `-o yaml`"),
    ("yamlc", "write `-o yaml`"),
    ("text", "write `-o tsv`; `-q EXPR -r` prints values alone"),
    ("list", "write `-o yaml`, or `-o table`"),
    (
        "xml",
        "`-o raw` prints what the service sends, whatever it is",
    ),
];

/// Explains an option that is known from elsewhere.
pub(super) fn foreign(argument: &str) -> Option<Error> {
    let name = argument.split(['=', ' ']).next().unwrap_or(argument);
    let (_, meaning, ours) = FOREIGN.iter().find(|(names, _, _)| names.contains(&name))?;
    let message = if meaning.is_empty() {
        format!("the option `{name}` does not exist yet in this version")
    } else {
        format!("there is no option `{name}`: it {meaning}")
    };
    Some(Error::usage(message).with_hint(*ours))
}

/// Explains a value of `-o` that is not a format of this version.
pub(super) fn format(value: &str, formats: &[String]) -> Error {
    let known = format!("formats: {}", formats.join(", "));
    let error = Error::usage(format!("`{value}` is not an output format")).with_fact(known);
    let name = value.split('=').next().unwrap_or(value);
    if let Some((_, hint)) = FORMATS.iter().find(|(known, _)| *known == name) {
        return error.with_hint(*hint);
    }
    let has_extension = value
        .rsplit_once('.')
        .is_some_and(|(_, extension)| !extension.is_empty());
    if value == "-" || value.contains(['/', '\\']) || has_extension {
        return error.with_hint(format!(
            "`-o` is the format; for a file did you mean `-O {value}`?"
        ));
    }
    match most_alike(value, formats.iter().map(String::as_str)) {
        Some(near) => error.with_hint(format!("did you mean `{near}`?")),
        None => error,
    }
}

/// Refuses `-h 'Name: value'`: `-h` is help here, and the user who wrote a header would get a page of text.
pub(super) fn check_header_flag(arguments: &[OsString]) -> Result<(), Error> {
    let mut previous_is_flag = false;
    for argument in arguments {
        let Some(text) = argument.to_str() else {
            previous_is_flag = false;
            continue;
        };
        if text == "--" {
            break;
        }
        if previous_is_flag && is_header(text) {
            return Err(Error::usage("`-h` is help; it does not take a header")
                .with_hint(format!("write `-H '{text}'`")));
        }
        previous_is_flag = text == "-h";
    }
    Ok(())
}

fn is_header(text: &str) -> bool {
    text.split_once(':').is_some_and(|(name, value)| {
        http::HeaderName::from_bytes(name.as_bytes()).is_ok() && !value.starts_with("//")
    })
}

#[cfg(test)]
mod tests {
    use super::FOREIGN;
    use crate::cli::parse;

    #[track_caller]
    fn refused(arguments: &[&str]) -> String {
        let argv = ["arm"].iter().chain(arguments).map(Into::into);
        let error = parse(argv).expect_err(&arguments.join(" "));
        assert_eq!(error.exit_code(), 2, "{arguments:?}");
        format!("{error} | {}", error.hint().unwrap_or_default())
    }

    #[test]
    fn every_foreign_option_is_explained_before_and_after_the_url() {
        for (names, _, ours) in FOREIGN {
            for name in *names {
                for arguments in [
                    vec!["GET", "/x", name, "y"],
                    vec![name, "y", "GET", "/x"],
                    vec!["/x", name],
                ] {
                    let text = refused(&arguments);
                    assert!(text.contains(name) && text.ends_with(ours), "{text}");
                }
            }
        }
    }

    #[test]
    fn a_value_that_is_glued_on_changes_nothing() {
        assert!(refused(&["/x", "-XPOST"]).contains("`-X`"));
        assert!(refused(&["/x", "--method=POST"]).contains("`--method`"));
    }

    #[test]
    fn a_header_after_h_is_refused() {
        assert!(refused(&["GET", "/x", "-h", "If-Match: *"]).contains("write `-H 'If-Match: *'`"));
        assert_eq!(
            parse(["arm", "GET", "-h"].map(Into::into))
                .unwrap_err()
                .exit_code(),
            0
        );
        assert_eq!(
            parse(["arm", "GET", "-h", "https://a.example"].map(Into::into))
                .unwrap_err()
                .exit_code(),
            0
        );
    }

    #[test]
    fn a_file_or_a_format_must_follow_o() {
        for file in ["out.json", "./out", "a\\b", "/tmp/x", "-"] {
            assert!(
                refused(&["/x", "-o", file]).contains(&format!("did you mean `-O {file}`?")),
                "{file}"
            );
        }
        assert!(refused(&["/x", "-o", "xml"]).contains("`xml` is not an output format"));
        for (format, hint) in [
            ("wide", "--columns +NAME"),
            ("jsonpath={.a}", "-q EXPR"),
            ("tabel", "did you mean `table`?"),
        ] {
            let words = ["arm", "GET", "/x", "-o", format].map(Into::into);
            let error = parse(words).unwrap_err();
            assert!(error.hint().unwrap_or_default().contains(hint), "{error:?}");
        }
    }
}
