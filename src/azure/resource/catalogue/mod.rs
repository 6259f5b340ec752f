//! The resource types of Azure that are built in: a text that is part of the binary, made by `tools/catalogue.py`. What
//! a service says about its types today: `provider_metadata`.

mod nearest;
mod resource_type;
#[cfg(test)]
mod resource_type_tests;
mod sorted_lines;
mod table;

pub use nearest::nearest;
pub use resource_type::{Action, ActionOn, ResourceType, TypeScope};
pub use sorted_lines::find as find_line;
pub use table::{
    all, children, commonest_version, date, find, is_old, namespace, namespaces, types_of,
};
