//! Names and values that are next to each other in an object of JSON, as variables of containers do: `{"name":
//! "DB_PASSWORD", "value": "…"}`. Who walks the JSON: `body`.

use std::ops::Range;

use super::members::is_secret_member;
use super::shown::REDACTED;

/// Members that say what another member is called.
const NAMES: [&str; 2] = ["name", "key"];
const VALUE: &str = "value";

/// What is known of the objects around a place in JSON.
#[derive(Debug, Default)]
pub(super) struct Pairs(Vec<Object>);

#[derive(Debug, Default)]
struct Object {
    /// The name of the member that is read.
    member: String,
    /// Whether it has said that its value is a secret.
    is_secret: bool,
    /// Where its value is in what was written, if it is a string and came first.
    value: Option<Range<usize>>,
}

impl Pairs {
    /// Continues over what is between two strings.
    pub(super) fn pass(&mut self, between: &str) {
        for letter in between.chars() {
            match letter {
                '{' | '[' => self.0.push(Object::default()),
                '}' | ']' => drop(self.0.pop()),
                _ => {}
            }
        }
    }

    /// Takes the name of a member.
    pub(super) fn name(&mut self, name: &str) {
        if let Some(object) = self.0.last_mut() {
            name.clone_into(&mut object.member);
        }
    }

    /// Tells whether the member that is read is the value of a secret.
    pub(super) fn is_secret_value(&self) -> bool {
        let object = self.0.last();
        object.is_some_and(|object| object.is_secret && object.member.eq_ignore_ascii_case(VALUE))
    }

    /// Takes a string that was written at this place, and masks a value before it that it is the name of.
    pub(super) fn string(&mut self, content: &str, begin: usize, written: &mut String) -> bool {
        if let Some(object) = self.0.last_mut()
            && object.member.eq_ignore_ascii_case(VALUE)
            && !content.is_empty()
        {
            object.value = Some(begin..written.len());
        }
        self.hidden(content, written)
    }

    /// Takes a string that is not written, and masks a value before it that it is the name of.
    pub(super) fn hidden(&mut self, content: &str, written: &mut String) -> bool {
        let Some(object) = self.0.last_mut() else {
            return false;
        };
        let mut names = NAMES.iter();
        let is_name = names.any(|name| name.eq_ignore_ascii_case(&object.member));
        if !is_name || !is_secret_member(content) {
            return false;
        }
        object.is_secret = true;
        let Some(value) = object.value.take() else {
            return false;
        };
        written.replace_range(value, &format!("\"{REDACTED}\""));
        true
    }
}
