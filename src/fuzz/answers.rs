//! Targets for what services answer: pages, queries over them, links, errors, and what is shown of them. Promises: how
//! an answer arrives changes nothing, two ways to the same question agree, and a known secret is not shown.

use serde_json::value::RawValue;

use crate::azure::{
    self, Cloud, ErrorDetail, KnownSecrets, Secret, Shown, Target, audience_of, next_link,
};
use crate::json::{
    self, Error, MemberPath, PageEvent, PageIndex, PageLayout, PageParser, append_compact,
    append_pretty, append_text,
};
use crate::query::Query;

/// Reads a page in pieces that begin where `borders` says. Returns what was reported, up to an error.
fn events(page: &[u8], borders: &[u8]) -> (Vec<String>, Result<(), Error>) {
    let layout = PageLayout {
        items: vec![MemberPath::of(["value"]), MemberPath::of(["p", "rows"])],
        links: vec![MemberPath::of(["nextLink"]), MemberPath::of(["p", "next"])],
        link_is_certain: borders.first().is_some_and(|first| first % 2 == 1),
    };
    let mut found = Vec::new();
    let mut parser = PageParser::new(layout, 1 << 20);
    let mut part = |event: PageEvent<'_>| {
        found.push(format!("{event:?}"));
        Ok::<(), Error>(())
    };
    let mut rest = page;
    let mut outcome = Ok(());
    for border in borders {
        let (chunk, after) = rest.split_at(usize::from(*border).min(rest.len()));
        outcome = outcome.and_then(|()| parser.push(chunk, &mut part));
        rest = after;
    }
    outcome = outcome.and_then(|()| parser.push(rest, &mut part));
    outcome = outcome.and_then(|()| parser.finish(&mut part));
    (found, outcome)
}

/// Eight lengths of pieces, then a page.
pub(super) fn pages(input: &[u8]) {
    let Some((borders, page)) = input.split_at_checked(8) else {
        return;
    };
    let (whole, outcome) = events(page, borders.get(..1).unwrap_or_default());
    let (in_pieces, outcome_in_pieces) = events(page, borders);
    assert_eq!(
        outcome, outcome_in_pieces,
        "an outcome depends on the pieces"
    );
    assert_eq!(whole, in_pieces, "a page depends on its pieces");
    let text = page.strip_prefix(b"\xef\xbb\xbf").unwrap_or(page);
    if outcome.is_ok() {
        let parsed = serde_json::from_slice::<&RawValue>(text);
        assert!(parsed.is_ok(), "what is not JSON is taken for a page");
        let layout = PageLayout {
            items: vec![MemberPath::of(["value"])],
            links: vec![MemberPath::of(["nextLink"])],
            link_is_certain: false,
        };
        if let Ok(mut index) = PageIndex::with_shape(page, layout.clone()) {
            let _facts = (index.is_list(), index.is_unclear_list(page), index.len());
            let _found = (index.found_error(page), index.is_truncated(page));
            let _links = (index.link(page), index.malformed_link(page, &layout.links));
            let _arrays = index.arrays(page);
            index.take_null_for_empty(page, &layout.items);
            index.take_for_links(page, |name, _| name == "\"next\"");
            assert!(index.parts(page).count() > 0, "a page has no parts");
        }
    }
}

/// An expression, and in the lines after it a document.
pub(super) fn query(input: &[u8]) {
    let Ok(text) = str::from_utf8(input) else {
        return;
    };
    let (expression, document) = text
        .split_once('\n')
        .unwrap_or((text, "[1,{\"a\":[2,\"b\"]}]"));
    let query = match Query::parse(expression) {
        Ok(query) => query,
        Err(error) => {
            let _drawn = error.caret();
            return;
        }
    };
    let Ok(document) = serde_json::from_str::<&RawValue>(document) else {
        return;
    };
    let document = document.get();
    let mut nodes = Vec::new();
    if query
        .select(document, &mut |node| nodes.push(node))
        .is_err()
    {
        assert!(nodes.is_empty(), "an error comes after nodes");
        return;
    }
    for node in &nodes {
        let parsed = serde_json::from_str::<&RawValue>(node);
        assert!(parsed.is_ok(), "a node is not JSON: {node}");
        same_in_every_layout(node);
    }
    assert!(
        !query.is_singular() || nodes.len() < 2,
        "a singular query finds several"
    );
    // Item by item, or the whole list: the same nodes.
    if let (Some(item_query), Ok(items)) = (
        query.per_item(),
        serde_json::from_str::<Vec<&RawValue>>(document),
    ) {
        let list = format!("{{\"value\":{document}}}");
        let mut of_list = Vec::new();
        let whole = query.select(&list, &mut |node| of_list.push(node.to_owned()));
        let mut of_items = Vec::new();
        let mut one_by_one = Ok(());
        for item in items {
            let mut add = |node: &str| of_items.push(node.to_owned());
            one_by_one = one_by_one.and(item_query.select(item.get(), &mut add));
        }
        if whole.is_ok() && one_by_one.is_ok() {
            assert_eq!(of_list, of_items, "an item has other nodes than its list");
        }
    }
}

/// A layout changes only spaces.
fn same_in_every_layout(json: &str) {
    let mut compact = Vec::new();
    append_compact(json, &mut compact);
    let mut pretty = Vec::new();
    append_pretty(json, 0, &mut pretty);
    let mut again = Vec::new();
    append_compact(&String::from_utf8_lossy(&pretty), &mut again);
    assert_eq!(compact, again, "a layout changes a value");
    let mut text = Vec::new();
    append_text(json, &mut text);
    let _kind = json::kind_of(json.as_bytes());
}

/// `Link` fields, one per line, or the text of a `nextLink` after `=`. Promise: what is followed stays with the service.
pub(super) fn link(input: &[u8]) {
    let Ok(text) = str::from_utf8(input) else {
        return;
    };
    let link = match text.strip_prefix('=') {
        Some(link) => Some(link),
        None => next_link(text.lines()),
    };
    let Some(link) = link else {
        return;
    };
    for first in [
        "https://management.azure.com/subscriptions?api-version=2022-12-01",
        "https://graph.windows.net/tenant/users?api-version=1.6",
        "https://app.scm.azurewebsites.net/api",
        "http://127.0.0.1:4321/subscriptions",
    ] {
        let (Ok(first), cloud) = (azure::parse_url(first), Cloud::public()) else {
            return;
        };
        let Ok(Some(next)) = azure::resolve(link, &first, Some("2022-12-01")) else {
            continue;
        };
        let target = Target {
            audience: audience_of(&cloud, &first),
            cloud,
            url: first.clone(),
            allowed: Vec::new(),
        };
        let _masked = Shown::url(&next);
        if target.admit(&next).is_err() {
            continue;
        }
        let is_same = target.is_same_origin(&next);
        let is_of_service = audience_of(&target.cloud, &next) == target.audience
            && target.audience.is_some()
            && next.scheme() == "https"
            && next.port().is_none();
        assert!(is_same || is_of_service, "{first} leads to {next}");
        assert!(
            next.username().is_empty() && next.password().is_none(),
            "{next}"
        );
        let again = azure::parse_url(next.as_str());
        assert_eq!(again.as_ref(), Ok(&next), "a link is read as another one");
    }
}

/// The body of an error.
pub(super) fn error(input: &[u8]) {
    for content_type in [
        None,
        Some("text/plain"),
        Some("application/json"),
        Some("text/html"),
    ] {
        let Some(detail) = ErrorDetail::parse(input, content_type) else {
            continue;
        };
        let _policies = (detail.policy_names(), detail.policy_assignment_id());
        for words in detail.code.iter().chain(&detail.message) {
            let shown = Shown::prose(words);
            let is_known = shown.is_masked() || shown.as_str() == words;
            assert!(is_known, "words change, and it is not said: {shown:?}");
        }
    }
}

/// A secret, and in the lines after it words that may hold it. Promise: no output has it.
pub(super) fn mask(input: &[u8]) {
    let Ok(text) = str::from_utf8(input) else {
        return;
    };
    let Some((secret, words)) = text.split_once('\n') else {
        return;
    };
    // A mask has letters of its own.
    let is_of_mask = |letter: char| "[redacted]".contains(letter);
    if secret.starts_with(is_of_mask) || secret.ends_with(is_of_mask) {
        return;
    }
    let known = KnownSecrets::default();
    known.learn(&Secret::new(secret));
    let pieces: Vec<String> = Secret::new(secret)
        .pieces()
        .iter()
        .map(|piece| piece.expose().to_owned())
        .collect();
    let echoed = words.replace('\u{1}', secret);
    for shown in [
        Shown::prose(&echoed),
        Shown::typed(&echoed),
        Shown::unmasked(echoed.as_str()),
        Shown::address(&echoed),
    ] {
        let shown = known.hidden_in(shown);
        for piece in &pieces {
            let is_shown = !piece.contains(is_of_mask) && shown.as_str().contains(piece);
            assert!(!is_shown, "`{piece}` is shown in `{}`", shown.as_str());
        }
    }
}
