//! Runs that wait, side by side: what they wait for takes the time of one. The runs themselves: `run`.

/// Checks each case on a thread of its own. A case that fails fails the test.
#[track_caller]
pub(crate) fn at_once<C: Send>(cases: impl IntoIterator<Item = C>, check: impl Fn(C) + Sync) {
    std::thread::scope(|scope| {
        for case in cases {
            scope.spawn(|| check(case));
        }
    });
}
