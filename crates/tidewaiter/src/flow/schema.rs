//! Proposing and showing schemas.

use crate::intake::{Guess, IntakeError, Schema, Source};
use domain::Role;
use std::fmt::Write;
use std::path::Path;

/// Proposes a schema for a file.
pub fn guess(file: &Path) -> Result<Guess, IntakeError> {
    Guess::of_file(file)
}

/// A schema for people: where each role comes from, and which roles it does without.
pub fn describe(schema: &Schema) -> String {
    let mut out = format!("{}\n\n{:<22} from\n", schema.name(), "role");
    for (role, source) in schema.roles() {
        let from = match source {
            Source::Column(name) => name.clone(),
            Source::Derived(expression) => format!("= {}", expression.text()),
            Source::Constant(text) => format!("always {text:?}"),
        };
        let _ = writeln!(out, "{:<22} {from}", role.name());
    }
    let lists = [
        ("further categorical", schema.categorical()),
        ("further numeric", schema.numeric()),
        ("repeat key", schema.repeat_key()),
    ];
    for (name, columns) in lists.into_iter().filter(|(_, columns)| !columns.is_empty()) {
        let _ = writeln!(out, "{name:<22} {}", columns.join(", "));
    }
    let absent: Vec<_> = Role::ALL.iter().filter(|role| !schema.has(**role)).map(|role| role.name()).collect();
    let _ = writeln!(out, "\nroles without a source: {}", absent.join(", "));
    if !schema.has(Role::FindingDate) {
        let days = schema.known_after_days();
        let _ = writeln!(out, "a result without finding date is taken as known {days} days after lodgement");
    }
    out
}
