//! What a request that was not recorded may have meant: the recorded one that is most like it.

use super::key::Key;

/// Returns the most alike of these requests; of several the first.
pub(super) fn nearest<'a, T>(
    asked: &Key,
    recorded: impl Iterator<Item = (&'a Key, T)>,
) -> Option<T> {
    let rated = recorded.map(|(key, what)| (likeness(asked, key), what));
    let best = rated.reduce(|best, other| if other.0 > best.0 { other } else { best });
    best.map(|(_, what)| what)
}

/// How alike two requests are: first by their paths, part by part, then by the METHOD, then by their parameters.
fn likeness(asked: &Key, recorded: &Key) -> (usize, bool, usize) {
    let (one, other) = (&asked.path, &recorded.path);
    let parts = one.split('/').zip(other.split('/'));
    let same = parts.filter(|(one, other)| one == other).count();
    let longest = one.split('/').count().max(other.split('/').count());
    let percent = same * 1000 / longest.max(1);
    let parameters = asked.query.iter();
    let shared = parameters.filter(|pair| recorded.query.contains(pair));
    (percent, asked.method == recorded.method, shared.count())
}
