//! The pages of the authority: plain HTML without script, and with a policy that lets in nothing from
//! outside. Every text that comes from a request is escaped here.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Response, StatusCode};

use crate::sandbox::authority::directory::USERS;
use crate::sandbox::authority::error::AuthError;
use crate::sandbox::authority::request::AuthRequest;
use crate::sandbox::authority::response;
use crate::sandbox::authority::tokens::keys;

const STYLE: &str = "body{font-family:sans-serif;max-width:32rem;margin:3rem auto;padding:0 1rem;line-height:1.5}label{display:block}button{margin:1rem .5rem 0 0;padding:.4rem 1rem}small{color:#666}";

/// A page that is being written.
#[derive(Debug)]
pub(crate) struct HtmlPage {
    status: StatusCode,
    title: &'static str,
    body: String,
    /// Where else than here its form may lead: an origin.
    target: String,
    has_form: bool,
}

impl HtmlPage {
    /// Begins a page.
    pub(crate) fn new(title: &'static str) -> Self {
        Self {
            status: StatusCode::OK,
            title,
            body: String::new(),
            target: String::new(),
            has_form: false,
        }
    }

    /// Sets the status.
    pub(crate) fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// Lets the form lead to an origin. Browsers hold redirects of a form to the policy too.
    pub(crate) fn leading_to(mut self, origin: &str) -> Self {
        origin.clone_into(&mut self.target);
        self
    }

    /// Adds a paragraph.
    pub(crate) fn paragraph(self, text: &str) -> Self {
        self.html(&format!("<p>{}</p>\n", escaped(text)))
    }

    /// Begins the form.
    pub(crate) fn begin_form(mut self, action: &str) -> Self {
        self.has_form = true;
        self.html(&format!(
            "<form method=\"post\" action=\"{}\">\n",
            escaped(action)
        ))
    }

    /// Adds a value that is sent along.
    pub(crate) fn hidden(self, name: &str, value: &str) -> Self {
        self.html(&format!(
            "<input type=\"hidden\" name=\"{}\" value=\"{}\">\n",
            escaped(name),
            escaped(value)
        ))
    }

    /// Adds a field for text.
    pub(crate) fn field(self, name: &str, label: &str, value: &str) -> Self {
        self.html(&format!(
            "<label>{} <input name=\"{}\" value=\"{}\" autocomplete=\"off\" required></label>\n",
            escaped(label),
            escaped(name),
            escaped(value)
        ))
    }

    /// Adds a choice among the people of the directory; one is chosen from the start.
    pub(crate) fn accounts(mut self, hint: Option<&str>) -> Self {
        let hinted = hint.filter(|hint| {
            let mut users = USERS.iter();
            users.any(|user| user.principal_name.eq_ignore_ascii_case(hint))
        });
        for (index, user) in USERS.iter().enumerate() {
            let is_chosen = hinted.map_or(index == 0, |hint| {
                user.principal_name.eq_ignore_ascii_case(hint)
            });
            self = self.html(&format!(
                "<label><input type=\"radio\" name=\"user\" value=\"{0}\"{1}> {2} <small>{0}</small></label>\n",
                escaped(user.principal_name),
                if is_chosen { " checked" } else { "" },
                escaped(user.name),
            ));
        }
        self
    }

    /// Adds the buttons that end a sign-in.
    pub(crate) fn decisions(self) -> Self {
        self.button("decision", "sign-in", "Sign in")
            .button("decision", "cancel", "Cancel")
    }

    /// Adds a button; one without a name sends nothing of its own.
    pub(crate) fn button(self, name: &str, value: &str, label: &str) -> Self {
        let sent = match name {
            "" => String::new(),
            _ => format!(" name=\"{}\" value=\"{}\"", escaped(name), escaped(value)),
        };
        self.html(&format!(
            "<button type=\"submit\"{sent}>{}</button>\n",
            escaped(label)
        ))
    }

    /// Ends the page.
    pub(crate) fn answer(self, request: &AuthRequest<'_>) -> Response<Bytes> {
        let Self {
            status,
            title,
            body,
            target,
            has_form,
        } = self;
        let end = if has_form { "</form>\n" } else { "" };
        let text = format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{title} - sandbox</title><style>{STYLE}</style></head>\n<body>\n<h1>{title}</h1>\n{body}{end}<p><small>This is the sandbox of arm. Nobody here is real.</small></p>\n</body>\n</html>\n"
        );
        let style = STANDARD.encode(keys::sha256(STYLE));
        let policy = format!(
            "default-src 'none'; style-src 'sha256-{style}'; form-action 'self' {target}; base-uri 'none'; frame-ancestors 'none'"
        );
        response::page(request, status, &policy, text)
    }

    fn html(mut self, html: &str) -> Self {
        self.body.push_str(html);
        self
    }
}

/// A refusal that a person reads.
pub(crate) fn refusal(request: &AuthRequest<'_>, refusal: &AuthError) -> Response<Bytes> {
    HtmlPage::new("Sorry, but we are having trouble signing you in")
        .with_status(StatusCode::BAD_REQUEST)
        .paragraph(&response::description(request, refusal))
        .answer(request)
}

/// Writes a text so that it stays a text in HTML, also between double quotes.
fn escaped(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => written.push_str("&amp;"),
            '<' => written.push_str("&lt;"),
            '>' => written.push_str("&gt;"),
            '"' => written.push_str("&quot;"),
            '\'' => written.push_str("&#39;"),
            _ => written.push(letter),
        }
    }
    written
}
