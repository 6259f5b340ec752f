//! Who may do what: the action that a request needs, what permissions allow, and which role is the smallest that has an
//! action. Who asks the service for permissions and roles: `app/command/can`.

pub mod needed_action;
pub mod permission;
pub mod role;
