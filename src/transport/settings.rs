//! What the environment says about the network: the proxy and whom TLS trusts. Read once per run, and passed to `wire`.

use super::proxy::{ProxySettingError, ProxySettings};
use super::tls::TrustSettings;
use crate::env::Env;

/// How the network is reached. The default is directly, with the system's certificates.
#[derive(Debug, Clone, Default)]
pub struct NetworkSettings {
    pub(super) proxies: ProxySettings,
    pub(super) trust: TrustSettings,
}

impl NetworkSettings {
    /// Reads the settings of the process.
    ///
    /// # Errors
    /// A variable that names no usable proxy.
    pub fn of(env: &Env) -> Result<Self, ProxySettingError> {
        Ok(Self {
            proxies: ProxySettings::of(env)?,
            trust: TrustSettings::of(env),
        })
    }
}
