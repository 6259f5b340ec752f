//! What the known bodies of resource types are good for when a body is written: it is checked (`check`), and one is made
//! to begin with (`make`). What is known of them: `schema`; bodies that are kept by hand: `skeleton`.

mod check;
#[cfg(test)]
mod check_tests;
mod known;
mod make;
mod remark;

pub use check::{Asked, BodyReport, BodyVerb, LARGEST_CHECKED, check};
pub use make::{Made, Optional, Wish, make};
#[cfg(test)]
pub use remark::Fault;
