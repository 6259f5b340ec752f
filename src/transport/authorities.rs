//! The authorities that are trusted: those that the user names, or where a system keeps them in files those of the system.
//! They are read when TLS is set up, but those of a folder only if no other one has issued a certificate. Who sets TLS up,
//! and what its errors mean: `tls`.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

/// A bundle of every authority there is has some 200 KB.
const LARGEST_FILE: u64 = 64 << 20;

/// The names in PEM of what holds a certificate. OpenSSL's `-trustout` appends what it is trusted for.
const PEM_NAMES: [&str; 3] = ["CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"];

/// Trusts the authorities of a file, and those of folders: the system's, if neither is named.
///
/// # Errors
/// Says why there is none to trust.
pub(super) fn verifier(
    file: Option<&Path>,
    folders: &[PathBuf],
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, String> {
    let mut faults = Vec::new();
    let are_named = file.is_some() || !folders.is_empty();
    let (file, folders) = if are_named {
        let file = file.and_then(|path| named_file(path, &mut faults));
        (file, folders.to_vec())
    } else {
        let (file, folders) = of_system();
        let file = file.as_deref().map(of_file);
        let file = file.transpose().unwrap_or_else(|reason| {
            faults.push(reason);
            None
        });
        (file, folders)
    };
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(file.unwrap_or_default());
    let later = if roots.is_empty() {
        for folder in &folders {
            add_folder(&mut roots, &mut faults, folder);
            if are_named && roots.is_empty() && faults.is_empty() {
                faults.push(format!(
                    "`{}` of `SSL_CERT_DIR` holds no certificate",
                    folder.display()
                ));
            }
        }
        Vec::new()
    } else {
        folders
    };
    if roots.is_empty() {
        let reason = faults.first().map(|fault| format!(": {fault}"));
        return Err(format!(
            "there are no trusted certificates{}",
            reason.unwrap_or_default()
        ));
    }
    Ok(Arc::new(Verifier {
        first: webpki(roots, provider).map_err(|error| error.to_string())?,
        folders: later,
        of_folders: OnceLock::new(),
        provider: Arc::clone(provider),
    }))
}

/// The certificates of the file that the user has named, which must hold one.
fn named_file(path: &Path, faults: &mut Vec<String>) -> Option<Vec<CertificateDer<'static>>> {
    match of_file(path) {
        Ok(certificates) => {
            let mut roots = RootCertStore::empty();
            if roots.add_parsable_certificates(certificates.clone()).0 == 0 {
                let path = path.display();
                faults.push(format!("`{path}` of `SSL_CERT_FILE` holds no certificate"));
            }
            Some(certificates)
        }
        Err(reason) => {
            faults.push(format!("cannot read `SSL_CERT_FILE`: {reason}"));
            None
        }
    }
}

/// The file and the folders of the system.
#[cfg(not(any(windows, target_vendor = "apple")))]
fn of_system() -> (Option<PathBuf>, Vec<PathBuf>) {
    let probed = openssl_probe::probe();
    (probed.cert_file, probed.cert_dir)
}

/// The file and the folders of the system, which has none.
#[cfg(any(windows, target_vendor = "apple"))]
fn of_system() -> (Option<PathBuf>, Vec<PathBuf>) {
    (None, Vec::new())
}

/// Adds the certificates in the files of a folder. Most have a second name there, by which OpenSSL looks them up.
fn add_folder(roots: &mut RootCertStore, faults: &mut Vec<String>, folder: &Path) {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            faults.push(format!("cannot read `{}`: {error}", folder.display()));
            return;
        }
    };
    // A link that leads nowhere is not a fault.
    let paths = entries.filter_map(|entry| entry.ok()?.path().canonicalize().ok());
    let paths: HashSet<PathBuf> = paths.filter(|path| path.is_file()).collect();
    for path in paths {
        match of_file(&path) {
            Ok(certificates) => drop(roots.add_parsable_certificates(certificates)),
            Err(reason) => faults.push(reason),
        }
    }
}

fn webpki(
    roots: RootCertStore,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<WebPkiServerVerifier>, rustls::client::VerifierBuilderError> {
    let provider = Arc::clone(provider);
    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build()
}

/// Trusts authorities that are known, then those of folders, as OpenSSL does: to read the hundred files of a folder
/// takes longer than a handshake, and most often the file next to it holds the same.
#[derive(Debug)]
struct Verifier {
    first: Arc<WebPkiServerVerifier>,
    folders: Vec<PathBuf>,
    of_folders: OnceLock<Option<Arc<WebPkiServerVerifier>>>,
    provider: Arc<CryptoProvider>,
}

impl Verifier {
    fn of_folders(&self) -> Option<&WebPkiServerVerifier> {
        let load = || {
            let mut roots = RootCertStore::empty();
            for folder in &self.folders {
                add_folder(&mut roots, &mut Vec::new(), folder);
            }
            webpki(roots, &self.provider).ok()
        };
        self.of_folders.get_or_init(load).as_deref()
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verify = |verifier: &WebPkiServerVerifier| {
            verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
        };
        let outcome = verify(&self.first);
        match (&outcome, self.folders.is_empty()) {
            (Err(Error::InvalidCertificate(_)), false) => {}
            _ => return outcome,
        }
        match self.of_folders().map(verify) {
            Some(Ok(verified)) => Ok(verified),
            Some(Err(error)) if is_unknown_issuer(&outcome) => Err(error),
            Some(Err(_)) | None => outcome,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.first
            .verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.first
            .verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.first.supported_verify_schemes()
    }
}

fn is_unknown_issuer(outcome: &Result<ServerCertVerified, Error>) -> bool {
    matches!(
        outcome,
        Err(Error::InvalidCertificate(CertificateError::UnknownIssuer))
    )
}

/// Reads the certificates of a file: in PEM, each between its lines, or one in DER.
fn of_file(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let file = crate::file::read(path, LARGEST_FILE).map_err(|error| error.to_string())?;
    Ok(certificates_in(&file.bytes))
}

/// Finds the certificates; what is damaged is skipped, as OpenSSL does.
fn certificates_in(bytes: &[u8]) -> Vec<CertificateDer<'static>> {
    if bytes.first() == Some(&0x30) {
        return first_element(bytes).into_iter().collect();
    }
    let text = String::from_utf8_lossy(bytes);
    let blocks = text.split("-----BEGIN ").skip(1);
    let contents = blocks.filter_map(contents_of);
    contents
        .filter_map(|contents| first_element(&contents))
        .collect()
}

/// The contents of a block of PEM that holds a certificate. One of plain lines is read here, ten times as fast as by `pem`,
/// which knows headers.
fn contents_of(block: &str) -> Option<Vec<u8>> {
    let (name, rest) = block.split_once("-----")?;
    if !PEM_NAMES.contains(&name) {
        return None;
    }
    let (lines, _) = rest.split_once("-----END ")?;
    let digits: String = lines.lines().map(str::trim).collect();
    let plain = STANDARD.decode(digits).ok();
    plain.or_else(|| {
        let block = pem::parse(format!("-----BEGIN {block}")).ok()?;
        Some(block.into_contents())
    })
}

/// Returns the first element of DER (X.690 8.1), which is the certificate.
fn first_element(bytes: &[u8]) -> Option<CertificateDer<'static>> {
    let (length, head) = match *bytes.get(1)? {
        short @ 0..=0x7f => (usize::from(short), 2),
        long => {
            let count = usize::from(long & 0x7f);
            let digits = bytes
                .get(2..2 + count)
                .filter(|_| (1..=4).contains(&count))?;
            let length = digits
                .iter()
                .fold(0, |sum, digit| sum << 8 | usize::from(*digit));
            (length, 2 + count)
        }
    };
    let element = bytes.get(..head.checked_add(length)?)?;
    Some(CertificateDer::from(element.to_vec()))
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
    use rustls::pki_types::{ServerName, UnixTime};

    use super::{certificates_in, verifier};

    #[test]
    fn finds_certificates_in_every_form() {
        let key = KeyPair::generate().unwrap();
        let parameters = CertificateParams::new(vec!["a.example".to_owned()]).unwrap();
        let certificate = parameters.self_signed(&key).unwrap();
        let (pem, der) = (certificate.pem(), certificate.der().to_vec());
        let trusted = pem::encode(&pem::Pem::new(
            "TRUSTED CERTIFICATE",
            [der.as_slice(), &[0x30, 2, 0x30, 0]].concat(),
        ));
        let found = |bytes: &[u8]| certificates_in(bytes).len();
        assert_eq!(certificates_in(&der), [certificate.der().clone()]);
        assert_eq!(
            certificates_in(trusted.as_bytes()),
            [certificate.der().clone()]
        );
        assert_eq!(found(pem.as_bytes()), 1);
        assert_eq!(found(format!("\u{feff}{pem}").as_bytes()), 1);
        assert_eq!(found(pem.replace('\n', "\r\n").as_bytes()), 1);
        let damaged = "-----BEGIN CERTIFICATE-----\n???\n-----END CERTIFICATE-----\n";
        let many = format!(
            "subject=a\n{pem}\n{damaged}# more\n{trusted}{}",
            key.serialize_pem()
        );
        assert_eq!(found(many.as_bytes()), 2);
        for none in [
            "",
            "text",
            "\u{feff}",
            "0",
            "0\u{7f}x",
            damaged,
            &key.serialize_pem(),
        ] {
            assert_eq!(found(none.as_bytes()), 0, "{none}");
        }
        for none in [
            &[0x30, 0x85, 1, 1, 1, 1, 1][..],
            &[0x30, 0x84, 255, 255, 255, 255],
            &[0x30],
        ] {
            assert_eq!(found(none), 0, "{none:?}");
        }
    }

    /// An authority, its certificate in PEM, and how it signs one for a name.
    fn authority(name: &str) -> (Issuer<'static, KeyPair>, String) {
        let mut parameters = CertificateParams::new(Vec::new()).unwrap();
        let distinguished = &mut parameters.distinguished_name;
        distinguished.push(rcgen::DnType::CommonName, name);
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = parameters.self_signed(&key).unwrap().pem();
        (Issuer::new(parameters, key), pem)
    }

    fn is_verified(issuer: &Issuer<'_, KeyPair>, name: &str, file: &Path, folder: &Path) -> String {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier = verifier(Some(file), &[folder.to_owned()], &provider).unwrap();
        let parameters = CertificateParams::new(vec!["a.example".to_owned()]).unwrap();
        let key = KeyPair::generate().unwrap();
        let certificate = parameters.signed_by(&key, issuer).unwrap();
        let name = ServerName::try_from(name.to_owned()).unwrap();
        let now = UnixTime::now();
        let outcome = verifier.verify_server_cert(certificate.der(), &[], &name, &[], now);
        outcome.map_or_else(|error| error.to_string(), |_| "verified".to_owned())
    }

    #[test]
    fn a_folder_is_read_when_the_file_does_not_know_an_authority() {
        let ((known, in_file), (later, in_folder)) = (authority("file"), authority("folder"));
        let (stranger, _) = authority("stranger");
        let home = tempfile::tempdir().unwrap();
        let (file, folder) = (home.path().join("bundle.pem"), home.path().join("folder"));
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(&file, in_file).unwrap();
        std::fs::write(folder.join("one.pem"), in_folder).unwrap();
        for (issuer, name, expected) in [
            (&known, "a.example", "verified"),
            (&later, "a.example", "verified"),
            (&stranger, "a.example", "UnknownIssuer"),
            (&known, "b.example", "not valid for name"),
            (&later, "b.example", "not valid for name"),
        ] {
            let words = is_verified(issuer, name, &file, &folder);
            assert!(words.contains(expected), "{expected}: {words}");
        }
        // If the file holds none, the folder counts at once.
        std::fs::write(&file, "").unwrap();
        assert_eq!(is_verified(&later, "a.example", &file, &folder), "verified");
    }
}
