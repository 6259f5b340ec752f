//! Checks a JSON array or object in one walk over blocks of 64 bytes, and tells a sink each bracket, comma and colon on
//! the way; or finds where one ends that has been checked. Whatever it does not accept is judged the simple way
//! (`page_parser`), which also finds the words for it.

use wide::u8x16;

use super::event::MAX_DEPTH;

const BLOCK: usize = 64;

/// A bracket, a comma or a colon, and the token before it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Operator {
    /// Where the token starts; an operator may have none before it.
    pub(super) token: usize,
    /// Where the token ends.
    pub(super) token_end: usize,
    /// Where the operator is.
    pub(super) at: usize,
    /// How many containers are open before it.
    pub(super) level: usize,
    pub(super) byte: u8,
    rule: Rule,
}

impl Operator {
    /// Tells whether a line begins before the token, or before an opening bracket.
    #[inline]
    pub(super) fn begins_line(self) -> bool {
        self.rule.0 & Rule::BREAK != 0
    }

    /// Tells whether a line begins before this bracket, because the container that it closes is not empty.
    #[inline]
    pub(super) fn closes_lines(self) -> bool {
        self.rule.0 & Rule::BREAK_CLOSE != 0
    }

    /// Tells whether it closes a container.
    #[inline]
    pub(super) fn closes(self) -> bool {
        self.rule.0 & Rule::CLOSE != 0
    }
}

/// What is done with the operators.
pub(super) trait Sink {
    /// Takes the next one.
    fn operator(&mut self, bytes: &[u8], operator: Operator);
}

/// Only checks.
impl Sink for () {
    #[inline]
    fn operator(&mut self, _: &[u8], _: Operator) {}
}

/// Where the walk is in the grammar.
mod state {
    pub(super) const START: u8 = 0;
    pub(super) const ARRAY_OPEN: u8 = 1;
    pub(super) const ARRAY_COMMA: u8 = 2;
    pub(super) const ARRAY_NESTED: u8 = 3;
    pub(super) const OBJECT_OPEN: u8 = 4;
    pub(super) const OBJECT_COMMA: u8 = 5;
    pub(super) const OBJECT_COLON: u8 = 6;
    pub(super) const OBJECT_NESTED: u8 = 7;
}

/// What the token before an operator is.
mod token {
    pub(super) const NONE: u8 = 0;
    pub(super) const STRING: u8 = 1;
    pub(super) const SCALAR: u8 = 2;
}

/// What an operator means in a state: the next state, and flags. Zero is a fault.
#[derive(Debug, Clone, Copy)]
struct Rule(u8);

impl Rule {
    const STATE: u8 = 0b111;
    const OPEN: u8 = 1 << 3;
    const CLOSE: u8 = 1 << 4;
    const BREAK: u8 = 1 << 5;
    const BREAK_CLOSE: u8 = 1 << 6;
    const VALID: u8 = 1 << 7;

    const fn of(state: u8, token: u8, operator: u8) -> u8 {
        use state::{
            ARRAY_COMMA, ARRAY_NESTED, ARRAY_OPEN, OBJECT_COLON, OBJECT_COMMA, OBJECT_NESTED,
            OBJECT_OPEN, START,
        };

        let is_token = token != token::NONE;
        let is_string = token == token::STRING;
        let starts_value = matches!(state, START | ARRAY_OPEN | ARRAY_COMMA | OBJECT_COLON);
        let ends_array = match state {
            ARRAY_OPEN => true,
            ARRAY_COMMA => is_token,
            ARRAY_NESTED => !is_token,
            _ => false,
        };
        let ends_object = match state {
            OBJECT_OPEN | OBJECT_NESTED => !is_token,
            OBJECT_COLON => is_token,
            _ => false,
        };
        let is_empty = matches!(state, ARRAY_OPEN | OBJECT_OPEN) && !is_token;
        let begins = matches!(state, ARRAY_OPEN | ARRAY_COMMA | OBJECT_OPEN | OBJECT_COMMA);
        let next = match operator {
            b'{' if starts_value && !is_token => OBJECT_OPEN | Self::OPEN,
            b'[' if starts_value && !is_token => ARRAY_OPEN | Self::OPEN,
            b'}' if ends_object => Self::CLOSE,
            b']' if ends_array => Self::CLOSE,
            b',' if ends_array && !is_empty => ARRAY_COMMA,
            b',' if ends_object && !is_empty => OBJECT_COMMA,
            b':' if is_string && matches!(state, OBJECT_OPEN | OBJECT_COMMA) => OBJECT_COLON,
            _ => return 0,
        };
        let mut rule = next | Self::VALID;
        if begins && (is_token || next & Self::OPEN != 0) {
            rule |= Self::BREAK;
        }
        if next & Self::CLOSE != 0 && !is_empty {
            rule |= Self::BREAK_CLOSE;
        }
        rule
    }
}

const OPERATORS: [u8; 6] = *b"{[}],:";

/// The place of a rule in [`RULES`].
const fn place_of(state: u8, token: u8, class: u8) -> u8 {
    state << 5 | token << 3 | class
}

/// The rules by state, token and operator.
static RULES: [u8; 256] = {
    let mut rules = [0; 256];
    let mut place = u8::MAX;
    while place > 0 {
        let (state, token, class) = (place >> 5, place >> 3 & 0b11, place & 0b111);
        if token <= token::SCALAR && (class as usize) < OPERATORS.len() {
            rules[place as usize] = Rule::of(state, token, OPERATORS[class as usize]);
        }
        place -= 1;
    }
    rules[0] = Rule::of(0, 0, OPERATORS[0]);
    rules
};

/// The number of an operator in [`OPERATORS`].
static CLASSES: [u8; 256] = {
    let mut classes = [u8::MAX; 256];
    let mut class = 0_u8;
    while (class as usize) < OPERATORS.len() {
        classes[OPERATORS[class as usize] as usize] = class;
        class += 1;
    }
    classes
};

/// Checks the array or object that `bytes` begins with, and returns its text; `None` if it is not well-formed, nested
/// too deeply, or does not end here, and sometimes if what comes after it is not well-formed.
pub(super) fn checked_container(bytes: &[u8]) -> Option<&str> {
    let end = walk(bytes, &mut ())?;
    std::str::from_utf8(bytes.get(..end)?).ok()
}

/// What goes on from block to block.
#[derive(Debug, Default)]
struct Carry {
    /// All ones inside a string.
    in_string: u64,
    /// Whether the first byte is escaped.
    escaped: u64,
    /// Whether the byte before belongs to a scalar.
    scalar: u64,
    /// Whether a token waits for its operator.
    waiting: bool,
    /// Whether white space may come before or after the token that waits.
    blank: bool,
}

/// Walks through the container that `bytes` begins with, and returns where it ends; `None` as for [`checked_container`].
/// UTF-8 is not checked.
#[inline]
pub(super) fn walk(bytes: &[u8], sink: &mut impl Sink) -> Option<usize> {
    let mut stack = [0_u8; MAX_DEPTH];
    let (mut state, mut level, mut token_start) = (state::START, 0_usize, 0_usize);
    let mut carry = Carry::default();
    let mut base = 0;
    loop {
        let rest = bytes.get(base..).filter(|rest| !rest.is_empty())?;
        let padded;
        let block = if let Some(block) = rest.first_chunk::<BLOCK>() {
            block
        } else {
            padded = padded_block(rest);
            &padded
        };
        let (mut operators, trims) = operators_of(block, &mut carry, bytes, base)?;
        while operators != 0 {
            let at = base + operators.trailing_zeros() as usize;
            operators &= operators - 1;
            let (mut start, mut end) = (token_start, at);
            if trims {
                (start, end) = trimmed(bytes, start, end);
            }
            token_start = at + 1;
            let kind = match bytes.get(start) {
                _ if start == end => token::NONE,
                Some(b'"') => token::STRING,
                _ if is_scalar(bytes.get(start..end)?) => token::SCALAR,
                _ => return None,
            };
            let byte = *bytes.get(at)?;
            let class = CLASSES[usize::from(byte)];
            let rule = RULES[usize::from(place_of(state, kind, class))];
            if rule == 0 {
                return None;
            }
            sink.operator(
                bytes,
                Operator {
                    token: start,
                    token_end: end,
                    at,
                    level,
                    byte,
                    rule: Rule(rule),
                },
            );
            if rule & Rule::OPEN != 0 {
                // In an array a value is followed as in `ARRAY_NESTED`, in an object as in `OBJECT_NESTED`.
                *stack.get_mut(level)? = state | state::ARRAY_NESTED;
                level += 1;
                state = rule & Rule::STATE;
            } else if rule & Rule::CLOSE != 0 {
                level -= 1;
                if level == 0 {
                    return Some(at + 1);
                }
                state = stack[level & (MAX_DEPTH - 1)];
            } else {
                state = rule & Rule::STATE;
            }
        }
        base += BLOCK;
    }
}

/// Finds the end of the array or object at `at`, however deeply it is nested, in text that has been checked.
pub fn container_end(bytes: &[u8], at: usize) -> Option<usize> {
    let (mut depth, mut in_string, mut is_escaped) = (0_usize, 0, 0);
    let mut base = at;
    loop {
        let rest = bytes.get(base..).filter(|rest| !rest.is_empty())?;
        let padded;
        let block = if let Some(block) = rest.first_chunk::<BLOCK>() {
            block
        } else {
            padded = padded_block(rest);
            &padded
        };
        let lanes = Lanes::of(block);
        let (mut quotes, backslashes) = (lanes.quotes(), lanes.backslashes());
        if backslashes | is_escaped != 0 {
            quotes &= !escaped(backslashes, &mut is_escaped);
        }
        let inside = prefix_xor(quotes) ^ in_string;
        in_string = 0_u64.wrapping_sub(inside >> 63);
        let (opening, closing) = (lanes.opening() & !inside, lanes.closing() & !inside);
        let (opened, closed) = (ones(opening), ones(closing));
        if depth > closed {
            depth = depth + opened - closed;
        } else {
            let mut brackets = opening | closing;
            while brackets != 0 {
                let bit = brackets & brackets.wrapping_neg();
                brackets ^= bit;
                if opening & bit != 0 {
                    depth += 1;
                } else {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return Some(base + bit.trailing_zeros() as usize + 1);
                    }
                }
            }
        }
        base += BLOCK;
    }
}

#[inline]
fn ones(bits: u64) -> usize {
    bits.count_ones() as usize
}

#[cold]
fn padded_block(rest: &[u8]) -> [u8; BLOCK] {
    let mut block = [b' '; BLOCK];
    for (to, from) in block.iter_mut().zip(rest) {
        *to = *from;
    }
    block
}

/// Finds the operators outside of strings in a block, and whether tokens may have white space around them. `None` where
/// two tokens have no operator between them, or a string holds what it must not.
#[inline]
fn operators_of(
    block: &[u8; BLOCK],
    carry: &mut Carry,
    bytes: &[u8],
    base: usize,
) -> Option<(u64, bool)> {
    let lanes = Lanes::of(block);
    let mut quotes = lanes.quotes();
    let operators = lanes.operators();
    let mut controls = 0;
    if lanes.has_rare() || carry.escaped != 0 {
        controls = lanes.controls();
        let escaped = escaped(lanes.backslashes(), &mut carry.escaped);
        quotes &= !escaped;
        check_escapes(escaped, bytes, base)?;
    }
    let inside = prefix_xor(quotes) ^ carry.in_string;
    // Fills the word with its top bit.
    carry.in_string = 0_u64.wrapping_sub(inside >> 63);
    let operators = operators & !inside;
    let other = !(inside | quotes | operators);
    let (mut blanks, mut scalars) = (0, 0);
    if other != 0 {
        blanks = lanes.blanks() & other;
        scalars = other & !blanks;
    }
    let starts = (quotes & inside) | (scalars & !(scalars << 1 | carry.scalar));
    carry.scalar = scalars >> 63;
    // Each token takes the next operator away: if there is none in between, the borrow passes the next token.
    let (difference, first) = operators.overflowing_sub(starts);
    let (difference, second) = difference.overflowing_sub(u64::from(carry.waiting));
    carry.waiting = first | second;
    if starts & !difference != 0 || controls & inside != 0 {
        return None;
    }
    let trims = blanks != 0 || carry.blank;
    carry.blank = blanks != 0 || (operators == 0 && carry.blank);
    Some((operators, trims))
}

/// The bytes of a block, sixteen at a time.
struct Lanes([u8x16; 4]);

impl Lanes {
    #[inline]
    fn of(block: &[u8; BLOCK]) -> Self {
        let (lanes, _) = block.as_chunks::<16>();
        let lane = |index: usize| u8x16::new(lanes.get(index).copied().unwrap_or_default());
        Self([lane(0), lane(1), lane(2), lane(3)])
    }

    /// The bits of the bytes for which `test` has the top bit set.
    #[inline]
    fn mask(&self, test: impl Fn(u8x16) -> u8x16) -> u64 {
        let bits = |lane: u8x16| u64::from(test(lane).to_bitmask());
        let Self([first, second, third, fourth]) = *self;
        bits(first) | bits(second) << 16 | bits(third) << 32 | bits(fourth) << 48
    }

    #[inline]
    fn equal(&self, byte: u8) -> u64 {
        let byte = u8x16::splat(byte);
        self.mask(|lane| lane.simd_eq(byte))
    }

    #[inline]
    fn quotes(&self) -> u64 {
        self.equal(b'"')
    }

    #[inline]
    fn backslashes(&self) -> u64 {
        self.equal(b'\\')
    }

    #[inline]
    fn operators(&self) -> u64 {
        // `[` and `{`, `]` and `}` differ in this bit only.
        let bit = u8x16::splat(0x20);
        self.mask(|lane| {
            let bracket = lane | bit;
            bracket.simd_eq(u8x16::splat(b'{'))
                | bracket.simd_eq(u8x16::splat(b'}'))
                | lane.simd_eq(u8x16::splat(b','))
                | lane.simd_eq(u8x16::splat(b':'))
        })
    }

    /// The opening brackets.
    #[inline]
    fn opening(&self) -> u64 {
        let bit = u8x16::splat(0x20);
        self.mask(|lane| (lane | bit).simd_eq(u8x16::splat(b'{')))
    }

    /// The closing brackets.
    #[inline]
    fn closing(&self) -> u64 {
        let bit = u8x16::splat(0x20);
        self.mask(|lane| (lane | bit).simd_eq(u8x16::splat(b'}')))
    }

    #[inline]
    fn blanks(&self) -> u64 {
        self.mask(|lane| {
            lane.simd_eq(u8x16::splat(b' '))
                | lane.simd_eq(u8x16::splat(b'\t'))
                | lane.simd_eq(u8x16::splat(b'\n'))
                | lane.simd_eq(u8x16::splat(b'\r'))
        })
    }

    #[inline]
    fn controls(&self) -> u64 {
        let last = u8x16::splat(0x1f);
        self.mask(|lane| lane.min(last).simd_eq(lane))
    }

    /// Tells whether there is a backslash or a control character.
    #[inline]
    fn has_rare(&self) -> bool {
        let (last, backslash) = (u8x16::splat(0x1f), u8x16::splat(b'\\'));
        let Self([first, second, third, fourth]) = *self;
        let rare = |lane: u8x16| lane.min(last).simd_eq(lane) | lane.simd_eq(backslash);
        (rare(first) | rare(second) | rare(third) | rare(fourth)).to_bitmask() != 0
    }
}

/// Each bit becomes the parity of itself and all lower ones: ones from an opening quote up to its closing one.
#[inline]
fn prefix_xor(mut bits: u64) -> u64 {
    bits ^= bits << 1;
    bits ^= bits << 2;
    bits ^= bits << 4;
    bits ^= bits << 8;
    bits ^= bits << 16;
    bits ^ bits << 32
}

/// Finds the bytes before which an odd number of backslashes is.
#[inline]
fn escaped(backslashes: u64, carry: &mut u64) -> u64 {
    const EVEN: u64 = 0x5555_5555_5555_5555;

    let backslashes = backslashes & !*carry;
    let follows = backslashes << 1 | *carry;
    let odd_starts = backslashes & !EVEN & !follows;
    let (runs, overflow) = odd_starts.overflowing_add(backslashes);
    *carry = u64::from(overflow);
    (EVEN ^ (runs << 1)) & follows
}

/// Checks what follows backslashes. Outside of strings they are refused as scalars.
#[inline]
fn check_escapes(mut escaped: u64, bytes: &[u8], base: usize) -> Option<()> {
    while escaped != 0 {
        let at = base + escaped.trailing_zeros() as usize;
        escaped &= escaped - 1;
        match bytes.get(at)? {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {}
            b'u' => {
                let digits = bytes.get(at + 1..at + 5)?;
                if !digits.iter().all(u8::is_ascii_hexdigit) {
                    return None;
                }
            }
            _ => return None,
        }
    }
    Some(())
}

#[inline]
fn trimmed(bytes: &[u8], mut start: usize, mut end: usize) -> (usize, usize) {
    let is_blank = |at: usize| matches!(bytes.get(at), Some(b' ' | b'\t' | b'\n' | b'\r'));
    while start < end && is_blank(start) {
        start += 1;
    }
    while start < end && is_blank(end - 1) {
        end -= 1;
    }
    (start, end)
}

/// Tells whether a token is a number, `true`, `false` or `null`.
#[inline]
fn is_scalar(token: &[u8]) -> bool {
    matches!(token, b"true" | b"false" | b"null") || is_number(token)
}

fn is_number(token: &[u8]) -> bool {
    let digits = |from: usize| {
        let rest = token.get(from..).unwrap_or_default();
        from + rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
    };
    let start = usize::from(token.first() == Some(&b'-'));
    let mut end = digits(start);
    if end == start || (token.get(start) == Some(&b'0') && end > start + 1) {
        return false;
    }
    if token.get(end) == Some(&b'.') {
        let start = end + 1;
        end = digits(start);
        if end == start {
            return false;
        }
    }
    if let Some(b'e' | b'E') = token.get(end) {
        let sign = usize::from(matches!(token.get(end + 1), Some(b'+' | b'-')));
        let start = end + 1 + sign;
        end = digits(start);
        if end == start {
            return false;
        }
    }
    end == token.len()
}
