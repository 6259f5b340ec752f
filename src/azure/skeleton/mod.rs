//! Bodies to begin with: those of the most used types are kept (`kept`), with places that are filled in (`places`). Who
//! prints them: `app/command/new`; what any body may hold: `schema`.

mod kept;
mod places;

pub use kept::Skeleton;
pub use places::{Places, fill, place_in};
