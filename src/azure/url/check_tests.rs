//! Hostile and honest URLs against `check`: tables only.

use url::Url;

use crate::azure::url::check::{check_url, parse_url};
use crate::azure::url::error::UrlErrorKind::{Malformed, Unsafe};
use crate::azure::url::error::{UrlError, UrlErrorKind};

#[track_caller]
fn check_refused(text: &str, expected: UrlErrorKind) {
    let refused = parse_url(text)
        .map(String::from)
        .map_err(|refusal| refusal.kind());
    assert_eq!(refused, Err(expected), "{text:?}");
}

#[track_caller]
fn check_kept(text: &str, expected: &str) {
    assert_eq!(
        parse_url(text).map(String::from).as_deref(),
        Ok(expected),
        "{text:?}"
    );
}

#[test]
fn refuses_what_stands_in_front_of_the_host() {
    check_refused("https://management.azure.com@evil.example/", Unsafe);
    check_refused("https://management.azure.com:443@evil.example/", Unsafe);
    check_refused("https://user:password@management.azure.com/", Unsafe);
    check_refused("https://@management.azure.com/", Unsafe);
    check_refused("https://:@management.azure.com/", Unsafe);
    check_refused("https://a@b@management.azure.com/", Unsafe);
    check_refused("https://management.azure.com%40evil.example/", Malformed);
}

#[test]
fn refuses_backslashes_and_control_characters() {
    check_refused("https://management.azure.com\\@evil.example", Malformed);
    check_refused("https://management.azure.com\\.evil.example/", Malformed);
    check_refused("https:\\\\evil.example/", Malformed);
    check_refused("https:/\\evil.example/", Malformed);
    check_refused("https://management.azure\t.com/", Malformed);
    check_refused("https://management.azure\n.com/", Malformed);
    check_refused("https://management.azure.com\r\n/", Malformed);
    check_refused("ht\ttps://management.azure.com/", Malformed);
    check_refused("https://management.azure.com/\0", Malformed);
    check_refused("https://management.azure.com/x\u{7f}", Malformed);
    check_refused("https://management.azure.com/x\u{85}", Malformed);
    check_refused("https://management.azure.com/x\n", Malformed);
    check_refused("\u{1}https://management.azure.com/", Malformed);
}

#[test]
fn refuses_disguised_hosts() {
    check_refused("https://management.azure.com%2eevil.example/", Unsafe);
    check_refused("https://management%2Eazure.com/", Unsafe);
    check_refused("https://%6danagement.azure.com/", Unsafe);
    check_refused("https://management.azure.com%2f.evil.example/", Malformed);
    check_refused("https://management.azure.com%00.evil.example/", Malformed);
    check_refused("https://management.azure.com%09/", Malformed);
    // Full-width letters, the ideographic full stop, a soft hyphen, a zero-width joiner.
    check_refused("https://ｍanagement.azure.com/", Unsafe);
    check_refused("https://management。azure。com/", Unsafe);
    check_refused("https://management．azure.com/", Unsafe);
    check_refused("https://manage\u{ad}ment.azure.com/", Unsafe);
    check_refused("https://manage\u{200b}ment.azure.com/", Unsafe);
    check_refused("https://ⓜanagement.azure.com/", Unsafe);
    check_refused(
        "https://management.azure.com\u{ff0f}evil.example/",
        Malformed,
    );
    // Cyrillic letters stay another host: `xn--...`.
    check_refused("https://mаnagement.azure.com/", Unsafe);
    check_refused("https://münchen.example/", Unsafe);
    check_refused("http://0x7f.1/", Unsafe);
    check_refused("http://127.1/", Unsafe);
    check_refused("http://2130706433/", Unsafe);
    check_refused("http://0177.0.0.1/", Unsafe);
    check_refused("http://①②⑦.0.0.1/", Unsafe);
}

#[test]
fn refuses_trailing_dots() {
    check_refused("https://MANAGEMENT.azure.com./", Unsafe);
    check_refused("https://management.azure.com.:443/", Unsafe);
    check_refused("http://localhost./", Unsafe);
    check_refused("https://management.azure.com../", Unsafe);
    check_refused("https://./", Unsafe);
}

#[test]
fn refuses_empty_parts_of_a_host() {
    check_refused("https://a..blob.core.windows.net/", Malformed);
    check_refused("https://.management.azure.com/", Malformed);
}

#[test]
fn refuses_other_schemes_and_plain_http() {
    check_refused("http://management.azure.com/", Unsafe);
    check_refused("HTTP://management.azure.com/", Unsafe);
    check_refused("http://localhost.evil.example/", Unsafe);
    check_refused("http://127.0.0.1.evil.example/", Unsafe);
    check_refused(
        "http://169.254.169.254/metadata/identity/oauth2/token",
        Unsafe,
    );
    check_refused("http://0.0.0.0:8080/", Unsafe);
    check_refused("http://[::ffff:127.0.0.1]/", Unsafe);
    check_refused("ftp://management.azure.com/", Unsafe);
    check_refused("file:///etc/passwd", Unsafe);
    check_refused("javascript:alert(1)", Unsafe);
    check_refused("data:text/html,x", Unsafe);
    check_refused("ws://127.0.0.1/", Unsafe);
    check_refused("localhost:8080/x", Unsafe);
}

#[test]
fn refuses_what_is_not_a_url() {
    check_refused("", Malformed);
    check_refused("/subscriptions", Malformed);
    check_refused("//evil.example/x", Malformed);
    check_refused("https:management.azure.com", Malformed);
    check_refused("https:/management.azure.com", Malformed);
    check_refused("https:///management.azure.com/", Malformed);
    check_refused("https://", Malformed);
    check_refused("https://?x", Malformed);
    check_refused("https://management.azure.com:/", Malformed);
    check_refused("https://management.azure.com:99999/", Malformed);
    check_refused("https://management.azure.com:44x/", Malformed);
    check_refused("https://management.azure.com:443:444/", Malformed);
    check_refused("https://man agement.azure.com/", Malformed);
    check_refused("https://[::1/", Malformed);
    check_refused("https://1.2.3.256/", Malformed);
    check_refused(" https://management.azure.com/", Malformed);
}

#[test]
fn keeps_honest_urls() {
    check_kept(
        "https://management.azure.com",
        "https://management.azure.com/",
    );
    check_kept(
        "HTTPS://Management.Azure.com:443/A/b",
        "https://management.azure.com/A/b",
    );
    check_kept(
        "https://management.azure.com:444/",
        "https://management.azure.com:444/",
    );
    check_kept("http://localhost:8080/x", "http://localhost:8080/x");
    check_kept("http://127.0.0.1/x", "http://127.0.0.1/x");
    check_kept("http://[0:0:0:0:0:0:0:1]:8080/x", "http://[::1]:8080/x");
    check_kept(
        "https://xn--mnchen-3ya.example/",
        "https://xn--mnchen-3ya.example/",
    );
    check_kept("https://a_b.example/", "https://a_b.example/");
    check_kept(
        "https://management.azure.com/a b?$filter=x eq 'é'&t=[a#b]\\",
        "https://management.azure.com/a%20b?$filter=x%20eq%20%27%C3%A9%27&t=%5Ba%23b%5D%5C",
    );
    check_kept(
        "https://management.azure.com/x@y:z?u=https://a@b",
        "https://management.azure.com/x@y:z?u=https://a@b",
    );
}

#[test]
fn checks_parsed_urls_too() {
    #[track_caller]
    fn check(text: &str, expected: Result<(), UrlErrorKind>) {
        let url = Url::parse(text).unwrap();
        assert_eq!(
            check_url(&url).map_err(|refusal| refusal.kind()),
            expected,
            "{text}"
        );
    }
    check("https://management.azure.com/", Ok(()));
    check("http://[::1]/", Ok(()));
    check("https://u@management.azure.com/", Err(Unsafe));
    check("https://:p@management.azure.com/", Err(Unsafe));
    check("https://management.azure.com./", Err(Unsafe));
    check("http://management.azure.com/", Err(Unsafe));
    check("ftp://management.azure.com/", Err(Unsafe));
    check("mailto:someone", Err(Unsafe));
}

#[test]
fn does_not_repeat_secrets() {
    let refusal = parse_url("https://user:s3cr3t@evil.example/?sig=s3cr3t").unwrap_err();
    assert_eq!(
        refusal,
        UrlError::UserInfo {
            host: "evil.example".to_owned()
        }
    );
    assert!(!refusal.to_string().contains("s3cr3t"));
}
