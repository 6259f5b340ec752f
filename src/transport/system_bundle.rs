//! The file in which the system keeps the authorities that it trusts, for programs that must be told. What this program
//! trusts: `authorities`, `tls`.

use std::path::PathBuf;

/// Finds the file; nothing if the system keeps them elsewhere.
#[cfg(not(any(windows, target_vendor = "apple")))]
pub fn system_bundle() -> Option<PathBuf> {
    openssl_probe::probe().cert_file
}

/// Finds the file; nothing if the system keeps them elsewhere.
#[cfg(any(windows, target_vendor = "apple"))]
pub fn system_bundle() -> Option<PathBuf> {
    None
}
