//! What a request is to do, as far as it decides which paths are offered: a type that is never put is not offered after PUT.

use crate::azure::catalogue::{ActionOn, ResourceType, TypeScope};

/// What is done with what a path ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// It is read, or looked at.
    Read,
    /// An action is run on it.
    Act,
    /// It is written, with this METHOD.
    Write(&'static str),
}

impl Purpose {
    /// That of a METHOD in either case; of what is not one, it is to be read.
    pub(super) fn of(method: &str) -> Self {
        let is = |name: &str| method.eq_ignore_ascii_case(name);
        let written = ["PUT", "PATCH", "DELETE"].into_iter().find(|name| is(name));
        match written {
            Some(method) => Self::Write(method),
            None if is("POST") => Self::Act,
            None => Self::Read,
        }
    }

    /// Tells whether the path of a collection is of use, at a scope; without one, at any.
    pub(super) fn suits_collection(self, of: &ResourceType, scope: Option<TypeScope>) -> bool {
        let mut methods = of.collection_methods();
        let has = match self {
            Self::Read => methods.any(|one| one == "GET"),
            Self::Act => {
                methods.any(|one| one == "POST")
                    || self.actions(of, ActionOn::Collection).count() > 0
            }
            Self::Write(method) => methods.any(|one| one == method),
        };
        has && lies_at(of.collection_scopes(), scope)
    }

    /// The same of the path of one resource.
    pub(super) fn suits_item(self, of: &ResourceType, scope: Option<TypeScope>) -> bool {
        let mut methods = of.item_methods();
        let has = match self {
            Self::Read => methods.any(|one| one == "GET"),
            Self::Act => {
                methods.any(|one| one == "POST") || self.actions(of, ActionOn::Item).count() > 0
            }
            Self::Write(method) => methods.any(|one| one == method),
        };
        has && lies_at(of.item_scopes(), scope)
    }

    /// Tells whether a path that goes through a type may lead to it.
    pub(super) fn suits(self, of: &ResourceType, scope: Option<TypeScope>) -> bool {
        self.suits_collection(of, scope) || self.suits_item(of, scope)
    }

    /// The actions of a type, where actions are meant.
    pub(super) fn actions(
        self,
        of: &ResourceType,
        on: ActionOn,
    ) -> impl Iterator<Item = &'static str> {
        let actions = of.actions();
        actions
            .filter(move |action| self == Self::Act && action.on == on)
            .map(|action| action.name)
    }
}

/// Tells whether a scope is among others. Below a resource there is only what is below any.
fn lies_at(mut scopes: impl Iterator<Item = TypeScope>, scope: Option<TypeScope>) -> bool {
    match scope {
        None => scopes.next().is_some(),
        Some(scope) => scopes.any(|own| own == scope || own == TypeScope::Any),
    }
}
