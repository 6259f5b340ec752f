//! TLS by rustls with ring, and the system's trust store, loaded only when an https URL needs it. Connections are opened
//! by `wire`.

use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use rustls::client::WantsClientCert;
use rustls::{ClientConfig, ConfigBuilder, WantsVerifier};

type Loaded = Result<ClientConfig, String>;

/// The system's trust store, loaded at most once a run, on a thread while the token is fetched.
#[derive(Debug, Default)]
pub(super) struct TrustStore {
    loading: Mutex<Option<JoinHandle<Loaded>>>,
}

impl TrustStore {
    /// Begins to load on a thread.
    pub(super) fn load_ahead(&self) {
        if let Ok(mut loading) = self.loading.lock() {
            *loading = Some(std::thread::spawn(load));
        }
    }

    /// Returns a configuration that trusts what the system trusts.
    pub(super) fn client_config(&self) -> Loaded {
        let loading = self
            .loading
            .lock()
            .ok()
            .and_then(|mut loading| loading.take());
        match loading.map(JoinHandle::join) {
            Some(Ok(loaded)) => loaded,
            Some(Err(_)) | None => load(),
        }
    }
}

/// Returns a configuration without trusted authorities, for plain http: nothing is read from disk, so it
/// works where there is no CA bundle at all.
pub(super) fn without_roots() -> Loaded {
    Ok(builder()?
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth())
}

fn builder() -> Result<ConfigBuilder<ClientConfig, WantsVerifier>, String> {
    ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())
}

fn load() -> Loaded {
    let mut config = trusting_the_system(builder()?)?.with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// Windows and macOS verify certificates themselves, revocation included.
#[cfg(any(windows, target_vendor = "apple"))]
fn trusting_the_system(
    builder: ConfigBuilder<ClientConfig, WantsVerifier>,
) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, String> {
    use rustls_platform_verifier::BuilderVerifierExt as _;

    builder
        .with_platform_verifier()
        .map_err(|error| error.to_string())
}

/// Elsewhere the bundle is a file or folder, which `SSL_CERT_FILE` and `SSL_CERT_DIR` may replace.
#[cfg(not(any(windows, target_vendor = "apple")))]
fn trusting_the_system(
    builder: ConfigBuilder<ClientConfig, WantsVerifier>,
) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, String> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        let reason = found
            .errors
            .first()
            .map_or_else(String::new, |error| format!(": {error}"));
        return Err(format!("the system has no trusted certificates{reason}"));
    }
    Ok(builder.with_root_certificates(roots))
}
