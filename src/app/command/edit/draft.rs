//! The file with the text that is edited, readable only by its owner. It is kept until its content has been sent.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::cli::arguments::EditSyntax;
use crate::credential::private_file::{self, Durability, PrivateFileError};
use crate::env::Env;
use crate::error::{EditError, Error};
use crate::file;
use crate::json::append_pretty;
use crate::output::yaml_of_json;
use crate::plan;

/// A text that is longer was not written by a person.
const LONGEST: u64 = 64 << 20;

/// A text in a file of its own, in a folder of its own: editors put more next to it.
#[derive(Debug)]
pub(super) struct Draft {
    folder: PathBuf,
    path: PathBuf,
    syntax: EditSyntax,
}

impl Draft {
    /// Makes the folder for the text of a resource.
    pub(super) fn new(resource_path: &str, syntax: EditSyntax, env: &Env) -> Result<Self, Error> {
        let all = env
            .state_dir
            .as_ref()
            .ok_or(Error::NoStateFolder)?
            .join("edits");
        let folder = all.join(uuid::Uuid::new_v4().simple().to_string());
        for path in [&all, &folder] {
            private_file::prepare_folder(path).map_err(|error| failed(path, &error))?;
        }
        let name = resource_path.rsplit('/').find(|name| !name.is_empty());
        let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
        let bytes = name.unwrap_or_default().bytes().filter(is_plain).take(64);
        let name: String = bytes.map(char::from).collect();
        let name = if name.is_empty() { "resource" } else { &name };
        let extension = match syntax {
            EditSyntax::Json => "json",
            EditSyntax::Yaml => "yaml",
        };
        let path = folder.join(format!("{name}.{extension}"));
        Ok(Self {
            folder,
            path,
            syntax,
        })
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a document as the text, and returns that.
    pub(super) fn write(&self, json: &str) -> Result<Vec<u8>, Error> {
        let mut text = Vec::new();
        match self.syntax {
            EditSyntax::Json => append_pretty(json, 0, &mut text),
            EditSyntax::Yaml => text.extend_from_slice(yaml_of_json(json).as_bytes()),
        }
        if !text.ends_with(b"\n") {
            text.push(b'\n');
        }
        private_file::replace(&self.path, &text, Durability::Synced)
            .map_err(|error| failed(&self.path, &error))?;
        Ok(text)
    }

    /// Reads what is there now. A file that is gone is an empty one.
    pub(super) fn read(&self) -> Result<Vec<u8>, Error> {
        match file::read(&self.path, LONGEST) {
            Ok(read) => Ok(read.bytes),
            Err(error) if error.is_absence() => Ok(Vec::new()),
            Err(error) => Err(Error::Folder {
                path: self.path.clone(),
                message: error.to_string(),
            }),
        }
    }

    /// Reads the document that the text is.
    pub(super) fn document(&self, text: &[u8]) -> Result<String, Error> {
        document_of(&crate::cli::ValueSource::File(self.path.clone()), text)
    }

    /// Takes away a text that an earlier run has kept; any other file is the user's.
    pub(super) fn remove_kept(path: &Path, env: &Env) {
        let all = env.state_dir.as_ref().map(|folder| folder.join("edits"));
        let folder = path
            .parent()
            .filter(|folder| folder.parent() == all.as_deref());
        if let Some(folder) = folder {
            // What stays there is readable only by its owner.
            let _left = fs::remove_dir_all(folder);
        }
    }

    /// Takes the text away.
    pub(super) fn remove(&self) -> io::Result<()> {
        fs::remove_dir_all(&self.folder)
    }
}

/// Reads a resource out of a text.
pub(super) fn document_of(source: &crate::cli::ValueSource, text: &[u8]) -> Result<String, Error> {
    if text.trim_ascii().is_empty() {
        return Err(EditError::Empty.into());
    }
    let json = plan::body::json_from(source, text).map_err(plan::Error::from)?;
    if !json.trim_ascii_start().starts_with('{') {
        return Err(EditError::NoObject.into());
    }
    Ok(json.into_owned())
}

fn failed(path: &Path, error: &PrivateFileError) -> Error {
    Error::Folder {
        path: path.to_owned(),
        message: error.to_string(),
    }
}
