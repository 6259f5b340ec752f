//! Splits a page into its members and its items while it arrives, chunk by chunk, and checks every byte. What is done
//! with the parts: `client::page_reader`.

use serde_json::value::RawValue;

use super::event::{Error, PageEvent};
use super::indent::Indenter;
use super::page_layout::PageLayout;
use super::scan::{Inside, end_of_value, skip_whitespace};
use super::walk::checked_container;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What the next byte that is not white space means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expect {
    Document,
    NameOrClose,
    Name,
    Colon,
    MemberValue,
    CommaOrClose,
    ItemOrClose,
    Item,
    ItemCommaOrClose,
    Nothing,
}

/// A push parser of one page: give it chunks, get [`PageEvent`]s.
#[derive(Debug)]
pub struct PageParser {
    shape: PageLayout,
    /// The names of the objects that were opened, unescaped.
    open: Vec<String>,
    expect: Expect,
    inside: Option<Inside>,
    carry: Vec<u8>,
    /// Where the items are to be laid out.
    indenter: Option<Indenter>,
    name: String,
    root_is_array: bool,
    items_seen: bool,
    offset: usize,
    mark_length: usize,
    value_start: usize,
    limit: usize,
}

impl PageParser {
    /// Starts a page. `limit` bounds, in bytes, one value that spans several chunks.
    pub fn new(shape: PageLayout, limit: usize) -> Self {
        Self {
            shape,
            open: Vec::new(),
            expect: Expect::Document,
            inside: None,
            carry: Vec::new(),
            indenter: None,
            name: String::new(),
            root_is_array: false,
            items_seen: false,
            offset: 0,
            mark_length: 0,
            value_start: 0,
            limit,
        }
    }

    /// The same parser, which lays out items as it checks them if it can: as [`PageEvent::Indented`].
    #[must_use]
    pub fn with_indented_items(mut self) -> Self {
        self.indenter = Some(Indenter::default());
        self
    }

    /// Takes the next bytes of the page and reports each part that ends in them.
    pub fn push<E: From<Error>>(
        &mut self,
        chunk: &[u8],
        part: &mut impl FnMut(PageEvent<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut rest = chunk;
        self.skip_byte_order_mark(&mut rest)?;
        while !rest.is_empty() {
            if let Some(inside) = self.inside {
                self.continue_value(&mut rest, inside, part)?;
                continue;
            }
            let blank = skip_whitespace(rest, 0);
            self.advance(&mut rest, blank);
            if let Some(&byte) = rest.first() {
                self.take_token(byte, &mut rest, part)?;
            }
        }
        Ok(())
    }

    /// Ends the page: an error where the document is incomplete.
    pub fn finish<E: From<Error>>(
        mut self,
        part: &mut impl FnMut(PageEvent<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        if self.inside == Some(Inside::Scalar) && self.expect == Expect::Document {
            // A number at the root ends with the text.
            let carry = std::mem::take(&mut self.carry);
            self.inside = None;
            return self.value_ended(&carry, part);
        }
        if self.expect == Expect::Nothing && self.inside.is_none() {
            return Ok(());
        }
        Err(Error::Cut {
            length: self.offset,
        }
        .into())
    }

    /// Some services send a mark (Azure/terraform-provider-azapi `utf8_bom_policy.go`).
    fn skip_byte_order_mark(&mut self, rest: &mut &[u8]) -> Result<(), Error> {
        while self.mark_length == self.offset
            && let (Some(mark), Some(byte)) = (BYTE_ORDER_MARK.get(self.offset), rest.first())
        {
            if mark == byte {
                self.mark_length += 1;
                self.advance(rest, 1);
            } else if self.offset == 0 {
                break;
            } else {
                return Err(unexpected(self.expect, *byte, self.offset));
            }
        }
        Ok(())
    }

    fn advance(&mut self, rest: &mut &[u8], count: usize) {
        self.offset += count;
        *rest = rest.get(count..).unwrap_or_default();
    }

    fn take_token<E: From<Error>>(
        &mut self,
        byte: u8,
        rest: &mut &[u8],
        part: &mut impl FnMut(PageEvent<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let next = match (self.expect, byte) {
            (Expect::Document, b'{') => {
                part(PageEvent::Object)?;
                Expect::NameOrClose
            }
            (Expect::Document, b'[') => {
                self.root_is_array = true;
                self.items_seen = true;
                part(PageEvent::Items { name: None })?;
                Expect::ItemOrClose
            }
            (Expect::MemberValue, b'[')
                if !self.items_seen && self.shape.holds_items(&self.open, &self.name) =>
            {
                self.items_seen = true;
                part(PageEvent::Items {
                    name: Some(&self.name),
                })?;
                Expect::ItemOrClose
            }
            (Expect::MemberValue, b'{') if self.shape.leads_through(&self.open, &self.name) => {
                part(PageEvent::Open { name: &self.name })?;
                self.open.push(name_of(&self.name));
                Expect::NameOrClose
            }
            (Expect::NameOrClose | Expect::CommaOrClose, b'}') => {
                if self.open.pop().is_some() {
                    part(PageEvent::Close)?;
                    Expect::CommaOrClose
                } else {
                    Expect::Nothing
                }
            }
            (Expect::CommaOrClose, b',') => Expect::Name,
            (Expect::Colon, b':') => Expect::MemberValue,
            (Expect::ItemOrClose | Expect::ItemCommaOrClose, b']') => {
                part(PageEvent::ItemsEnd)?;
                if self.root_is_array {
                    Expect::Nothing
                } else {
                    Expect::CommaOrClose
                }
            }
            (Expect::ItemCommaOrClose, b',') => Expect::Item,
            (Expect::NameOrClose | Expect::Name, b'"')
            | (
                Expect::Document | Expect::MemberValue | Expect::ItemOrClose | Expect::Item,
                b'"' | b'{' | b'[' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n',
            ) => {
                self.value_start = self.offset;
                self.inside = Some(match byte {
                    b'"' => Inside::String { escaped: false },
                    b'{' | b'[' => Inside::Container { depth: 0 },
                    _ => Inside::Scalar,
                });
                return Ok(());
            }
            (expect, byte) => return Err(unexpected(expect, byte, self.offset).into()),
        };
        self.expect = next;
        self.advance(rest, 1);
        Ok(())
    }

    fn continue_value<E: From<Error>>(
        &mut self,
        rest: &mut &[u8],
        inside: Inside,
        part: &mut impl FnMut(PageEvent<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let first = self.carry.is_empty();
        if first
            && matches!(inside, Inside::Container { .. })
            && let Some(length) = self.take_container(rest, part)?
        {
            self.inside = None;
            self.advance(rest, length);
            return Ok(());
        }
        let (length, state) = end_of_value(rest, inside, first);
        if let Err(()) = state {
            return Err(Error::TooDeep {
                offset: self.offset + length,
            }
            .into());
        }
        let bytes = rest.get(..length).unwrap_or_default();
        if let Ok(Some(open)) = state {
            if self.carry.len() + length > self.limit {
                return Err(Error::TooLarge { limit: self.limit }.into());
            }
            self.carry.extend_from_slice(bytes);
            self.inside = Some(open);
        } else {
            self.inside = None;
            if first {
                self.value_ended(bytes, part)?;
            } else {
                let mut carry = std::mem::take(&mut self.carry);
                carry.extend_from_slice(bytes);
                self.value_ended(&carry, part)?;
                carry.clear();
                self.carry = carry;
            }
        }
        self.advance(rest, length);
        Ok(())
    }

    /// Takes the array or object that `rest` begins with, if it ends there and is well-formed. Returns its length.
    fn take_container<E: From<Error>>(
        &mut self,
        rest: &[u8],
        part: &mut impl FnMut(PageEvent<'_>) -> Result<(), E>,
    ) -> Result<Option<usize>, E> {
        let is_item = matches!(self.expect, Expect::ItemOrClose | Expect::Item);
        if let Some(indenter) = self.indenter.as_mut().filter(|_| is_item) {
            let level = self.open.len() + if self.root_is_array { 1 } else { 2 };
            let Some((length, item)) = indenter.container(rest, level) else {
                return Ok(None);
            };
            part(PageEvent::Indented { item, level })?;
            self.expect = Expect::ItemCommaOrClose;
            return Ok(Some(length));
        }
        let Some(text) = checked_container(rest) else {
            return Ok(None);
        };
        self.value_checked(text, part)?;
        Ok(Some(text.len()))
    }

    fn value_ended<E: From<Error>>(
        &mut self,
        bytes: &[u8],
        part: &mut impl FnMut(PageEvent<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let text = validate(bytes, self.value_start)?;
        self.value_checked(text, part)
    }

    fn value_checked<E: From<Error>>(
        &mut self,
        text: &str,
        part: &mut impl FnMut(PageEvent<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.expect = match self.expect {
            Expect::NameOrClose | Expect::Name => {
                text.clone_into(&mut self.name);
                Expect::Colon
            }
            Expect::MemberValue => {
                let (name, value) = (self.name.as_str(), text);
                part(if self.shape.names_link(&self.open, name, value) {
                    PageEvent::Link { name, value }
                } else {
                    PageEvent::Member { name, value }
                })?;
                Expect::CommaOrClose
            }
            Expect::ItemOrClose | Expect::Item => {
                part(PageEvent::Item(text))?;
                Expect::ItemCommaOrClose
            }
            Expect::Document
            | Expect::Colon
            | Expect::CommaOrClose
            | Expect::ItemCommaOrClose
            | Expect::Nothing => {
                part(PageEvent::Scalar(text))?;
                Expect::Nothing
            }
        };
        Ok(())
    }
}

/// The text of a name token. One that is not Unicode text leads nowhere, and keeps its escapes.
fn name_of(token: &str) -> String {
    super::string_of(token).unwrap_or_else(|| token.to_owned())
}

/// Checks one whole value: grammar and UTF-8.
fn validate(bytes: &[u8], offset: usize) -> Result<&str, Error> {
    if let Some(text) = checked_container(bytes).filter(|text| text.len() == bytes.len()) {
        return Ok(text);
    }
    let raw: &RawValue = serde_json::from_slice(bytes).map_err(|error| Error::Malformed {
        offset: offset + error.column().saturating_sub(1),
        message: message_of(&error),
    })?;
    Ok(raw.get())
}

/// The words of a `serde_json` error without its position, which counts from the value's start.
fn message_of(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
}

fn unexpected(expect: Expect, byte: u8, offset: usize) -> Error {
    let wanted = match expect {
        Expect::Document | Expect::MemberValue | Expect::Item => "a value",
        Expect::NameOrClose => "a member name or `}`",
        Expect::Name => "a member name",
        Expect::Colon => "`:`",
        Expect::CommaOrClose => "`,` or `}`",
        Expect::ItemOrClose => "a value or `]`",
        Expect::ItemCommaOrClose => "`,` or `]`",
        Expect::Nothing => "the end of the text",
    };
    let found = char::from(byte).escape_default();
    Error::Malformed {
        offset,
        message: format!("expected {wanted}, found `{found}`"),
    }
}
