//! What is known of Azure: clouds and their hosts, audiences, resource IDs and types, api-versions, the shapes of errors
//! and lists. Everything here is pure: no I/O, no async. `Target` decides which URL may be asked with which token.

pub mod body;
pub mod headers;
pub mod schema;

mod access;
mod audience;
mod calendar;
mod cloud;
mod glob;
mod guard;
mod guid;
mod microsoft_graph;
mod redact;
mod resource;
mod response;
mod rows;
mod secret;
mod skeleton;
mod spelling;
mod target;
mod token_source;
mod tool_service;
mod url;
mod visible;
mod yaml_scalar;

pub use access::needed_action::{NeededAction, Plane, needed_action};
pub use access::permission::Permission;
pub use access::role::{Role, guid_of as role_guid_of, smallest as smallest_roles};
pub use audience::host_table::HostKind;
pub use audience::{Audience, AudienceError};
pub use calendar::{read_utc, read_zoned, rfc3339, write_at, write_utc};
pub use cloud::authority::{AuthorityChoice, is_known_authority, is_tenant};
pub use cloud::clouds_config::{az_setting, current_cloud};
pub use cloud::error::CloudError;
pub use cloud::hosts::{
    audience_of, cloud_of, host_accepts, host_kind, needs_no_token, refused_claim,
};
pub use cloud::{Cloud, CloudName};
pub use glob::is_like;
pub use guard::{
    Guard, GuardError, GuardErrorKind, GuardSource, OutgoingRequest, SecretReads, gives_secrets,
};
pub use guid::{is_guid, subscription_guid};
pub use microsoft_graph::needs_eventual_consistency;
pub use redact::{
    KnownSecrets, REDACTED, Shown, holds_secrets, is_secret_name, secret_variables,
    sign_in_variables,
};
pub use resource::alias::TypeAlias;
pub use resource::api_version::pins::{Pins, WantedVersion};
pub use resource::api_version::version::{
    is_version, newest, newest_wanted, supported_versions, versions_in,
};
pub use resource::api_version::{ApiVersion, ApiVersionError, Basis, Versions, api_version_for};
pub use resource::catalogue;
pub use resource::computed_members::is_computed;
pub use resource::deletion_order::{DeletionRank, deletion_rank, may_be_freed};
pub use resource::graph_query::ListingQuery;
pub use resource::id::{ResourceId, ResourceScope};
pub use resource::identity_id::{IdentityId, IdentityIdError};
pub use resource::meant_path::meant_path;
pub use resource::power_state::{MachineStatus, power_states_url};
pub use resource::provider_metadata::{MetadataError, ProviderMetadata, TypeMetadata};
pub use response::error_detail::{ErrorDetail, Position, quoted_after};
pub use response::json_service::never_serves_html;
pub use response::link_header::next_link;
pub use response::list_shape::{ListShape, TokenHeader, is_devops, list_shape, token_header};
pub use secret::Secret;
pub use skeleton::{Places, Skeleton, fill};
pub use spelling::{distance, is_one_slip, most_alike};
pub use target::{ListedHostError, Target};
pub use token_source::{AuthChoice, SourceKind, TokenSource};
pub use tool_service::ToolService;
pub use url::allowed_host::{AllowedHost, AllowedHostError};
pub use url::check::{check_url, parse_url};
pub use url::error::{UrlError, UrlErrorKind};
pub use url::link::{
    LinkError, append_query, explicit_api_version, normal_form, query_values, remove_query,
    resolve, set_query,
};
pub use url::origin::{Origin, is_loopback};
pub use url::percent::{decode, encode_path, encode_segment};
pub use visible::{is_stray, is_visible};

/// The beginning of the issuer in every token of the sandbox. The name can never be a real one
/// (RFC 2606).
pub const SANDBOX_ISSUER: &str = "https://sandbox.invalid/";
