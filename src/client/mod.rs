//! ARM's protocol on top of transport and credential: `exchange` is the one loop that authorises, sends and waits;
//! `list` is the one that follows the pages of a list. What they do next is decided by pure functions in the other files.

mod api_version_fallback;
mod attempts;
mod authorization;
mod challenge;
mod clock;
mod continuation;
mod data_error_scanner;
mod duration;
mod error;
mod event;
mod exchange;
#[cfg(any(test, fuzzing))]
mod fuzz;
mod hop;
mod html;
mod list;
mod list_error;
mod monitor;
#[cfg(test)]
mod monitor_tests;
mod opened;
mod operation;
mod page_reader;
mod pager;
#[cfg(test)]
mod pager_tests;
mod policy_token;
mod poller;
#[cfg(test)]
mod poller_request_tests;
#[cfg(test)]
mod poller_tests;
mod recording;
mod registration;
mod service_error;
mod shared;
mod skip_token;
mod throttle;
#[cfg(test)]
mod throttle_tests;
mod token;
mod tokens;
mod unfollowed;
mod usage;
mod web_page;

pub use api_version_fallback::ApiVersionFallback;
pub use clock::{Clock, Deadline};
pub use continuation::{Continuation, unfinished_write};
pub use data_error_scanner::DataErrorScanner;
pub use duration::words_of;
pub use error::{ClaimsNeeded, Error, RedirectReason};
pub use event::{Event, Observer};
pub use exchange::{Client, RequestIds, wait};
#[cfg(any(test, fuzzing))]
pub use fuzz::fuzz_challenge;
pub use list::{ItemLimit, List, ListEnd, ResumePoint, collect};
pub use list_error::{ListError, PageError};
pub use monitor::{Detected, MonitorError, ResponseView, detect, is_finished_by_head};
pub use opened::{OpenedResponse, RequestError};
pub use operation::{BadEnd, OperationBody};
pub use page_reader::{
    FetchedPage, IndexedPage, LargePage, ListMembers, Page, PageConsumer, names_next_page,
};
pub use pager::{NextLinkError, is_for_first_page};
pub use policy_token::{
    MissingPolicyToken, PolicyTokenAnswer, has_policy_token, policy_token_request,
};
pub use poller::{PollStep, Poller, ResultContent};
pub use registration::Registration;
pub use service_error::{RequestSummary, ServiceError};
pub use shared::{Settings, Shared};
pub use unfollowed::UnfollowedPages;
pub use usage::Usage;
pub use web_page::{WebPage, lone_error};
#[cfg(test)]
pub use {page_reader::NextPage, throttle::Throttle};
