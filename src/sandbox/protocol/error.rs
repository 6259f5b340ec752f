//! What can go wrong in the sandbox, with ARM's own codes and texts (recorded exchanges and public
//! issue threads). Who builds responses: `reply`.

use http::StatusCode;

use crate::sandbox::protocol::access_error::AccessError;
use crate::sandbox::protocol::template_error::TemplateError;

/// A refusal by the sandbox's gateway; its text is the `message` that ARM sends.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ArmError {
    #[error("Authentication failed. The 'Authorization' header is missing.")]
    AuthorizationMissing,
    #[error("Authentication failed. The 'Authorization' header is provided in an invalid format.")]
    AuthorizationMalformed,
    #[error("The access token is invalid.")]
    TokenInvalid,
    /// hashicorp/go-azure-helpers#51.
    #[error(
        "The access token has been obtained for wrong audience or resource '{audience}'. It should exactly match with one of the allowed audiences 'https://management.core.windows.net/','https://management.core.windows.net','https://management.azure.com/','https://management.azure.com'."
    )]
    TokenAudience { audience: String },
    /// Azure/BatchExplorer#2052.
    #[error(
        "The access token is from the wrong issuer '{issuer}'. It must match the tenant '{expected}' associated with this subscription. Please use the authority (URL) '{authority}' to get the token."
    )]
    TokenIssuer {
        issuer: String,
        expected: String,
        authority: String,
    },
    #[error(
        "The access token expiry UTC time '{expired}' is earlier than current UTC time '{now}'."
    )]
    TokenExpired { expired: String, now: String },

    /// Azure/azure-sdk-for-net#43270.
    #[error("The api-version query parameter (?api-version=) is required for all requests.")]
    ApiVersionMissing,
    /// Azure/azure-sdk-for-go#246.
    #[error("The api-version '{version}' is invalid. The supported versions are '{supported}'.")]
    ApiVersionInvalid { version: String, supported: String },
    /// pulumi/pulumi-azure-nextgen#170.
    #[error(
        "No registered resource provider found for location '{location}' and API version '{version}' for type '{resource_type}'. The supported api-versions are '{supported}'. The supported locations are '{locations}'."
    )]
    ApiVersionUnsupported {
        location: String,
        version: String,
        resource_type: String,
        supported: String,
        locations: String,
    },

    #[error("The provided subscription identifier '{subscription}' is malformed or invalid.")]
    SubscriptionInvalid { subscription: String },
    #[error("The subscription '{subscription}' could not be found.")]
    SubscriptionNotFound { subscription: String },
    #[error("The request did not have a subscription or a valid tenant level resource provider.")]
    SubscriptionMissing,
    #[error("The resource namespace '{namespace}' is invalid.")]
    NamespaceInvalid { namespace: String },
    #[error(
        "The resource type '{resource_type}' could not be found in the namespace '{namespace}' for api version '{version}'."
    )]
    TypeInvalid {
        resource_type: String,
        namespace: String,
        version: String,
    },
    /// Azure/Azure-Landing-Zones#2206; what types without a location say of a version.
    #[error(
        "The resource type '{resource_type}' could not be found in the namespace '{namespace}' for api version '{version}'. The supported api-versions are '{supported}'."
    )]
    TypeVersion {
        resource_type: String,
        namespace: String,
        version: String,
        supported: String,
    },
    /// Not ARM's words: what is refused so is right, and only the sandbox cannot do it.
    #[error("The sandbox does not model {what}; Azure does.")]
    NotModelled { what: String },
    #[error("The requested path '{path}' was not found.")]
    PathNotFound { path: String },
    #[error("The requested resource does not support http method '{method}'.")]
    MethodNotAllowed { method: String, allow: &'static str },

    #[error("Resource group '{group}' could not be found.")]
    GroupNotFound { group: String },
    #[error(
        "The resource group '{group}' is in deprovisioning state and cannot perform this operation."
    )]
    GroupDeleting { group: String },
    /// None of that name, or its address is not the one that was given.
    #[error("The operation '{operation}' could not be found.")]
    OperationNotFound { operation: String },
    #[error(
        "The Resource '{resource}' under resource group '{group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix"
    )]
    ResourceNotFound { resource: String, group: String },
    #[error(
        "Failed to perform '{operation}' on resource(s) of type '{resource_type}', because the parent resource '{parent}' could not be found."
    )]
    ParentNotFound {
        operation: &'static str,
        resource_type: String,
        parent: String,
    },
    #[error(
        "The client '{client}' with object id '{object_id}' does not have authorization to perform action '{action}' over scope '{scope}' or the scope is invalid. If access was recently granted, please refresh your credentials."
    )]
    Forbidden {
        client: String,
        object_id: String,
        action: String,
        scope: String,
    },
    #[error(
        "The subscription is not registered to use namespace '{namespace}'. See https://aka.ms/rps-not-found for how to register subscriptions."
    )]
    NotRegistered { namespace: &'static str },

    #[error("The request content was invalid and could not be deserialized: '{reason}'.")]
    ContentInvalid { reason: String },
    #[error(
        "The content media type '{media_type}' is not supported. Only 'application/json' is supported."
    )]
    MediaType { media_type: String },
    #[error("The location property is required for this definition.")]
    LocationRequired,
    #[error(
        "The provided location '{location}' is not available for resource type '{resource_type}'. List of available regions for the resource type is '{locations}'."
    )]
    LocationUnavailable {
        location: String,
        resource_type: String,
        locations: String,
    },
    #[error(
        "The resource '{name}' already exists in location '{present}' in resource group '{group}'. A resource with the same name cannot be created in location '{wanted}'. Please select a new resource name."
    )]
    ResourceLocation {
        name: String,
        group: String,
        present: String,
        wanted: String,
    },
    #[error(
        "Invalid resource group location '{wanted}'. The Resource group already exists in location '{present}'."
    )]
    GroupLocation { present: String, wanted: String },
    #[error(
        "The provided resource group name '{name}' is invalid. The name can only be a letter, digit, '-', '.', '(', ')' or '_', at most 90 of them, and cannot end with '.'."
    )]
    GroupName { name: String },
    #[error("The resource name '{name}' is invalid.")]
    ResourceName { name: String },

    #[error("The condition of the '{header}' header is not met for '{resource}'.")]
    Precondition {
        header: &'static str,
        resource: String,
    },
    #[error("The provided skip token is invalid.")]
    SkipToken,
    #[error("The $top value '{value}' is invalid. It must be a whole number from 1 to 1000.")]
    Top { value: String },
    /// Azure/azure-rest-api-specs#12276.
    #[error("Invalid query definition, {part} is invalid or not supplied.")]
    QueryDefinition { part: &'static str },
    #[error("Invalid $filter '{filter}' specified in the query string.")]
    Filter { filter: String },

    #[error(transparent)]
    Access(#[from] AccessError),
    #[error(transparent)]
    Template(#[from] TemplateError),

    /// Cloud Shell's endpoint without `Metadata: true`.
    #[error("Required metadata header not specified")]
    MetadataHeader,
    #[error("Required audience parameter not specified")]
    AudienceMissing,
    #[error("{reason}")]
    TokenRequest { reason: &'static str },
    /// Azure/CloudShell#477.
    #[error("Audience {audience} is not a supported MSI token audience.")]
    AudienceNotSupported { audience: String },
}

impl ArmError {
    /// Returns the status and the `code` member.
    pub(crate) fn status_and_code(&self) -> (StatusCode, &'static str) {
        match self {
            Self::AuthorizationMissing | Self::AuthorizationMalformed => {
                (StatusCode::UNAUTHORIZED, "AuthenticationFailed")
            }
            Self::TokenInvalid => (StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken"),
            Self::TokenAudience { .. } => (
                StatusCode::UNAUTHORIZED,
                "InvalidAuthenticationTokenAudience",
            ),
            Self::TokenIssuer { .. } => {
                (StatusCode::UNAUTHORIZED, "InvalidAuthenticationTokenTenant")
            }
            Self::TokenExpired { .. } => (StatusCode::UNAUTHORIZED, "ExpiredAuthenticationToken"),
            Self::ApiVersionMissing => (StatusCode::BAD_REQUEST, "MissingApiVersionParameter"),
            Self::ApiVersionInvalid { .. } => {
                (StatusCode::BAD_REQUEST, "InvalidApiVersionParameter")
            }
            Self::ApiVersionUnsupported { .. } => {
                (StatusCode::BAD_REQUEST, "NoRegisteredProviderFound")
            }
            Self::SubscriptionInvalid { .. } => (StatusCode::BAD_REQUEST, "InvalidSubscriptionId"),
            Self::SubscriptionNotFound { .. } => (StatusCode::NOT_FOUND, "SubscriptionNotFound"),
            Self::SubscriptionMissing => (StatusCode::NOT_FOUND, "MissingSubscription"),
            Self::NamespaceInvalid { .. } => (StatusCode::NOT_FOUND, "InvalidResourceNamespace"),
            Self::TypeInvalid { .. } | Self::TypeVersion { .. } => {
                (StatusCode::NOT_FOUND, "InvalidResourceType")
            }
            Self::NotModelled { .. } => (StatusCode::NOT_IMPLEMENTED, "NotModelled"),
            Self::PathNotFound { .. } => (StatusCode::NOT_FOUND, "NotFound"),
            Self::MethodNotAllowed { .. } => (StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed"),
            Self::GroupNotFound { .. } => (StatusCode::NOT_FOUND, "ResourceGroupNotFound"),
            Self::GroupDeleting { .. } => (StatusCode::CONFLICT, "ResourceGroupBeingDeleted"),
            Self::OperationNotFound { .. } => (StatusCode::NOT_FOUND, "OperationNotFound"),
            Self::ResourceNotFound { .. } => (StatusCode::NOT_FOUND, "ResourceNotFound"),
            Self::ParentNotFound { .. } => (StatusCode::NOT_FOUND, "ParentResourceNotFound"),
            Self::Forbidden { .. } => (StatusCode::FORBIDDEN, "AuthorizationFailed"),
            Self::NotRegistered { .. } => (StatusCode::CONFLICT, "MissingSubscriptionRegistration"),
            Self::ContentInvalid { .. } => (StatusCode::BAD_REQUEST, "InvalidRequestContent"),
            Self::MediaType { .. } => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "UnsupportedMediaType"),
            Self::LocationRequired => (StatusCode::BAD_REQUEST, "LocationRequired"),
            Self::LocationUnavailable { .. } => (
                StatusCode::BAD_REQUEST,
                "LocationNotAvailableForResourceType",
            ),
            Self::ResourceLocation { .. } => (StatusCode::CONFLICT, "InvalidResourceLocation"),
            Self::GroupLocation { .. } => (StatusCode::CONFLICT, "InvalidResourceGroupLocation"),
            Self::GroupName { .. } => (StatusCode::BAD_REQUEST, "InvalidResourceGroup"),
            Self::ResourceName { .. } => (StatusCode::BAD_REQUEST, "InvalidResourceName"),
            Self::Precondition { .. } => (StatusCode::PRECONDITION_FAILED, "PreconditionFailed"),
            Self::SkipToken => (StatusCode::BAD_REQUEST, "InvalidSkipToken"),
            Self::Top { .. } => (StatusCode::BAD_REQUEST, "InvalidTop"),
            Self::QueryDefinition { .. } => (StatusCode::BAD_REQUEST, "BadRequest"),
            Self::Filter { .. } => (StatusCode::BAD_REQUEST, "InvalidFilterInQueryString"),
            Self::Access(fault) => fault.status_and_code(),
            Self::Template(fault) => fault.status_and_code(),
            Self::MetadataHeader => (StatusCode::BAD_REQUEST, "bad_request_102"),
            Self::AudienceMissing | Self::TokenRequest { .. } => {
                (StatusCode::BAD_REQUEST, "invalid_request")
            }
            Self::AudienceNotSupported { .. } => (StatusCode::BAD_REQUEST, "AudienceNotSupported"),
        }
    }

    /// Returns the sentence for `error_description` of the `WWW-Authenticate` challenge of a 401.
    pub(crate) fn challenge(&self) -> Option<&'static str> {
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "only the 401 faults carry a challenge"
        )]
        match self {
            Self::AuthorizationMissing => {
                Some("The authentication failed because of missing 'Authorization' header.")
            }
            Self::AuthorizationMalformed => {
                Some("The authentication scheme of the 'Authorization' header is not supported.")
            }
            Self::TokenInvalid => Some("The access token is invalid."),
            Self::TokenAudience { .. } => {
                Some("The access token has been obtained for wrong audience or resource.")
            }
            Self::TokenIssuer { .. } => Some("The access token is from the wrong issuer."),
            Self::TokenExpired { .. } => Some("The access token has expired."),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ArmError;

    #[track_caller]
    fn check(fault: &ArmError, status: u16, code: &str, message: &str) {
        let (actual, actual_code) = fault.status_and_code();
        assert_eq!((actual.as_u16(), actual_code), (status, code));
        assert_eq!(fault.to_string(), message);
        assert_eq!(fault.challenge().is_some(), status == 401);
    }

    #[test]
    fn speaks_as_arm_does() {
        check(
            &ArmError::TokenExpired {
                expired: "10/16/2018 6:09:32 PM".into(),
                now: "10/16/2018 7:23:02 PM".into(),
            },
            401,
            "ExpiredAuthenticationToken",
            "The access token expiry UTC time '10/16/2018 6:09:32 PM' is earlier than current UTC time '10/16/2018 7:23:02 PM'.",
        );
        check(
            &ArmError::ApiVersionMissing,
            400,
            "MissingApiVersionParameter",
            "The api-version query parameter (?api-version=) is required for all requests.",
        );
        check(
            &ArmError::GroupNotFound {
                group: "rg-none".into(),
            },
            404,
            "ResourceGroupNotFound",
            "Resource group 'rg-none' could not be found.",
        );
        check(
            &ArmError::AudienceNotSupported {
                audience: "https://azconfig.io/".into(),
            },
            400,
            "AudienceNotSupported",
            "Audience https://azconfig.io/ is not a supported MSI token audience.",
        );
    }
}
