//! One request, from its plan to its printed end: `attempt` sends it, `polling` waits if it takes long, `answer` prints
//! what came, page by page.

pub(crate) mod answer;
pub(crate) mod answer_writer;
pub(crate) mod attempt;
pub(crate) mod body_check;
pub(crate) mod column_notes;
mod command_body;
pub(crate) mod curl_command;
pub(crate) mod in_flight;
pub(crate) mod list_wait;
pub(crate) mod output_spec;
pub(crate) mod paging;
pub(crate) mod policy_token;
pub(crate) mod polling;
pub(crate) mod power_states;
pub(crate) mod preview;
pub(crate) mod provider_registration;
pub(crate) mod repeating;
pub(crate) mod resource_document;
pub(crate) mod resume_command;
mod token_command;
mod tool_command;
pub(crate) mod wait_condition;
