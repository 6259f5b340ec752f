//! Reads the sources as the laws of the tree see them: without comments, strings and tests, and as
//! paths such as `crate::azure::Audience`. It is not a parser and knows only as much of Rust as
//! that takes. The laws: `architecture`.

#![expect(
    clippy::unwrap_used,
    reason = "a source that cannot be read fails the test"
)]

use std::path::{Path, PathBuf};

/// A file of `src/`.
#[derive(Debug)]
pub(crate) struct Source {
    /// Its path below `src/`, with `/`.
    pub(crate) path: String,
    /// The text as it is there.
    pub(crate) text: String,
    /// The text without comments, strings and tests.
    pub(crate) code: String,
}

impl Source {
    /// Takes a text apart.
    pub(crate) fn new(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
            code: without_tests(&without_comments(text)),
        }
    }

    /// Returns the folder or file directly below `src/` that it belongs to, such as `azure`.
    pub(crate) fn folder(&self) -> &str {
        let first = self.path.split('/').next().unwrap_or_default();
        first.strip_suffix(".rs").unwrap_or(first)
    }

    /// Returns the folders that it imports, its own among them.
    pub(crate) fn imported_folders(&self) -> Vec<String> {
        let depth = self.path.trim_end_matches("/mod.rs").split('/').count();
        let folders = paths(&self.code).into_iter().filter_map(|path| {
            let mut steps = path.split("::").peekable();
            let mut up = 0;
            while steps.next_if_eq(&"super").is_some() {
                up += 1;
            }
            let from_root = match up {
                0 => matches!(steps.next(), Some("crate" | "arm")),
                _ => up >= depth,
            };
            steps.next().filter(|_| from_root).map(str::to_owned)
        });
        folders.collect()
    }
}

/// Reads every file of `src/` that is not itself a file of tests.
pub(crate) fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let below = path.strip_prefix(&root).unwrap().display().to_string();
                sources.push(Source::new(&below.replace('\\', "/"), &text));
            }
        }
    }
    sources.sort_by(|one, other| one.path.cmp(&other.path));
    for source in &mut sources {
        if is_test_file(&source.path) {
            source.code.clear();
        }
    }
    sources
}

fn is_test_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.ends_with("_tests.rs") || name == "tests.rs" || path.contains("/tests/")
}

/// Replaces comments by nothing and strings by empty ones.
fn without_comments(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let skipped = skip_comment(rest).or_else(|| skip_text(rest, &code));
        let length = if let Some((length, replacement)) = skipped {
            code.push_str(replacement);
            length
        } else {
            code.push(next);
            next.len_utf8()
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    code
}

fn skip_comment(rest: &str) -> Option<(usize, &'static str)> {
    if rest.starts_with("//") {
        return Some((rest.find('\n').unwrap_or(rest.len()), ""));
    }
    rest.starts_with("/*")
        .then(|| (rest.find("*/").map_or(rest.len(), |end| end + 2), " "))
}

/// Skips a string or a character; a lifetime is neither.
fn skip_text(rest: &str, before: &str) -> Option<(usize, &'static str)> {
    let in_word = before.ends_with(|last: char| last.is_alphanumeric() || last == '_');
    if rest.starts_with('r') && (!in_word || before.ends_with('b')) {
        let hashes = rest
            .get(1..)?
            .chars()
            .take_while(|next| *next == '#')
            .count();
        if rest.get(1 + hashes..)?.starts_with('"') {
            let end = format!("\"{}", "#".repeat(hashes));
            let inside = rest.get(2 + hashes..)?;
            let length = inside
                .find(&end)
                .map_or(rest.len(), |at| 2 + hashes + at + end.len());
            return Some((length, "\"\""));
        }
    }
    let quote = rest
        .chars()
        .next()
        .filter(|next| matches!(next, '"' | '\''))?;
    if quote == '\'' && !rest.starts_with("'\\") && rest.chars().nth(2) != Some('\'') {
        return None;
    }
    let mut escaped = false;
    for (index, next) in rest.char_indices().skip(1) {
        match next {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if next == quote => return Some((index + 1, "\"\"")),
            _ => {}
        }
    }
    Some((rest.len(), "\"\""))
}

/// Cuts out the items after `#[cfg(test)]`, modules and functions alike.
fn without_tests(code: &str) -> String {
    let mut parts = code.split("#[cfg(test)]");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(['{', ';']).unwrap_or(part.len());
        let body = part.get(end..).unwrap_or_default();
        let mut depth = 0_usize;
        let length = body.char_indices().find_map(|(index, next)| {
            match next {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            (depth == 0).then_some(index + 1)
        });
        kept.push_str(body.get(length.unwrap_or(body.len())..).unwrap_or_default());
    }
    kept
}

/// Returns the paths of a code, those in braces one by one: `a::{b, c::d}` is `a::b` and `a::c::d`.
/// A word alone is a path too.
pub(crate) fn paths(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let (mut path, mut prefixes) = (String::new(), Vec::<String>::new());
    let mut rest = code;
    while let Some(next) = rest.chars().next() {
        let word: String = rest
            .chars()
            .take_while(|next| next.is_alphanumeric() || *next == '_')
            .collect();
        let length = if !word.is_empty() {
            path.push_str(&word);
            word.len()
        } else if rest.starts_with("::{") {
            path.push_str("::");
            prefixes.push(path.clone());
            3
        } else if rest.starts_with("::") {
            path.push_str("::");
            2
        } else {
            if path.len() > prefixes.last().map_or(0, String::len) {
                found.push(path);
            }
            if next == '}' {
                prefixes.pop();
            }
            path = prefixes.last().cloned().unwrap_or_default();
            next.len_utf8()
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    found.push(path);
    found
}

#[cfg(test)]
mod tests {
    use super::{Source, paths};

    #[test]
    fn sees_code_only() {
        let text = "//! crate::a\nuse crate::b; /* crate::c */\n\
            fn f<'a>(x: &'a str) { g(\"crate::d\", '\"', r#\"\"crate::e\"#, 'x'); }\n\
            #[cfg(test)]\nmod tests { use crate::f; fn g() { {} } }\nuse crate::h;\n";
        let source = Source::new("folder/file.rs", text);
        assert_eq!(source.imported_folders(), ["b", "h"]);
    }

    #[test]
    fn sees_through_braces_and_supers() {
        assert_eq!(
            paths("use a::{b, c::{d, self}, e};").join(" "),
            "use a::b a::c::d a::c::self a::e "
        );
        let source = Source::new("folder/file.rs", "use super::x; use super::super::y::z;");
        assert_eq!(source.imported_folders(), ["y"]);
        let source = Source::new("folder/mod.rs", "pub(super) use super::y::z; use arm::app;");
        assert_eq!(source.imported_folders(), ["y", "app"]);
    }
}
