//! How clients learn where the endpoints are and what the keys are (`OpenID` Connect Discovery, RFC 7517).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::azure::SANDBOX_ISSUER;
use crate::sandbox::authority::error::AuthError;
use crate::sandbox::authority::request::{AuthRequest, Realm};
use crate::sandbox::authority::tokens::claims;
use crate::sandbox::authority::tokens::keys;

/// The document of a tenant.
pub(crate) fn configuration(request: &AuthRequest<'_>, tenant: &str) -> Result<Value, AuthError> {
    let realm = Realm::named(tenant)?;
    let issuer = match realm {
        Realm::Tenant(tenant) => claims::issuer(tenant),
        // As Entra has it: the reader fills in the tenant.
        Realm::Any => format!("{SANDBOX_ISSUER}{{tenantid}}/"),
    };
    let base = request.base_url;
    let endpoint = |path: &str| format!("{base}/{tenant}/{path}");
    Ok(json!({
        "token_endpoint": endpoint("oauth2/v2.0/token"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
        "jwks_uri": endpoint("discovery/v2.0/keys"),
        "response_modes_supported": ["query", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "code_challenge_methods_supported": ["S256"],
        "issuer": format!("{issuer}v2.0"),
        "authorization_endpoint": endpoint("oauth2/v2.0/authorize"),
        "device_authorization_endpoint": endpoint("oauth2/v2.0/devicecode"),
        "claims_supported": [
            "sub", "iss", "aud", "exp", "iat", "nonce", "preferred_username", "name", "tid", "ver",
        ],
        "tenant_region_scope": "EU",
        "cloud_instance_name": host(request),
        "cloud_graph_host_name": host(request),
        "msgraph_host": host(request),
    }))
}

/// The keys, of which there is one.
pub(crate) fn keys(tenant: &str) -> Result<Value, AuthError> {
    Realm::named(tenant)?;
    let (modulus, exponent) = keys::modulus_and_exponent();
    Ok(json!({
        "keys": [{
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": keys::KEY_ID,
            "n": URL_SAFE_NO_PAD.encode(modulus),
            "e": URL_SAFE_NO_PAD.encode(exponent),
        }],
    }))
}

/// The names of this authority, which has no aliases.
pub(crate) fn instance(request: &AuthRequest<'_>) -> Value {
    let host = host(request);
    json!({
        "tenant_discovery_endpoint": format!(
            "{}/common/v2.0/.well-known/openid-configuration",
            request.base_url
        ),
        "api-version": "1.1",
        "metadata": [{
            "preferred_network": host,
            "preferred_cache": host,
            "aliases": [host],
        }],
    })
}

/// Host and port, without the scheme.
fn host<'v>(request: &AuthRequest<'v>) -> &'v str {
    let (_, host) = request.base_url.split_once("://").unwrap_or_default();
    host
}
