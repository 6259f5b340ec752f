//! Durations as words. Who measures time: `clock`.

use std::time::Duration;

/// Writes a duration as the user writes it.
pub fn words_of(duration: Duration) -> String {
    if duration.subsec_millis() > 0 {
        return format!("{}ms", duration.as_millis());
    }
    let seconds = duration.as_secs();
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let parts = [(hours, 'h'), (minutes, 'm'), (rest, 's')];
    let mut words = String::new();
    for (number, unit) in parts.into_iter().filter(|(number, _)| *number > 0) {
        words.push_str(&number.to_string());
        words.push(unit);
    }
    if words.is_empty() {
        "0s".clone_into(&mut words);
    }
    words
}
