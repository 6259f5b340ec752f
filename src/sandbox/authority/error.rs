//! Why the authority refuses, with Entra's own codes and texts (Microsoft Learn,
//! `reference-error-codes`, and public issue threads). Who builds the responses: `response`.

use http::StatusCode;

/// A refusal by the authority; its text is the first sentence of `error_description`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AuthError {
    #[error("The request body must contain the following parameter: '{name}'.")]
    ParameterMissing { name: &'static str },
    #[error("Invalid request. Request is malformed or invalid.")]
    Malformed,
    #[error("The app requested an unsupported grant type '{grant_type}'.")]
    GrantUnsupported { grant_type: String },
    #[error("response_type '{response_type}' is not enabled for the application.")]
    ResponseTypeUnsupported { response_type: String },

    #[error(
        "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant."
    )]
    TenantUnknown { tenant: String },
    #[error(
        "No tenant-identifying information found in either the request or implied by any provided credentials."
    )]
    TenantMissing,
    #[error(
        "Application with identifier '{client_id}' was not found in the directory '{tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant."
    )]
    ClientUnknown { client_id: String, tenant: String },
    #[error(
        "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."
    )]
    ClientProofMissing,
    #[error(
        "Client is public so neither 'client_assertion' nor 'client_secret' should be presented."
    )]
    ClientIsPublic,
    #[error(
        "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{client_id}'."
    )]
    SecretInvalid { client_id: &'static str },
    #[error(
        "The provided client secret keys for app '{client_id}' are expired. AuthRequest the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds."
    )]
    SecretExpired { client_id: &'static str },

    #[error("JWT token is invalid or malformed.")]
    AssertionMalformed,
    #[error(
        "The certificate with identifier used to sign the client assertion is not registered on application. [Reason - The key was not found., Thumbprint of key used by client: '{thumbprint}']"
    )]
    CertificateUnknown { thumbprint: String },
    #[error("Client assertion contains an invalid signature.")]
    AssertionSignature,
    #[error(
        "Client assertion is not within its valid time range. Current time: {now}, assertion valid from {not_before}, expiry time of assertion {expires_on}. Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials ."
    )]
    AssertionTime {
        now: String,
        not_before: String,
        expires_on: String,
    },
    #[error("Client assertion audience claim does not match Realm issuer.")]
    AssertionAudience,
    #[error("Client assertion application identifier doesn't match 'client_id' parameter.")]
    AssertionClient,
    #[error(
        "No matching federated identity record found for presented assertion issuer '{issuer}'. Check your federated identity credential Subject, Audience and Issuer against the presented assertion."
    )]
    FederationIssuer { issuer: String },
    #[error(
        "No matching federated identity record found for presented assertion audience '{audience}'. Check your federated identity credential Subject, Audience and Issuer against the presented assertion."
    )]
    FederationAudience { audience: String },
    #[error(
        "No matching federated identity record found for presented assertion subject '{subject}'. Check your federated identity credential Subject, Audience and Issuer against the presented assertion."
    )]
    FederationSubject { subject: String },

    #[error(
        "The resource principal named {resource} was not found in the tenant named {tenant}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant."
    )]
    ResourceUnknown {
        resource: String,
        tenant: &'static str,
    },
    #[error(
        "The provided value for the input parameter 'scope' is not valid. The scope {scope} is not valid."
    )]
    ScopeInvalid { scope: String },
    #[error(
        "The provided value for scope {scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI)."
    )]
    ScopeNotDefault { scope: String },
    #[error(
        "Provided value for the input parameter scope is not valid because it contains more than one resource. Scope {scope} is not valid."
    )]
    ScopeOfSeveral { scope: String },

    #[error(
        "The user or administrator has not consented to use the application with ID '{client_id}' named '{name}'. Send an interactive authorization request for this user and resource."
    )]
    ConsentMissing {
        client_id: &'static str,
        name: &'static str,
    },
    #[error(
        "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '{resource}'."
    )]
    SecondFactorNeeded { resource: String },
    #[error(
        "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance."
    )]
    ConditionalAccess,
    #[error("Error validating credentials due to invalid username or password.")]
    PasswordWrong,
    #[error(
        "The user account {user} does not exist in the {tenant} directory. To sign into this application, the account must be added to the directory."
    )]
    UserUnknown { user: String, tenant: String },
    #[error("A silent sign-in request was sent but no user is signed in.")]
    SilentSignIn,
    #[error("User declined to consent to access the app.")]
    Declined,
    #[error(
        "The redirect URI '{redirect_uri}' specified in the request does not match the redirect URIs configured for the application '{client_id}'."
    )]
    RedirectUnknown {
        redirect_uri: String,
        client_id: &'static str,
    },

    #[error(
        "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token."
    )]
    CodeRedeemed,
    #[error(
        "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource."
    )]
    CodeExpired,
    #[error(
        "The reply address '{given}' does not match the reply address '{asked}' provided when requesting Authorization code."
    )]
    RedirectChanged { given: String, asked: String },
    #[error(
        "The Code_Verifier does not match the code_challenge supplied in the authorization request."
    )]
    VerifierWrong,
    #[error("The grant was issued for a different client id.")]
    GrantOfOtherClient,
    #[error("Provided grant is invalid or malformed.")]
    GrantMalformed,
    #[error(
        "The refresh token has expired due to inactivity. The token was issued on {issued} and was inactive for 90.00:00:00."
    )]
    GrantInactive { issued: String },
    #[error(
        "The refresh token has expired or is invalid due to sign-in frequency checks by conditional access. The token was issued on {issued} and the maximum allowed lifetime for this request is 3600."
    )]
    SignInFrequency { issued: String },
    #[error(
        "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password. The grant was issued on '{issued}' and the TokensValidFrom date (before which tokens are not valid) for this user is '{valid_from}'."
    )]
    Revoked { issued: String, valid_from: String },

    #[error("OAuth 2.0 device flow error. Authorization is pending. Continue polling.")]
    DevicePending,
    #[error(
        "OAuth 2.0 device flow error. Authorization is pending, and the client polls too often."
    )]
    DeviceTooFast,
    #[error(
        "The provided value for the input parameter 'device_code' is not valid. This device code has expired."
    )]
    DeviceExpired,
    #[error("The provided value for the input parameter 'device_code' is not valid.")]
    DeviceUnknown,
    #[error("User declined to consent to access the app on the device.")]
    DeviceDeclined,
}

impl AuthError {
    /// Returns the number of `AADSTS…`, and OAuth's name of the error.
    pub(crate) fn code_and_error(&self) -> (u32, &'static str) {
        match self {
            Self::ParameterMissing { .. } => (900_144, "invalid_request"),
            Self::Malformed => (9_002_313, "invalid_request"),
            Self::GrantUnsupported { .. } => (70_003, "unsupported_grant_type"),
            Self::ResponseTypeUnsupported { .. } => (700_054, "unsupported_response_type"),
            Self::TenantUnknown { .. } => (90_002, "invalid_request"),
            Self::TenantMissing => (50_059, "invalid_request"),
            Self::ClientUnknown { .. } => (700_016, "unauthorized_client"),
            Self::ClientProofMissing => (7_000_218, "invalid_client"),
            Self::ClientIsPublic => (700_025, "invalid_client"),
            Self::SecretInvalid { .. } => (7_000_215, "invalid_client"),
            Self::SecretExpired { .. } => (7_000_222, "invalid_client"),
            Self::AssertionMalformed => (50_027, "invalid_request"),
            Self::CertificateUnknown { .. } | Self::AssertionSignature => {
                (700_027, "invalid_client")
            }
            Self::AssertionTime { .. } => (700_024, "invalid_client"),
            Self::AssertionAudience => (700_023, "invalid_client"),
            Self::AssertionClient => (700_021, "invalid_client"),
            Self::FederationIssuer { .. } => (700_211, "invalid_client"),
            Self::FederationAudience { .. } => (700_212, "invalid_client"),
            Self::FederationSubject { .. } => (700_213, "invalid_client"),
            Self::ResourceUnknown { .. } => (500_011, "invalid_resource"),
            Self::ScopeInvalid { .. } => (70_011, "invalid_scope"),
            Self::ScopeNotDefault { .. } => (1_002_012, "invalid_scope"),
            Self::ScopeOfSeveral { .. } => (28_000, "invalid_scope"),
            Self::ConsentMissing { .. } => (65_001, "invalid_grant"),
            Self::SecondFactorNeeded { .. } => (50_076, "interaction_required"),
            Self::ConditionalAccess => (53_003, "invalid_grant"),
            Self::PasswordWrong => (50_126, "invalid_grant"),
            Self::UserUnknown { .. } => (50_034, "invalid_grant"),
            Self::SilentSignIn => (50_058, "login_required"),
            Self::Declined => (65_004, "access_denied"),
            Self::RedirectUnknown { .. } => (50_011, "invalid_request"),
            Self::CodeRedeemed => (54_005, "invalid_grant"),
            Self::CodeExpired => (70_008, "invalid_grant"),
            Self::RedirectChanged { .. } => (500_112, "invalid_client"),
            Self::VerifierWrong => (501_481, "invalid_grant"),
            Self::GrantOfOtherClient => (700_007, "invalid_grant"),
            Self::GrantMalformed => (9_002_313, "invalid_grant"),
            Self::GrantInactive { .. } => (700_082, "invalid_grant"),
            Self::SignInFrequency { .. } => (70_043, "invalid_grant"),
            Self::Revoked { .. } => (50_173, "invalid_grant"),
            Self::DevicePending => (70_016, "authorization_pending"),
            Self::DeviceTooFast => (70_016, "slow_down"),
            Self::DeviceExpired => (70_020, "expired_token"),
            Self::DeviceUnknown => (70_000, "invalid_grant"),
            Self::DeviceDeclined => (65_004, "authorization_declined"),
        }
    }

    /// Returns the status: 401 if the client failed to prove who it is (RFC 6749 5.2), else 400.
    pub(crate) fn status(&self) -> StatusCode {
        match self.code_and_error().1 {
            "invalid_client" => StatusCode::UNAUTHORIZED,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    /// Returns what kind of help is needed, if Entra says so.
    pub(crate) fn suberror(&self) -> Option<&'static str> {
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "only refusals of a sign-in have one"
        )]
        match self {
            Self::ConsentMissing { .. } => Some("consent_required"),
            Self::SecondFactorNeeded { .. } => Some("basic_action"),
            Self::ConditionalAccess => Some("message_only"),
            Self::SignInFrequency { .. } | Self::Revoked { .. } | Self::GrantInactive { .. } => {
                Some("bad_token")
            }
            _ => None,
        }
    }

    /// Returns the claims that a client has to ask for at the next sign-in, as JSON text.
    pub(crate) fn claims(&self) -> Option<&'static str> {
        matches!(self, Self::SecondFactorNeeded { .. })
            .then_some(r#"{"access_token":{"acrs":{"essential":true,"values":["p1"]}}}"#)
    }
}
