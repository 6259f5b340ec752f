//! Facts and words of Azure: clouds, audiences, api-versions, error shapes. Pure: no I/O, no async.

mod calendar;
pub mod catalogue;
pub mod headers;

mod allowed_host;
mod api_version;
mod api_version_roots;
#[cfg(test)]
mod api_version_tests;
mod audience;
mod audience_table;
mod audience_table_sovereign;
#[cfg(test)]
mod audience_table_sovereign_tests;
#[cfg(test)]
mod audience_table_tests;
#[cfg(test)]
mod audience_tests;
mod cloud;
mod cloud_config;
mod cloud_definition;
mod cloud_error;
mod cloud_metadata;
mod error_detail;
#[cfg(test)]
mod error_detail_tests;
mod graph_query;
mod identity_id;
mod known_list;
mod known_type;
mod known_type_table;
mod link;
mod link_header;
#[cfg(test)]
mod link_tests;
mod live_types;
mod mask;
mod origin;
mod percent;
mod place;
mod refusal;
mod resource_path;
mod secret;
mod supported_versions;
mod target;
mod tenant;
mod trusted_authority;
mod url_check;
#[cfg(test)]
mod url_check_tests;
mod version_pins;

pub use allowed_host::{AllowedHost, InvalidAllowedHost};
pub use api_version::{ApiVersion, Basis, NoApiVersion, Versions, api_version_for};
pub use audience::{Audience, HostKind, InvalidAudience, audience_of, host_accepts, host_kind};
pub use calendar::{date_of, days_of, rfc3339};
pub use cloud::{Cloud, CloudName};
pub use cloud_error::CloudError;
pub use error_detail::{AdditionalInfo, ErrorDetail, Position, quoted_after};
pub use graph_query::ListingQuery;
pub use identity_id::{IdentityId, InvalidIdentityId};
pub use known_list::{KnownList, TokenHeader, known_list, token_header};
pub use known_type::KnownType;
pub use link::{
    LinkError, append_query, explicit_api_version, normal_form, query_values, remove_query,
    resolve, set_query,
};
pub use link_header::next_link;
pub use live_types::{LiveType, LiveTypes, Unusable};
pub use mask::{is_secret_name, mask, mask_address, mask_exact, mask_prose};
pub use origin::{Origin, is_loopback};
pub use percent::{Part, decode, encode_query, encode_segment, sanitise};
pub use place::Place;
pub use refusal::{Refusal, RefusalKind};
pub use resource_path::{ResourcePath, subscription_of};
pub use secret::Secret;
pub use supported_versions::{is_version, newest, newest_wanted, supported_versions, versions_in};
pub use target::Target;
pub use tenant::is_tenant;
pub use trusted_authority::{AuthorityChoice, is_known_authority, may_sign_in_for};
pub use url_check::{check_url, parse_url};
pub use version_pins::{Pins, Wanted};

/// The beginning of the issuer in every token of the sandbox. The name can never be a real one
/// (RFC 2606).
pub const SANDBOX_ISSUER: &str = "https://sandbox.invalid/";
