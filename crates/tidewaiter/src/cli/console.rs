//! What people see while a command runs: progress bars and messages on standard error, so that standard output stays
//! clean for scripts.

use anyhow::Context;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{ErrorKind, Write};

/// Prints a result on standard output, as lines. A reader that has seen enough, such as `head`, closes the pipe: that is
/// no error, and nothing more is printed.
pub(super) fn print(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    let line_end = if text.ends_with('\n') { "" } else { "\n" };
    let printed = out.write_all(text.as_bytes()).and_then(|()| out.write_all(line_end.as_bytes()));
    match printed.and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other.context("can't write to standard output"),
    }
}

/// Prints a message for people. Nobody may be left to read it, which must not stop the work.
fn tell(message: &str) {
    let _ = writeln!(std::io::stderr(), "{message}");
}

/// The terminal (or its absence) as commands see it.
#[derive(Debug, Clone)]
pub struct Console {
    quiet: bool,
}

impl Console {
    /// Writes to standard error; bars appear only where that is a terminal.
    pub fn stderr() -> Self {
        Self { quiet: false }
    }

    /// Shows no bars and no messages; for tests and `--json`.
    pub fn quiet() -> Self {
        Self { quiet: true }
    }

    /// A bar over `total` steps, or a spinner where `total` is unknown.
    pub fn progress(&self, label: &str, total: Option<u64>) -> ProgressBar {
        let target = if self.quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(total, target).with_message(label.to_owned());
        let template = match total {
            Some(_) => "{msg:28} [{bar:30}] {pos}/{len} {eta}",
            None => "{msg:28} {spinner} {pos} {per_sec}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        bar
    }

    /// A message for people.
    pub fn say(&self, message: &str) {
        if !self.quiet {
            tell(message);
        }
    }

    /// An error with its causes, each on a line of its own. Many messages hold that of their cause, which then is not
    /// said again.
    pub fn error(&self, error: &anyhow::Error) {
        let mut said = error.to_string();
        tell(&format!("error: {said}"));
        for cause in error.chain().skip(1).map(ToString::to_string) {
            if !said.contains(cause.trim_end()) {
                tell(&format!("  because: {cause}"));
                said.push_str(&cause);
            }
        }
        if let Some(next) = error.chain().find_map(|cause| cause.downcast_ref()).and_then(next_step) {
            tell(&format!("  next: {next}"));
        }
    }
}

/// What to do about an error of the system, whose own words are those of programmers.
fn next_step(error: &std::io::Error) -> Option<&'static str> {
    Some(match error.kind() {
        ErrorKind::NotFound => "look at the spelling of the path; a folder that is to be written to must be there",
        ErrorKind::IsADirectory => "give the path of a file; this is a folder",
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => "give the path of a folder; this is a file",
        ErrorKind::PermissionDenied => "run as a user who may use this path, or choose another",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "make room on the disk and run the command again",
        _ => return None,
    })
}
