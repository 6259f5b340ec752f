//! One JSON document from two: the patch that makes a document another one, and what two people have made of the same
//! document. Who says what tells documents apart: `difference`.

use std::borrow::Cow;

use super::canonical::is_same;
use super::difference::names_of;
use super::document_path::{DocumentPath, MOST_LEVELS, PathStep};
use super::shallow::{Member, Shallow};

/// Returns the merge patch (RFC 7396) that makes `after` of `before`: what differs, `null` for what is gone, and arrays
/// whole. A member that becomes `null` cannot be told from one that goes.
pub fn merge_patch(before: &str, after: &str) -> String {
    patch(before.trim_ascii(), after.trim_ascii(), 0)
}

fn patch(before: &str, after: &str, level: usize) -> String {
    let (old, new) = match (Shallow::of(before), Shallow::of(after)) {
        (Shallow::Object(old), Shallow::Object(new)) if level < MOST_LEVELS => (old, new),
        _ => return after.to_owned(),
    };
    let mut object = ObjectText::default();
    for Member { token, name, .. } in &old {
        if value(&new, name).is_none() {
            object.push(token, "null");
        }
    }
    for member in &new {
        match value(&old, &member.name) {
            Some(before) if is_same(before, member.value) => {}
            Some(before) => object.push(member.token, &patch(before, member.value, level + 1)),
            None => object.push(member.token, member.value),
        }
    }
    object.finish()
}

/// A document with the changes of two people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged<'j> {
    /// The document.
    pub text: String,
    /// What both have changed, each in another way: it is as mine has it.
    pub conflicts: Vec<DocumentPath<'j>>,
}

/// Makes what has changed from `base` to `mine` in `theirs`, which has changed from `base` too.
pub fn merged<'j>(base: &'j str, mine: &'j str, theirs: &'j str) -> Merged<'j> {
    let mut merge = Merge {
        path: Vec::new(),
        conflicts: Vec::new(),
    };
    let text =
        merge.value([Some(base), Some(mine), Some(theirs)].map(|text| text.map(str::trim_ascii)));
    Merged {
        text: text.map_or_else(|| mine.to_owned(), Cow::into_owned),
        conflicts: merge.conflicts,
    }
}

struct Merge<'j> {
    path: Vec<PathStep<'j>>,
    conflicts: Vec<DocumentPath<'j>>,
}

impl<'j> Merge<'j> {
    /// Merges one value: in the base, in mine, in theirs; nothing if it is not there.
    fn value(&mut self, [base, mine, theirs]: [Option<&'j str>; 3]) -> Option<Cow<'j, str>> {
        if are_same(mine, theirs) || are_same(base, mine) {
            return theirs.map(Cow::Borrowed);
        }
        if are_same(base, theirs) {
            return mine.map(Cow::Borrowed);
        }
        if let (Some(mine), Some(theirs)) = (mine, theirs)
            && self.path.len() < MOST_LEVELS
        {
            let base = base.map(Shallow::of);
            match (base, Shallow::of(mine), Shallow::of(theirs)) {
                (base, Shallow::Object(mine), Shallow::Object(theirs)) => {
                    let base = match base {
                        Some(Shallow::Object(base)) => base,
                        Some(Shallow::Array(_) | Shallow::Scalar(_)) | None => Vec::new(),
                    };
                    return Some(self.objects(&base, &mine, &theirs).into());
                }
                (Some(Shallow::Array(base)), Shallow::Array(mine), Shallow::Array(theirs)) => {
                    if let Some(text) = self.arrays(&base, &mine, &theirs) {
                        return Some(text.into());
                    }
                }
                _ => {}
            }
        }
        self.conflicts.push(DocumentPath(self.path.clone()));
        mine.map(Cow::Borrowed)
    }

    /// The members of theirs, and then those that only mine has.
    fn objects(
        &mut self,
        base: &[Member<'j>],
        mine: &[Member<'j>],
        theirs: &[Member<'j>],
    ) -> String {
        let mut object = ObjectText::default();
        let added = mine
            .iter()
            .filter(|member| value(theirs, &member.name).is_none());
        for Member { name, token, .. } in theirs.iter().chain(added) {
            let versions = [value(base, name), value(mine, name), value(theirs, name)];
            self.path.push(PathStep::Member(name.clone()));
            if let Some(merged) = self.value(versions) {
                object.push(token, &merged);
            }
            self.path.pop();
        }
        object.finish()
    }

    /// The elements of theirs, and then those that only mine has, where all have names; nothing elsewhere, or where mine
    /// has put them into another order.
    fn arrays(&mut self, base: &[&'j str], mine: &[&'j str], theirs: &[&'j str]) -> Option<String> {
        let (member, base_names, my_names) = ["name", "id"]
            .into_iter()
            .find_map(|member| Some((member, names_of(base, member)?, names_of(mine, member)?)))?;
        let their_names = names_of(theirs, member)?;
        let kept = |names: &[String], others: &[String]| -> Vec<String> {
            let kept = names.iter().filter(|name| others.contains(name));
            kept.cloned().collect()
        };
        if kept(&my_names, &base_names) != kept(&base_names, &my_names) {
            return None;
        }
        let find = |elements: &[&'j str], names: &[String], name: &String| {
            let place = names.iter().position(|other| other == name)?;
            elements.get(place).copied()
        };
        let added = my_names.iter().filter(|name| !their_names.contains(name));
        let mut pieces: Vec<String> = Vec::new();
        for (index, name) in their_names.iter().chain(added).enumerate() {
            let versions = [
                find(base, &base_names, name),
                find(mine, &my_names, name),
                find(theirs, &their_names, name),
            ];
            let name = Some(name.clone());
            self.path.push(PathStep::Element { index, name });
            pieces.extend(self.value(versions).map(Cow::into_owned));
            self.path.pop();
        }
        Some(format!("[{}]", pieces.join(",")))
    }
}

fn are_same(one: Option<&str>, other: Option<&str>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => is_same(one, other),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    }
}

fn value<'j>(members: &[Member<'j>], name: &str) -> Option<&'j str> {
    let found = members.iter().find(|member| member.name == name);
    found.map(|member| member.value)
}

/// An object that is being written.
#[derive(Default)]
struct ObjectText(String);

impl ObjectText {
    fn push(&mut self, token: &str, value: &str) {
        let separator = if self.0.is_empty() { "" } else { "," };
        for piece in [separator, token, ":", value] {
            self.0.push_str(piece);
        }
    }

    fn finish(self) -> String {
        format!("{{{}}}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{merge_patch, merged};

    #[test]
    fn a_patch_holds_what_differs() {
        for (before, after, expected) in [
            ("{\"a\":1,\"b\":2}", "{\"a\":1.0,\"b\":3}", "{\"b\":3}"),
            (
                "{\"a\":{\"x\":1,\"y\":2}}",
                "{\"a\":{\"x\":1}}",
                "{\"a\":{\"y\":null}}",
            ),
            ("{\"a\":[1,2]}", "{\"a\":[1]}", "{\"a\":[1]}"),
            ("{\"a\":{\"x\":1}}", "{\"a\":[]}", "{\"a\":[]}"),
            ("{}", "{\"a\":{\"b\":1.10}}", "{\"a\":{\"b\":1.10}}"),
            ("{\"a\":1}", "{ \"a\" : 1 }", "{}"),
        ] {
            assert_eq!(merge_patch(before, after), expected);
        }
    }

    #[track_caller]
    fn check(base: &str, mine: &str, theirs: &str, expected: &str, conflicts: &[&str]) {
        let merged = merged(base, mine, theirs);
        let paths: Vec<String> = merged.conflicts.iter().map(ToString::to_string).collect();
        assert_eq!(
            (merged.text.as_str(), paths),
            (
                expected,
                conflicts.iter().map(ToString::to_string).collect()
            )
        );
    }

    #[test]
    fn what_each_has_changed_is_in_the_merged_one() {
        check(
            "{\"a\":1,\"b\":1,\"c\":1,\"d\":1}",
            "{\"a\":2,\"b\":1,\"d\":1,\"e\":1}",
            "{\"a\":1,\"b\":2,\"c\":1,\"f\":1}",
            "{\"a\":2,\"b\":2,\"f\":1,\"e\":1}",
            &[],
        );
        check(
            "{\"t\":{\"a\":1}}",
            "{\"t\":{\"a\":1,\"m\":1}}",
            "{\"t\":{\"a\":1,\"t\":1}}",
            "{\"t\":{\"a\":1,\"t\":1,\"m\":1}}",
            &[],
        );
        check(
            "{\"s\":[{\"name\":\"a\",\"v\":1},{\"name\":\"b\"}]}",
            "{\"s\":[{\"name\":\"a\",\"v\":2},{\"name\":\"b\"},{\"name\":\"m\"}]}",
            "{\"s\":[{\"name\":\"t\"},{\"name\":\"a\",\"v\":1}]}",
            "{\"s\":[{\"name\":\"t\"},{\"name\":\"a\",\"v\":2},{\"name\":\"m\"}]}",
            &[],
        );
    }

    #[test]
    fn what_both_have_changed_is_as_mine_has_it() {
        check("{\"a\":1}", "{\"a\":2}", "{\"a\":3}", "{\"a\":2}", &["a"]);
        check("{\"a\":1}", "{\"a\":2}", "{\"a\":2.0}", "{\"a\":2.0}", &[]);
        check("{\"a\":1}", "{}", "{\"a\":3}", "{}", &["a"]);
        check(
            "{\"a\":[1]}",
            "{\"a\":[2]}",
            "{\"a\":[3]}",
            "{\"a\":[2]}",
            &["a"],
        );
        check(
            "[{\"name\":\"a\"},{\"name\":\"b\"}]",
            "[{\"name\":\"b\"},{\"name\":\"a\"}]",
            "[{\"name\":\"a\"},{\"name\":\"b\"},{\"name\":\"c\"}]",
            "[{\"name\":\"b\"},{\"name\":\"a\"}]",
            &["$"],
        );
    }
}
