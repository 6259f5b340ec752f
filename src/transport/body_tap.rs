//! Listens to a body while another reads it: nothing is read for it, held back or changed. A [`BodyTap`] reports the
//! beginning once. Who shows it: `app::session::trace`; who keeps more of it: `client::recording`.

use std::fmt;

/// Hears the bytes of a body as they are read.
pub trait BodyListener: fmt::Debug {
    /// Takes the next bytes, or `None` at the end. One that is dropped before has heard a part.
    fn hear(&mut self, chunk: Option<&[u8]>);
}

/// How much of a body is passed on.
const MOST: usize = 64 * 1024;

/// What came first of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyBeginning {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Whether these are all.
    pub is_whole: bool,
}

type Listener = Box<dyn FnOnce(BodyBeginning)>;

/// Collects the beginning of a body.
pub struct BodyTap {
    bytes: Vec<u8>,
    listener: Option<Listener>,
}

impl BodyTap {
    /// Tells the beginning when it is there, or when no more is read.
    pub fn new(listener: impl FnOnce(BodyBeginning) + 'static) -> Self {
        Self {
            bytes: Vec::new(),
            listener: Some(Box::new(listener)),
        }
    }

    fn tell(&mut self, is_whole: bool) {
        if let Some(listener) = self.listener.take() {
            let bytes = std::mem::take(&mut self.bytes);
            listener(BodyBeginning { bytes, is_whole });
        }
    }
}

impl BodyListener for BodyTap {
    fn hear(&mut self, chunk: Option<&[u8]>) {
        if self.listener.is_none() {
            return;
        }
        let Some(chunk) = chunk else {
            return self.tell(true);
        };
        let wanted = MOST - self.bytes.len();
        self.bytes
            .extend_from_slice(chunk.get(..wanted).unwrap_or(chunk));
        if chunk.len() > wanted {
            self.tell(false);
        }
    }
}

/// The reader has seen all that it wanted, or the body was cut.
impl Drop for BodyTap {
    fn drop(&mut self) {
        if !self.bytes.is_empty() {
            self.tell(false);
        }
    }
}

impl fmt::Debug for BodyTap {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("BodyTap").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use super::{BodyBeginning, BodyListener as _, BodyTap, MOST};

    #[track_caller]
    fn check(chunks: &[Option<&[u8]>], expected: Option<(usize, bool)>) {
        let told = Rc::new(RefCell::new(Vec::new()));
        let hears = Rc::clone(&told);
        let mut tap = BodyTap::new(move |beginning| hears.borrow_mut().push(beginning));
        for chunk in chunks {
            tap.hear(*chunk);
        }
        drop(tap);
        let told = told.borrow();
        let told: Vec<_> = told
            .iter()
            .map(|BodyBeginning { bytes, is_whole }| (bytes.len(), *is_whole))
            .collect();
        assert_eq!(told, Vec::from_iter(expected));
    }

    #[test]
    fn a_beginning_is_told_once() {
        let large = vec![b'a'; MOST];
        check(&[], None);
        check(&[None], Some((0, true)));
        check(&[Some(b"ab"), Some(b"c"), None], Some((3, true)));
        check(&[Some(b"ab")], Some((2, false)));
        check(&[Some(&large), None], Some((MOST, true)));
        check(
            &[Some(b"ab"), Some(&large), Some(b"c"), None],
            Some((MOST, false)),
        );
    }
}
