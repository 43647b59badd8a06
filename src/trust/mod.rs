//! Trust: which certificate authorities vouch for the servers we talk to: the system's, Mozilla's, and the one the
//! configuration names. It opens no connection and makes no decision about a server.

use std::path::{Path, PathBuf};

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    #[error("{path}: cannot be read as PEM certificates ({reason}): check ca_file", path = .path.display())]
    CaFile { path: PathBuf, reason: String },
}

/// Certificates of the system and of `ca_file`. What the system holds and rustls cannot use is left out: one odd
/// certificate in `/etc/ssl` must not stop the mail.
///
/// # Errors
/// When `ca_file` is named and cannot be read, holds no certificate, or one that is no authority's.
pub fn authorities(ca_file: Option<&Path>) -> Result<Vec<CertificateDer<'static>>, TrustError> {
    let mut usable = RootCertStore::empty();
    let mut authorities: Vec<CertificateDer<'static>> = rustls_native_certs::load_native_certs()
        .certs
        .into_iter()
        .filter(|certificate| usable.add(certificate.clone()).is_ok())
        .collect();
    if let Some(path) = ca_file {
        let problem = |reason: String| TrustError::CaFile { path: path.to_owned(), reason };
        let own: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(path)
            .and_then(|certificates| certificates.collect())
            .map_err(|error| problem(error.to_string()))?;
        if own.is_empty() {
            return Err(problem("it holds no certificate".into()));
        }
        for certificate in own {
            usable.add(certificate.clone()).map_err(|error| problem(error.to_string()))?;
            authorities.push(certificate);
        }
    }
    Ok(authorities)
}

/// [`authorities`] and Mozilla's, for rustls.
///
/// # Errors
/// As [`authorities`].
pub fn root_store(ca_file: Option<&Path>) -> Result<RootCertStore, TrustError> {
    let mut store = RootCertStore::empty();
    store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    store.add_parsable_certificates(authorities(ca_file)?);
    Ok(store)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ca_file_that_holds_no_certificate_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        std::fs::write(&path, "not a certificate").unwrap();
        let error = authorities(Some(&path)).unwrap_err().to_string();
        assert!(error.contains("ca.pem") && error.contains("holds no certificate"), "{error}");
    }

    #[test]
    fn a_ca_file_adds_to_the_other_authorities() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        let signed = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        std::fs::write(&path, signed.cert.pem()).unwrap();
        assert_eq!(root_store(Some(&path)).unwrap().len(), root_store(None).unwrap().len() + 1);
    }
}
