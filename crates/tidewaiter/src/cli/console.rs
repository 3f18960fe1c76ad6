//! What people see while a command runs: progress bars and messages on standard error, so that standard output stays
//! clean for scripts.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

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
            eprintln!("{message}");
        }
    }

    /// An error with its causes, each on a line of its own.
    pub fn error(&self, error: &anyhow::Error) {
        eprintln!("error: {error}");
        for cause in error.chain().skip(1) {
            eprintln!("  because: {cause}");
        }
    }
}
