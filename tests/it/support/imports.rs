//! Which file of `src/` imports which, and whether the arrows go round in a circle. Who reads the files: `source`.
//!
//! An import of a name that a `mod.rs` only passes on (`pub use`) counts as one of the file that has it.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{Source, paths};

/// The arrows between the files of a tree.
#[derive(Debug)]
pub(crate) struct Imports<'a> {
    /// The file of each module, by the module's path.
    files: BTreeMap<Vec<&'a str>, &'a str>,
    /// What a module passes on: its own path, the name, and the path that the name stands for.
    passed_on: BTreeMap<(Vec<&'a str>, String), Vec<String>>,
    arrows: BTreeMap<&'a str, BTreeSet<&'a str>>,
}

impl<'a> Imports<'a> {
    /// Reads the arrows off the files; those of tests have none.
    pub(crate) fn of(sources: &'a [Source]) -> Self {
        let mut imports = Self {
            files: BTreeMap::new(),
            passed_on: BTreeMap::new(),
            arrows: BTreeMap::new(),
        };
        for source in sources {
            imports.files.insert(module_of(source), &source.path);
        }
        for source in sources {
            let module = module_of(source);
            for path in statements(&source.code, true)
                .iter()
                .flat_map(|text| paths(text))
            {
                let Some(path) = imports.absolute(&module, &path) else {
                    continue;
                };
                if let Some(name) = path.last().cloned() {
                    imports.passed_on.insert((module.clone(), name), path);
                }
            }
        }
        for source in sources {
            let module = module_of(source);
            let texts = statements(&source.code, false);
            let found = texts
                .iter()
                .flat_map(|text| paths(&without_visibility(text)));
            let targets: BTreeSet<&str> = found
                .filter_map(|path| imports.absolute(&module, &path))
                .filter_map(|path| imports.file_of(&path))
                .filter(|target| *target != source.path)
                .collect();
            imports.arrows.insert(&source.path, targets);
        }
        imports
    }

    /// Returns a path from the root of the crate; one into another crate has none.
    fn absolute(&self, module: &[&str], path: &str) -> Option<Vec<String>> {
        let mut steps: Vec<&str> = path.split("::").filter(|step| !step.is_empty()).collect();
        steps.retain(|step| *step != "self");
        let mut base = match *steps.first()? {
            "crate" => {
                steps.remove(0);
                Vec::new()
            }
            "super" => module.to_vec(),
            first => {
                let mut child = module.to_vec();
                child.push(first);
                (steps.len() > 1 && self.files.contains_key(&child)).then(|| module.to_vec())?
            }
        };
        while steps.first() == Some(&"super") {
            base.pop();
            steps.remove(0);
        }
        base.extend(steps);
        Some(base.into_iter().map(str::to_owned).collect())
    }

    /// Finds the file that a path leads to, through what modules pass on.
    fn file_of(&self, path: &[String]) -> Option<&'a str> {
        let mut module: Vec<&str> = Vec::new();
        for (index, step) in path.iter().enumerate() {
            let mut child = module.clone();
            child.push(step);
            if self.files.contains_key(&child) {
                module = child;
                continue;
            }
            let passed = self
                .passed_on
                .iter()
                .find(|((owner, name), _)| *owner == module && name == step);
            return match passed {
                Some((_, target)) if target.as_slice() != path.get(..=index)? => {
                    self.file_of(target)
                }
                Some(_) | None => self.files.get(&module).copied(),
            };
        }
        self.files.get(&module).copied()
    }

    /// Returns the circles: sets of files each of which leads to all others of its set.
    pub(crate) fn circles(&self) -> Vec<Vec<&'a str>> {
        let reached: BTreeMap<&str, BTreeSet<&str>> = self
            .arrows
            .keys()
            .map(|file| (*file, self.reached_from(file)))
            .collect();
        let is_mutual = |one: &str, other: &str| {
            let leads =
                |from: &str, to: &str| reached.get(from).is_some_and(|set| set.contains(to));
            leads(one, other) && leads(other, one)
        };
        let mut seen = BTreeSet::new();
        let mut circles = Vec::new();
        for file in self.arrows.keys() {
            let circle: Vec<&str> = self
                .arrows
                .keys()
                .copied()
                .filter(|other| is_mutual(file, other))
                .collect();
            if circle.len() > 1 && seen.insert(circle.clone()) {
                circles.push(circle);
            }
        }
        circles
    }

    fn reached_from(&self, file: &str) -> BTreeSet<&'a str> {
        let mut reached = BTreeSet::new();
        let mut open: Vec<&str> = vec![file];
        while let Some(next) = open.pop() {
            for target in self.arrows.get(next).into_iter().flatten() {
                if reached.insert(*target) {
                    open.push(target);
                }
            }
        }
        reached
    }

    /// Tells of the arrows within a circle, one per line.
    pub(crate) fn describe(&self, circle: &[&str]) -> String {
        let mut text = format!("a circle of {} files:\n", circle.len());
        for file in circle {
            let within = self.arrows.get(file).into_iter().flatten();
            for target in within.filter(|target| circle.contains(target)) {
                text.push_str(&format!("  src/{file} imports src/{target}\n"));
            }
        }
        text
    }
}

/// Returns the path of the module that a file is.
fn module_of(source: &Source) -> Vec<&str> {
    let path = source.path.trim_end_matches(".rs");
    let path = path.strip_suffix("/mod").unwrap_or(path);
    if path == "lib" || path == "main" {
        return Vec::new();
    }
    path.split('/').collect()
}

/// Takes out how far items may be seen: `pub(super)` and `pub(in crate::a)` name modules, and import
/// nothing.
fn without_visibility(code: &str) -> String {
    let mut pieces = code.split("pub(");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |text, piece| {
        text + "pub" + piece.split_once(')').map_or("", |(_, rest)| rest)
    })
}

/// Returns the statements that pass names on, or all other code.
fn statements(code: &str, passing_on: bool) -> Vec<&str> {
    code.split_inclusive(';')
        .filter(|statement| {
            let start = statement.trim_start();
            let passes_on = ["pub use ", "pub(crate) use ", "pub(super) use ", "pub(in "]
                .iter()
                .any(|word| start.starts_with(word) && start.contains(" use "));
            passes_on == passing_on
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Imports, Source};

    fn circles(files: &[(&str, &str)]) -> usize {
        let sources: Vec<Source> = files
            .iter()
            .map(|(path, text)| Source::new(path, text))
            .collect();
        Imports::of(&sources).circles().len()
    }

    #[test]
    fn finds_circles_through_what_is_passed_on() {
        let hub = ("a/mod.rs", "mod b;\nmod c;\npub use b::B;\npub use c::C;\n");
        let one_way = [hub, ("a/b.rs", "use super::C;"), ("a/c.rs", "struct C;")];
        assert_eq!(circles(&one_way), 0);
        let round = [
            hub,
            ("a/b.rs", "use super::C;"),
            ("a/c.rs", "fn f(b: crate::a::B) {}"),
        ];
        assert_eq!(circles(&round), 1);
    }

    #[test]
    fn a_visibility_is_not_an_import() {
        let files = [
            ("a/mod.rs", "mod b;\nuse b::B;\n"),
            ("a/b.rs", "pub(super) struct B;\npub(in crate::a) struct C;"),
        ];
        assert_eq!(circles(&files), 0);
    }

    #[test]
    fn a_module_that_uses_its_parts_is_a_file_like_others() {
        let text = "mod b;\nuse b::B;\nstruct A;\n";
        assert_eq!(
            circles(&[("a/mod.rs", text), ("a/b.rs", "use super::A;")]),
            1
        );
        assert_eq!(circles(&[("a/mod.rs", text), ("a/b.rs", "struct B;")]), 0);
    }
}
