//! Records which names of an expression were never found: a typing error in a name gives an empty result, which looks
//! just like a list without matches. Who says so: `app/exchange/answer`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::expression::Field;
use super::value::Value;

/// How many names of an object are looked at for one that is spelled alike.
const MOST_NAMES: usize = 200;

/// What became of the names of an expression, by where they are in it. Clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct Missed {
    names: Arc<Mutex<BTreeMap<usize, Name>>>,
}

#[derive(Debug)]
enum Name {
    /// Some object had it.
    Found,
    /// No object had it; and what else the first one had.
    NotFound { field: Field, others: Vec<String> },
}

/// A name that no object had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissedName {
    /// As it is in the expression.
    pub name: String,
    /// A name that is there and spelled alike.
    pub alike: Option<String>,
    /// Whether it is in double quotes, as texts do elsewhere.
    pub is_quoted: bool,
}

impl Missed {
    /// Takes down whether a name was found in a value; what is not an object has no names.
    pub(super) fn note(&self, field: &Field, value: &Value<'_>, is_found: bool) {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        match names.get(&field.at) {
            Some(Name::Found) => {}
            Some(Name::NotFound { .. }) if !is_found => {}
            Some(Name::NotFound { .. }) | None if is_found => {
                let _before = names.insert(field.at, Name::Found);
            }
            Some(Name::NotFound { .. }) | None => {
                let Some(members) = value.members() else {
                    return;
                };
                let others = members.iter().take(MOST_NAMES);
                let others = others
                    .filter_map(|member| String::from_utf8(member.name.to_vec()).ok())
                    .collect();
                let field = field.clone();
                let _before = names.insert(field.at, Name::NotFound { field, others });
            }
        }
    }

    /// The first name that was looked for and never found.
    pub(super) fn first(&self) -> Option<MissedName> {
        let names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        names.values().find_map(|one| match one {
            Name::Found => None,
            Name::NotFound { field, others } => {
                let others = others.iter().map(String::as_str);
                let alike = crate::azure::most_alike(&field.name, others);
                Some(MissedName {
                    name: field.name.clone(),
                    alike: alike.filter(|_| !field.is_quoted).map(str::to_owned),
                    is_quoted: field.is_quoted,
                })
            }
        })
    }
}
