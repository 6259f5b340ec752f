//! How people sign in: on the page of the authorization endpoint (`authorize`), or for another device
//! (`device`). The HTML of both is written by `page`.

pub(crate) mod authorize;
pub(crate) mod device;
pub(crate) mod page;
