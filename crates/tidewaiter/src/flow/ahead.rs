//! Declarations read and keyed on a thread of their own, a few batches ahead of the history that takes them in.

use super::Error;
use super::declarations::Declarations;
use crate::intake::{IntakeError, Progress, Summary};
use risk::{Keyed, Keying};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::vec::IntoIter;

/// Declarations that travel together.
const BATCH: usize = 256;

/// Batches that may wait.
const WAITING: usize = 8;

/// What the thread sends. The end comes with the summary, so a thread that died does not pass for one that was done.
enum Message {
    Batch(Vec<Keyed>, Progress),
    End(Box<Result<Summary, Error>>),
}

/// The declarations of some files in the order of their days, each with its keys. Ends after an error.
pub(super) struct Ahead {
    /// `None` once the stream has ended.
    messages: Option<Receiver<Message>>,
    ready: IntoIter<Keyed>,
    progress: Progress,
    summary: Summary,
}

impl Ahead {
    /// Begins to read.
    pub(super) fn new(declarations: Declarations, keying: Keying) -> Self {
        let progress = declarations.progress();
        let (sender, messages) = sync_channel(WAITING);
        std::thread::spawn(move || {
            let end = send(declarations, &keying, &sender);
            // Nobody may be left to hear it.
            let _ = sender.send(Message::End(Box::new(end)));
        });
        Self { messages: Some(messages), ready: Vec::new().into_iter(), progress, summary: Summary::default() }
    }

    /// How far reading has come; for a progress bar.
    pub(super) fn progress(&self) -> Progress {
        self.progress
    }

    /// What was seen; empty before the end.
    pub(super) fn summary(&self) -> &Summary {
        &self.summary
    }
}

fn send(mut declarations: Declarations, keying: &Keying, sender: &SyncSender<Message>) -> Result<Summary, Error> {
    loop {
        let records = declarations.by_ref().take(BATCH);
        let batch = records.map(|record| Ok(keying.keyed(record?))).collect::<Result<Vec<_>, Error>>()?;
        let is_last = batch.len() < BATCH;
        if sender.send(Message::Batch(batch, declarations.progress())).is_err() || is_last {
            return Ok(declarations.summary().clone());
        }
    }
}

impl Iterator for Ahead {
    type Item = Result<Keyed, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(keyed) = self.ready.next() {
                return Some(Ok(keyed));
            }
            let end = match self.messages.as_ref()?.recv() {
                Ok(Message::Batch(batch, progress)) => {
                    (self.ready, self.progress) = (batch.into_iter(), progress);
                    continue;
                }
                Ok(Message::End(end)) => *end,
                Err(_) => Err(IntakeError::Interrupted.into()),
            };
            self.messages = None;
            match end {
                Ok(summary) => self.summary = summary,
                Err(error) => return Some(Err(error)),
            }
        }
    }
}
