//! What the bodies of resource types look like: members, kinds, marks and values of more than two thousand types, packed in
//! the binary and unpacked by namespace when one is asked for. `tools/schema.py` makes them, together with the catalogue.
//!
//! `find` is the way in. A [`Body`] owns the text of its namespace; [`Kind`], [`Shape`] and [`Member`] borrow from it:
//!
//! ```ignore
//! use crate::azure::schema::{self, Kind};
//!
//! let body = schema::find("microsoft.storage/STORAGEACCOUNTS")?.expect("a body is known");
//! assert_eq!(body.name(), "Microsoft.Storage/storageAccounts");
//! let Some(Kind::Object(shape)) = body.put() else { panic!("it is an object") };
//! let sku = shape.member("SKU").expect("the case of a name does not matter");
//! assert!(sku.is_required() && !sku.is_read_only());
//! let Kind::Object(sku) = sku.kind() else { panic!("it is an object") };
//! let Some(Kind::Enum(values)) = sku.member("name").map(|name| name.kind()) else { panic!("an enum") };
//! assert!(values.contains(&"Standard_LRS"));
//! ```
//!
//! Shapes may hold themselves (a subnet has interfaces, which have a subnet), so whoever walks them limits the depth.
//! `Ok(None)` means that nothing is known of a body, and then nothing is said about it. An enum may have values that are
//! not known here, and so may an open shape have members.

mod body;
mod computed;
mod marks;
mod namespace;
mod pack;
mod path;
mod shape;

pub use body::{Body, all, find, find_named, fixed_names};
pub use computed::drop_computed;
pub use pack::SchemaError;
pub use path::Place;
pub use shape::{Kind, Member, Shape};
