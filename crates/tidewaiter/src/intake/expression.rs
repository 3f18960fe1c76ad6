//! Arithmetic over columns, for roles that an administration's file only implies: `` `Item Price` * `Tax Rate` / 100 ``.
//!
//! Grammar: `sum = product (("+" | "-") product)*`, `product = factor (("*" | "/") factor)*`,
//! `factor = "-" factor | "(" sum ")" | number | name`. A name is written bare (letters, digits, `_` and `.`, not
//! beginning with a digit) or between back quotes, where everything but a back quote may stand.

use std::fmt;

/// An expression that has been checked; evaluated over the columns that it names.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    text: String,
    columns: Vec<String>,
    steps: Vec<Step>,
}

/// One step of the expression in postfix order.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    Number(f64),
    Column(usize),
    Negate,
    Binary(Operator),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// What is wrong with an expression, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpressionError {
    text: String,
    /// Characters before the place.
    position: usize,
    problem: &'static str,
}

impl fmt::Display for ExpressionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { text, position, problem } = self;
        write!(f, "{problem}, at character {}:\n    {text}\n    {:>2$}", position + 1, '^', position + 1)
    }
}

impl std::error::Error for ExpressionError {}

/// Parentheses and minus signs may be nested this deep; no real formula comes near it.
const MAX_DEPTH: usize = 50;

impl Expression {
    /// Reads and checks an expression.
    pub fn parse(text: &str) -> Result<Self, ExpressionError> {
        let mut parser = Parser { text, rest: text, depth: 0, columns: Vec::new(), steps: Vec::new() };
        parser.sum()?;
        parser.skip_spaces();
        if !parser.rest.is_empty() {
            return Err(parser.error("expected + - * / or the end here"));
        }
        Ok(Self { text: text.to_owned(), columns: parser.columns, steps: parser.steps })
    }

    /// The expression as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The columns it names, each once, in the order of their first mention.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Its value, where `column` gives the number in the column of an index into [`Expression::columns`]. `None` where
    /// a column has no number or the result is not finite.
    pub fn evaluate(&self, column: impl Fn(usize) -> Option<f64>) -> Option<f64> {
        let mut stack: Vec<f64> = Vec::with_capacity(self.steps.len());
        for step in &self.steps {
            let value = match step {
                Step::Number(value) => *value,
                Step::Column(index) => column(*index)?,
                Step::Negate => -stack.pop()?,
                Step::Binary(operator) => {
                    let (right, left) = (stack.pop()?, stack.pop()?);
                    operator.apply(left, right)
                }
            };
            stack.push(value);
        }
        stack.pop().filter(|value| value.is_finite())
    }
}

impl Operator {
    fn apply(self, left: f64, right: f64) -> f64 {
        match self {
            Self::Add => left + right,
            Self::Subtract => left - right,
            Self::Multiply => left * right,
            Self::Divide => left / right,
        }
    }
}

struct Parser<'a> {
    text: &'a str,
    rest: &'a str,
    depth: usize,
    columns: Vec<String>,
    steps: Vec<Step>,
}

impl Parser<'_> {
    fn error(&self, problem: &'static str) -> ExpressionError {
        let before = &self.text[..self.text.len() - self.rest.len()];
        ExpressionError { text: self.text.to_owned(), position: before.chars().count(), problem }
    }

    fn skip_spaces(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn operator(&mut self, choices: [(char, Operator); 2]) -> Option<Operator> {
        self.skip_spaces();
        let (sign, operator) = choices.into_iter().find(|(sign, _)| self.rest.starts_with(*sign))?;
        self.rest = &self.rest[sign.len_utf8()..];
        Some(operator)
    }

    fn sum(&mut self) -> Result<(), ExpressionError> {
        self.product()?;
        while let Some(operator) = self.operator([('+', Operator::Add), ('-', Operator::Subtract)]) {
            self.product()?;
            self.steps.push(Step::Binary(operator));
        }
        Ok(())
    }

    fn product(&mut self) -> Result<(), ExpressionError> {
        self.factor()?;
        while let Some(operator) = self.operator([('*', Operator::Multiply), ('/', Operator::Divide)]) {
            self.factor()?;
            self.steps.push(Step::Binary(operator));
        }
        Ok(())
    }

    fn factor(&mut self) -> Result<(), ExpressionError> {
        self.skip_spaces();
        if self.depth == MAX_DEPTH {
            return Err(self.error("nested too deeply"));
        }
        self.depth += 1;
        match self.rest.chars().next() {
            Some('-') => self.negation()?,
            Some('(') => self.parentheses()?,
            Some('`') => self.quoted_name()?,
            Some(c) if c.is_ascii_digit() || c == '.' => self.number()?,
            Some(c) if c.is_alphabetic() || c == '_' => self.bare_name(),
            _ => return Err(self.error("expected a number, a column or ( here")),
        }
        self.depth -= 1;
        Ok(())
    }

    fn negation(&mut self) -> Result<(), ExpressionError> {
        self.rest = &self.rest[1..];
        self.factor()?;
        self.steps.push(Step::Negate);
        Ok(())
    }

    fn parentheses(&mut self) -> Result<(), ExpressionError> {
        self.rest = &self.rest[1..];
        self.sum()?;
        self.skip_spaces();
        self.rest = self.rest.strip_prefix(')').ok_or_else(|| self.error("expected ) here"))?;
        Ok(())
    }

    fn number(&mut self) -> Result<(), ExpressionError> {
        let end = self.rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(self.rest.len());
        let value = self.rest[..end].parse().map_err(|_| self.error("this is no number"))?;
        self.rest = &self.rest[end..];
        self.steps.push(Step::Number(value));
        Ok(())
    }

    fn bare_name(&mut self) {
        let in_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
        let end = self.rest.find(|c| !in_name(c)).unwrap_or(self.rest.len());
        let name = self.rest[..end].to_owned();
        self.rest = &self.rest[end..];
        self.column(name);
    }

    fn quoted_name(&mut self) -> Result<(), ExpressionError> {
        let inner = &self.rest[1..];
        let end = inner.find('`').ok_or_else(|| self.error("the back quote that opens here is never closed"))?;
        if end == 0 {
            return Err(self.error("a column name stands between back quotes"));
        }
        let name = inner[..end].to_owned();
        self.rest = &inner[end + 1..];
        self.column(name);
        Ok(())
    }

    fn column(&mut self, name: String) {
        let index = self.columns.iter().position(|known| *known == name).unwrap_or_else(|| {
            self.columns.push(name);
            self.columns.len() - 1
        });
        self.steps.push(Step::Column(index));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn value(text: &str) -> Option<f64> {
        let numbers = [("a", 6.0), ("b", 4.0), ("Item Price", 250.0), ("gross.weight", 0.0)];
        let expression = Expression::parse(text).unwrap_or_else(|error| panic!("{error}"));
        expression.evaluate(|index| {
            numbers.iter().find(|(name, _)| *name == expression.columns()[index]).map(|(_, number)| *number)
        })
    }

    #[test]
    fn arithmetic_follows_precedence() {
        for (text, expected) in [
            ("1 + 2 * 3", Some(7.0)),
            ("(1 + 2) * 3", Some(9.0)),
            ("10 - 4 - 3", Some(3.0)),
            ("24 / 4 / 2", Some(3.0)),
            ("-a + b", Some(-2.0)),
            ("2 * -(a - b)", Some(-4.0)),
            ("`Item Price` * b / 100", Some(10.0)),
            ("a / gross.weight", None),
            ("unknown * 2", None),
            (" .5*b ", Some(2.0)),
        ] {
            assert_eq!(value(text), expected, "{text}");
        }
    }

    #[test]
    fn columns_are_named_once() {
        assert_eq!(Expression::parse("a * (b + a) - `b`").unwrap().columns(), ["a", "b"]);
    }

    #[test]
    fn errors_point_at_the_place() {
        for (text, position, problem) in [
            ("", 1, "expected a number, a column or ( here"),
            ("a +", 4, "expected a number, a column or ( here"),
            ("a b", 3, "expected + - * / or the end here"),
            ("(a", 3, "expected ) here"),
            ("a * `b", 5, "the back quote that opens here is never closed"),
            ("é * ``", 5, "a column name stands between back quotes"),
            ("1.2.3", 1, "this is no number"),
            ("a % b", 3, "expected + - * / or the end here"),
        ] {
            let error = Expression::parse(text).unwrap_err();
            assert_eq!((error.position + 1, error.problem), (position, problem), "{text:?}");
        }
        let shown = Expression::parse("a b").unwrap_err().to_string();
        assert_eq!(shown, "expected + - * / or the end here, at character 3:\n    a b\n      ^");
        assert!(Expression::parse(&"(".repeat(10_000)).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[-+*/()` .a-z0-9é]{0,40}") {
            if let Ok(expression) = Expression::parse(&text) {
                let _ = expression.evaluate(|_| Some(1.0));
            }
        }
    }
}
