//! Targets for files of others that are read, and files of the user that are changed: recordings, settings, what tools say
//! to a credential helper. Promises: what a recording is asked for is answered, a change keeps the rest of a file, and an
//! answer to a tool has the lines that its protocol allows.

use bytes::Bytes;
use http::Request;

use crate::azure::{Cloud, Secret};
use crate::config::{self, KeyPath};
use crate::har::{Archive, Player};
use crate::tools::{
    DockerAction, DockerConfig, ExecRequest, GitRequest, kubeconfig_overlay, read_registry_answer,
};

/// A recording, of a browser too.
pub(super) fn recording(input: &[u8]) {
    let archive = match Archive::parse(input) {
        Ok(archive) => archive,
        Err(error) => {
            let _words = error.to_string();
            return;
        }
    };
    let mut player = Player::new(archive, "http://127.0.0.1:4321");
    let count = player.count();
    assert!(count > 0, "a recording without requests is played");
    for address in ["/subscriptions?api-version=2022-12-01", "/", "/a/b?c=d"] {
        let request = Request::builder().uri(address).body(Bytes::new());
        let _played = request.map(|request| player.answer(&request));
    }
}

/// A key and a value in the first two lines, then `config.toml`.
pub(super) fn settings_edit(input: &[u8]) {
    let Ok(text) = str::from_utf8(input) else {
        return;
    };
    let mut parts = text.splitn(3, '\n');
    let (Some(key), Some(value), Some(file)) = (parts.next(), parts.next(), parts.next()) else {
        return;
    };
    let Ok(path) = KeyPath::parse(key) else {
        return;
    };
    let Ok(changed) = config::set(file, &path, value) else {
        return;
    };
    let again = config::set(&changed, &path, value);
    assert_eq!(again.as_ref(), Ok(&changed), "a value is set twice");
    if let Ok(Some(without)) = config::unset(&changed, &path) {
        assert_eq!(config::find(&without, &path), None, "a value stays");
    }
}

/// The first byte chooses the tool, the rest is what it says, or a file of its own.
pub(super) fn helpers(input: &[u8]) {
    let Some((tool, text)) = input.split_first() else {
        return;
    };
    let token = Secret::new("a-token");
    match tool % 6 {
        0 => {
            if let Ok(request) = GitRequest::read(text) {
                let host = request.host().unwrap_or_default();
                assert!(!host.contains(['\n', '\r', '\0']), "a host of two lines");
                let answer = request.answer(&token, None);
                assert!(answer.lines().all(|line| line.contains('=')), "{answer}");
            }
        }
        1 => {
            for (_, action) in DockerAction::NAMES {
                if let Ok(server) = action.server(text) {
                    assert!(!server.is_empty(), "a server without a name");
                }
            }
        }
        2 => {
            if let Some(request) = str::from_utf8(text).ok().map(ExecRequest::read)
                && let Ok(request) = request
            {
                let answer = request.answer(&token, None);
                let answer: Result<serde_json::Value, _> = serde_json::from_str(&answer);
                assert!(answer.is_ok(), "an answer that is not JSON");
            }
        }
        3 => {
            if let Some(config) = DockerConfig::read(text) {
                for (server, _) in config.servers() {
                    let _login = config.login_for(&server);
                }
                let changed = config.with_store("arm", &Cloud::public(), &[]);
                let again = DockerConfig::read(changed.text().as_bytes());
                assert!(again.is_some(), "a file is written that cannot be read");
            }
        }
        4 => {
            let config = serde_json::from_slice::<serde_json::Value>(text);
            let overlay = config.map(|config| kubeconfig_overlay(&[config], "arm", &[]));
            if let Ok(Some(overlay)) = overlay {
                let overlay: Result<serde_json::Value, _> = serde_json::from_str(&overlay);
                assert!(overlay.is_ok(), "a kubeconfig that is not JSON");
            }
        }
        _ => {
            let _answer = read_registry_answer(true, text, &token);
            let _refusal = read_registry_answer(false, text, &token);
        }
    }
}
