//! Tables for requests on the command line: what they mean and what they refuse.

use std::num::NonZeroU64;
use std::path::PathBuf;
use std::time::Duration;

use super::{refused, request};
use crate::azure::{AuthChoice, TokenSource};
use crate::cli::{MethodOrigin, OutputFormat};

#[test]
fn options_stand_anywhere() {
    let expected = request(&["GET", "/x", "X-A:b", "-o", "compact", "-v"]);
    assert_eq!(expected.options.output.format, OutputFormat::Compact);
    assert_eq!(
        (expected.method.as_str(), expected.method_origin),
        ("GET", MethodOrigin::Written)
    );
    for arguments in [
        &["-o", "compact", "GET", "/x", "-v", "X-A:b"][..],
        &["-vo", "compact", "get", "/x", "X-A:b"],
        &["--output=compact", "--verbose", "GET", "/x", "X-A:b"],
        &["GET", "-ocompact", "/x", "-v", "X-A:b"],
        &["-v", "-o", "compact", "GET", "--", "/x", "X-A:b"],
    ] {
        assert_eq!(request(arguments), expected, "{arguments:?}");
    }
}

#[test]
fn the_method_may_be_left_out() {
    for arguments in [
        &["/y", "a==b", "-o", "compact"][..],
        &["-o", "compact", "/y", "a==b"],
        &["-o", "compact", "--", "/y", "a==b"],
    ] {
        let args = request(arguments);
        assert_eq!(
            (args.method.as_str(), args.method_origin),
            ("GET", MethodOrigin::Implied)
        );
        assert_eq!(
            (args.url.as_str(), args.items.len()),
            ("/y", 1),
            "{arguments:?}"
        );
        assert_eq!(
            args.options.output.format,
            OutputFormat::Compact,
            "{arguments:?}"
        );
    }
    assert_eq!(
        request(&["MERGE", "/x", "a=1", "-v"]).method.as_str(),
        "MERGE"
    );
}

#[test]
fn defaults() {
    let args = request(&["/x"]);
    assert_eq!(args.options.paging.max_memory, 1 << 30);
    assert_eq!(
        (
            args.options.network.retry,
            args.options.network.retry_max_wait
        ),
        (3, Duration::from_secs(300))
    );
    assert_eq!(
        (
            args.options.network.timeout.limit,
            args.options.paging.limit,
            args.options.sign_in.auth
        ),
        (None, None, None)
    );
    assert_eq!(args.options.output.format, OutputFormat::Json);
    assert!(
        !args.options.paging.no_paginate
            && args.options.exit.expect.is_empty()
            && args.options.query.pairs().is_empty()
    );
}

#[test]
fn every_value_is_typed() {
    let args = request(&[
        "PUT",
        "/x",
        "-H",
        "If-Match: *",
        "--filter",
        "a eq 'b'",
        "--top",
        "5",
        "--api-version",
        "2024-01-01",
        "--auth",
        "cloud-shell",
        "--tenant",
        "t",
        "-S",
        "s",
        "-g",
        "g",
        "--limit",
        "7",
        "--max-pages",
        "2",
        "--each",
        "-q",
        "$.a",
        "--max-memory",
        "512MiB",
        "-r",
        "-O",
        "out",
        "-i",
        "-s",
        "-vv",
        "--expect",
        "404,2xx",
        "--expect",
        "500",
        "--exit-status",
        "--timeout",
        "1h30m",
        "--retry",
        "0",
        "--retry-max-wait",
        "0",
        "-n",
        "--curl",
        "--sandbox",
        "--color",
        "never",
    ]);
    assert_eq!(args.options.headers.edits.len(), 1);
    assert_eq!(
        args.options.query.pairs(),
        [("$filter", "a eq 'b'".to_owned()), ("$top", "5".to_owned())]
    );
    assert_eq!(
        args.options.query.api_version.as_deref(),
        Some("2024-01-01")
    );
    assert_eq!(
        args.options.sign_in.auth,
        Some(AuthChoice::Only(TokenSource::CloudShell))
    );
    assert_eq!(args.options.paging.limit, NonZeroU64::new(7));
    assert_eq!(args.options.paging.max_memory, 512 << 20);
    assert_eq!(args.options.output.output_file, Some(PathBuf::from("out")));
    assert_eq!(
        (
            args.options.output.verbose.count,
            args.options.exit.expect.len()
        ),
        (2, 3)
    );
    assert_eq!(
        args.options.network.timeout.limit,
        Some(Duration::from_mins(90))
    );
    assert_eq!(
        (
            args.options.network.retry,
            args.options.network.retry_max_wait
        ),
        (0, Duration::ZERO)
    );
    assert!(
        args.options.network.dry_run
            && args.options.network.curl
            && args.options.sign_in.sandbox
            && args.options.exit.exit_status
    );
}

#[test]
fn hosts_are_allowed_one_by_one() {
    let args = request(&[
        "/x",
        "--audience",
        "a",
        "--allow-host",
        "h:1",
        "--allow-host",
        "i",
    ]);
    assert_eq!(args.options.target.allow_host, ["h:1", "i"]);
}

#[test]
fn bodies_need_a_method_that_carries_them() {
    refused(
        &["/x", "a=1"],
        "a body needs a METHOD",
        "POST, PUT or PATCH",
    );
    refused(&["/x", "@f"], "`@f` is a body", "POST, PUT or PATCH");
    refused(&["/x", "-"], "`-` is a body", "POST, PUT or PATCH");
    for method in ["GET", "HEAD", "DELETE", "delete"] {
        refused(&[method, "/x", "a[b]=1"], "has none", "`a[b]==VALUE`");
        assert_eq!(request(&[method, "/x", "@f"]).items.len(), 1);
    }
    refused(
        &["PUT", "/x", "@a", "{}"],
        "two whole bodies: `@a` and `{}`",
        "fields",
    );
    refused(&["PUT", "/x", "-", "a=@-"], "asked for twice", "once");
    assert_eq!(request(&["PUT", "/x", "@a", "b=1"]).items.len(), 2);
}

#[test]
fn combinations_that_contradict_each_other() {
    refused(
        &["/x", "-o", "raw", "-q", "$"],
        "`-o raw` cannot be used with `--query`",
        "`-r`",
    );
    refused(&["/x", "-o", "raw", "-r"], "with `--raw`", "");
    refused(&["/x", "-o", "raw", "--limit", "1"], "with `--limit`", "");
    refused(&["/x", "--each"], "--query", "");
    refused(&["/x", "--exit-status"], "--query", "");
    refused(&["/x", "--no-auth", "--audience", "a"], "--no-auth", "");
    refused(&["/x", "--no-auth", "--auth", "token"], "--no-auth", "");
    refused(
        &["/x", "--no-paginate", "--max-pages", "1"],
        "--max-pages",
        "",
    );
    refused(
        &["/x", "--filter", "a", "$filter==b"],
        "`$filter` is given twice",
        "once",
    );
    refused(
        &["/x?%24top=1", "--top", "2"],
        "`$top` is given twice",
        "once",
    );
    request(&["/x", "--limit", "1", "--no-paginate"]);
    request(&["/x", "-n", "--curl"]);
}

#[test]
fn urls_that_are_none() {
    refused(&[], "nothing to do", "arm --help");
    refused(&["-v"], "nothing to do", "arm --help");
    refused(&[""], "the URL is empty", "variable");
    refused(&["GET", ""], "the URL is empty", "variable");
    refused(
        &["PUT", "a=b"],
        "the URL is missing before `a=b`",
        "`arm PUT URL a=b`",
    );
    refused(&["PUT", "@f"], "the URL is missing", "");
    refused(&["/x?=1"], "query parameter without a name", "`--filter`");
    refused(
        &["/x?a=1&=2"],
        "query parameter without a name",
        "single quotes",
    );
    refused(
        &["lgoin"],
        "`lgoin` is neither a command, an HTTP method nor a URL",
        "",
    );
    refused(&["config"], "requires a subcommand", "edit, path");
    refused(&["list"], "the TYPE is missing", "`arm list vm`");
    request(&["/x?a==b&c"]);
    request(&["GET", "subscriptions"]);
}

#[test]
fn values_that_are_none() {
    for arguments in [
        ["--limit", "0"],
        ["--limit", "-1"],
        ["--limit", "x"],
        ["--top", "x"],
        ["--max-pages", "0"],
        ["--timeout", "0"],
        ["--timeout", "soon"],
        ["--retry", "-1"],
        ["--max-memory", "1TB"],
        ["--expect", "ok"],
        ["--color", "blue"],
        ["--auth", "x"],
        ["--tenant", ""],
        ["-S", " "],
        ["-H", "nothing"],
        ["-o", ""],
    ] {
        refused(&["/x", arguments[0], arguments[1]], "", "");
        refused(&[arguments[0], arguments[1], "/x"], "", "");
    }
    refused(&["/x", "-q"], "a value is required", "");
    refused(&["/x", "-1"], "unexpected argument '-1'", "`--`");
}

#[cfg(unix)]
#[test]
fn text_that_is_not_utf8_is_refused_and_a_path_is_not() {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt as _;

    use crate::cli::{Command, parse};

    let odd = OsString::from_vec(vec![b'/', 0xFF]);
    let argv = |middle: &[&str], last: OsString| {
        let head = ["arm", "GET"].iter().chain(middle).map(OsString::from);
        parse(head.chain([last]).collect::<Vec<_>>())
    };
    assert_eq!(argv(&[], odd.clone()).unwrap_err().exit_code(), 2);
    assert_eq!(
        parse([OsString::from("arm"), odd.clone()])
            .unwrap_err()
            .exit_code(),
        2
    );
    let Ok(Command::Request(request)) = argv(&["/x", "-O"], odd.clone()) else {
        panic!("refused")
    };
    assert_eq!(request.options.output.output_file, Some(odd.into()));
}

#[test]
fn the_help_names_every_cloud() {
    let help = crate::cli::commands::help_of("token");
    for name in crate::azure::Cloud::known_names() {
        assert!(help.contains(&name), "{name}");
    }
}
