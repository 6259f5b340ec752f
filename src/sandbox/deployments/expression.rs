//! Template expressions as trees: `[concat(parameters('name'), '-disk')]`. What they stand for: `evaluation`.

/// An expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expression {
    Text(String),
    Number(i64),
    /// A function and its arguments.
    Call(String, Vec<Self>),
    /// A member, as `.name` or `['name']`, or an item.
    Member(Box<Self>, Box<Self>),
}

/// What a string of a template is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Written {
    /// Text that stands for itself.
    Text(String),
    Expression(Expression),
}

/// Reads a string of a template: an expression if it begins with `[` and ends with `]`; a second `[` makes it text.
/// The error says what is wrong, and where.
pub(super) fn read(text: &str) -> Result<Written, String> {
    let inner = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let Some(inner) = inner else {
        return Ok(Written::Text(text.to_owned()));
    };
    if inner.starts_with('[') {
        return Ok(Written::Text(text.get(1..).unwrap_or_default().to_owned()));
    }
    let mut parser = Parser {
        text: inner,
        at: 0,
        depth: 0,
    };
    let expression = parser.expression()?;
    parser.skip_blanks();
    if parser.at < inner.len() {
        return Err(parser.unexpected());
    }
    Ok(Written::Expression(expression))
}

/// Expressions that nest deeper are refused.
const DEEPEST: u32 = 64;

struct Parser<'t> {
    text: &'t str,
    at: usize,
    depth: u32,
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn takes(&mut self, wanted: char) -> bool {
        self.skip_blanks();
        let found = self.rest().starts_with(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    fn unexpected(&self) -> String {
        match self.rest().chars().next() {
            Some(found) => format!(
                "the template language expression '{}' is not valid: unexpected token '{found}' at position '{}'",
                self.text, self.at
            ),
            None => format!(
                "the template language expression '{}' is not valid: the end of it is missing",
                self.text
            ),
        }
    }

    fn expression(&mut self) -> Result<Expression, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("the template language expression is nested too deeply".to_owned());
        }
        let mut found = self.primary()?;
        loop {
            if self.takes('.') {
                let name = self.word().ok_or_else(|| self.unexpected())?;
                found = Expression::Member(Box::new(found), Box::new(Expression::Text(name)));
            } else if self.takes('[') {
                let key = self.expression()?;
                if !self.takes(']') {
                    return Err(self.unexpected());
                }
                found = Expression::Member(Box::new(found), Box::new(key));
            } else {
                self.depth -= 1;
                return Ok(found);
            }
        }
    }

    fn primary(&mut self) -> Result<Expression, String> {
        if self.takes('\'') {
            return self.string().map(Expression::Text);
        }
        if let Some(number) = self.number() {
            return Ok(Expression::Number(number));
        }
        let name = self.word().ok_or_else(|| self.unexpected())?;
        if !self.takes('(') {
            return Err(self.unexpected());
        }
        let mut arguments = Vec::new();
        if self.takes(')') {
            return Ok(Expression::Call(name, arguments));
        }
        loop {
            arguments.push(self.expression()?);
            if self.takes(')') {
                return Ok(Expression::Call(name, arguments));
            }
            if !self.takes(',') {
                return Err(self.unexpected());
            }
        }
    }

    /// The rest of a string in single quotes; a quote inside is doubled.
    fn string(&mut self) -> Result<String, String> {
        let mut text = String::new();
        loop {
            let Some(end) = self.rest().find('\'') else {
                self.at = self.text.len();
                return Err(self.unexpected());
            };
            text.push_str(self.rest().get(..end).unwrap_or_default());
            self.at += end + 1;
            if !self.rest().starts_with('\'') {
                return Ok(text);
            }
            text.push('\'');
            self.at += 1;
        }
    }

    fn number(&mut self) -> Option<i64> {
        self.skip_blanks();
        let is_part = |(index, c): &(usize, char)| c.is_ascii_digit() || (*index == 0 && *c == '-');
        let length = self.rest().char_indices().take_while(is_part).count();
        let number = self.rest().get(..length)?.parse().ok()?;
        self.at += length;
        Some(number)
    }

    fn word(&mut self) -> Option<String> {
        self.skip_blanks();
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let rest = self.rest();
        let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let word = rest
            .get(..length)
            .filter(|word| !word.is_empty())?
            .to_owned();
        self.at += length;
        Some(word)
    }
}

#[cfg(test)]
mod tests {
    use super::{Expression, Written, read};

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let actual = match read(text) {
            Ok(Written::Text(text)) => format!("text {text}"),
            Ok(Written::Expression(expression)) => shown(&expression),
            Err(reason) => format!("error {reason}"),
        };
        assert_eq!(actual, expected, "{text}");
    }

    fn shown(expression: &Expression) -> String {
        match expression {
            Expression::Text(text) => format!("'{text}'"),
            Expression::Number(number) => number.to_string(),
            Expression::Call(name, arguments) => {
                let arguments: Vec<String> = arguments.iter().map(shown).collect();
                format!("{name}({})", arguments.join(" "))
            }
            Expression::Member(whole, key) => format!("{}[{}]", shown(whole), shown(key)),
        }
    }

    #[test]
    fn reads_texts_and_expressions() {
        check("plain", "text plain");
        check("[[a]", "text [a]");
        check("[a] b", "text [a] b");
        check("['it''s']", "'it's'");
        check(
            "[ concat( parameters('a') , '-', 7 ) ]",
            "concat(parameters('a') '-' 7)",
        );
        check(
            "[resourceGroup().tags['a b'][0].c]",
            "resourceGroup()['tags']['a b'][0]['c']",
        );
        check("[f(-3)]", "f(-3)");
    }

    #[test]
    fn says_what_is_wrong() {
        let wrong = "error the template language expression";
        check(
            "[concat('a' 'b')]",
            &format!(
                "{wrong} 'concat('a' 'b')' is not valid: unexpected token ''' at position '11'"
            ),
        );
        check(
            "[f('a]",
            &format!("{wrong} 'f('a' is not valid: the end of it is missing"),
        );
        check(
            "[f]",
            &format!("{wrong} 'f' is not valid: the end of it is missing"),
        );
        check(
            "[]",
            &format!("{wrong} '' is not valid: the end of it is missing"),
        );
        check(
            &format!("[{}1{}]", "f(".repeat(99), ")".repeat(99)),
            &format!("{wrong} is nested too deeply"),
        );
    }
}
