//! Progress bars of commands that work in stages.

use super::Console;
use indicatif::ProgressBar;
use std::sync::Mutex;

/// One bar after another, each for a stage of the work, in per cent.
pub(super) struct Bars {
    console: Console,
    current: Mutex<Option<(&'static str, ProgressBar)>>,
}

impl Bars {
    /// No bar yet.
    pub(super) fn new(console: &Console) -> Self {
        Self { console: console.clone(), current: Mutex::new(None) }
    }

    /// Shows how far a stage is; a new label ends the stage before.
    pub(super) fn show(&self, label: &'static str, percent: u64) {
        let mut current = self.current.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if current.as_ref().is_none_or(|(shown, _)| *shown != label) {
            if let Some((_, bar)) = current.take() {
                bar.finish_and_clear();
            }
            *current = Some((label, self.console.progress(label, Some(100))));
        }
        if let Some((_, bar)) = current.as_ref() {
            bar.set_position(percent);
        }
    }

    /// Ends the last stage.
    pub(super) fn finish(&self) {
        let current = self.current.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).take();
        if let Some((_, bar)) = current {
            bar.finish_and_clear();
        }
    }
}
