//! A response whose body was begun: what decides how the rest of it is read. Who reads it as a page of a list: `list`.

use bytes::{Bytes, BytesMut};

use super::error::Error;
use super::exchange::Client;
use super::html::is_html;
use super::service_error::ServiceError;
use crate::json::{Expected, PageIndex};
use crate::transport::{BodyPrefix, Request, Response, WholeBody};

/// A response with the beginning of its body, and the request that it answers.
#[derive(Debug)]
pub struct OpenedResponse {
    /// The request; its pages follow it.
    pub request: Request,
    /// The head, and what of the body is still on the wire.
    pub response: Response,
    /// What of the body is here.
    pub prefix: BodyPrefix,
}

/// Why a request has no successful response.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// There is no response.
    #[error(transparent)]
    Client(#[from] Error),
    /// The response is an error.
    #[error("HTTP {}", _0.status.as_u16())]
    Service(Box<ServiceError>),
}

impl OpenedResponse {
    /// Returns the body, or as much of it as is here.
    pub fn bytes(&self) -> &Bytes {
        self.prefix.bytes()
    }

    /// Returns the body, if all of it is here.
    pub fn whole(&self) -> Option<WholeBody> {
        self.prefix.whole()
    }

    /// Leaves out the byte order mark that Microsoft Graph writes before the number of `/$count`.
    #[must_use]
    pub fn without_mark_of_count(mut self) -> Self {
        let path = self.response.url.path();
        let is_count = path.ends_with("/$count") || path.ends_with("/%24count");
        if let BodyPrefix::Whole(bytes) = &mut self.prefix
            && is_count
            && bytes.starts_with(b"\xef\xbb\xbf")
        {
            *bytes = bytes.slice(3..);
        }
        self
    }

    /// Tells whether the body is a page for people.
    pub fn is_html(&self) -> bool {
        let content_type = self.response.header("content-type").unwrap_or_default();
        is_html(content_type, self.bytes())
    }

    /// Tells whether the body is JSON: by its type, or by its first byte if the type says nothing. A type that says
    /// something else is `doubted` where JSON is needed.
    pub fn is_json(&self, doubted: bool) -> bool {
        let content_type = self.response.header("content-type").unwrap_or_default();
        let content_type = content_type.split(';').next().unwrap_or_default();
        let content_type = content_type.trim().to_ascii_lowercase();
        if content_type.ends_with("/json") || content_type.ends_with("+json") {
            return true;
        }
        let bytes = self.bytes();
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let looks_like_json = matches!(text.trim_ascii_start().first(), Some(b'{' | b'['));
        let says_nothing = content_type.is_empty() || (doubted && content_type != "text/html");
        says_nothing && looks_like_json
    }

    /// Tells whether the body is one JSON document, whatever it is announced as. One of which more follows is not judged.
    pub fn holds_json(&self) -> bool {
        self.is_json(true) && self.index().is_some()
    }

    /// Tells whether it is one, and a list in an object: a page of what a service lists, and no file.
    pub fn holds_page(&self) -> bool {
        let is_page = |index: PageIndex| index.is_list() && index.is_object();
        self.is_json(true) && self.index().is_some_and(is_page)
    }

    fn index(&self) -> Option<PageIndex> {
        let whole = self.whole()?;
        let (index, _) = Expected::default().read(whole.bytes()).ok()?;
        Some(index)
    }
}

impl Client {
    /// Passes on a successful response, and reads the error out of any other.
    pub async fn check(
        &self,
        request: &Request,
        response: Response,
    ) -> Result<Response, RequestError> {
        if response.status.is_success() {
            return Ok(response);
        }
        let error = self
            .within(ServiceError::read(request, response, self.now()))
            .await?;
        Err(RequestError::Service(Box::new(error)))
    }

    /// Reads on until the body ends or has more than `limit` bytes.
    pub async fn read_on(&self, opened: &mut OpenedResponse, limit: usize) -> Result<(), Error> {
        let BodyPrefix::Part(beginning) = &opened.prefix else {
            return Ok(());
        };
        let mut bytes = BytesMut::from(&beginning[..]);
        opened.prefix = loop {
            if bytes.len() > limit {
                break BodyPrefix::Part(bytes.freeze());
            }
            match self.within(opened.response.body.chunk()).await?? {
                Some(chunk) => bytes.extend_from_slice(&chunk),
                None => break BodyPrefix::Whole(bytes.freeze()),
            }
        };
        Ok(())
    }

    /// Begins to read a body: until it ends or has more than `limit` bytes. A body that is cut before that is requested
    /// again, like a response that did not come: nothing of it was used.
    pub async fn open(
        &self,
        request: Request,
        mut response: Response,
        limit: usize,
    ) -> Result<OpenedResponse, Error> {
        let mut counter = self.attempt_counter();
        loop {
            let error = match self.within(response.body.begin(limit)).await? {
                Ok(prefix) => {
                    return Ok(OpenedResponse {
                        request,
                        response,
                        prefix,
                    });
                }
                Err(error) => error,
            };
            let mut outcome = Err(error.clone());
            if !self
                .waits_to_repeat(&request, &mut outcome, &mut counter)
                .await?
            {
                let attempts = counter.attempts(self.settings().clock.elapsed());
                return Err(Error::Transport { error, attempts });
            }
            let status = response.status;
            response = self.exchange(request.clone()).await?;
            if response.status != status {
                return Err(error.into());
            }
        }
    }
}
