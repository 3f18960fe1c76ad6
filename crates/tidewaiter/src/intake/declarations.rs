//! The stream of declarations.

use super::error::IntakeError;
use super::group::Grouper;
use super::order::{Days, Sorter};
use super::plan::{Plan, plain_text};
use super::rejects::Rejects;
use super::rows::{Origin, Row, RowBatch};
use super::schema::{FileFormat, Schema};
use super::source::{Container, Input};
use super::summary::Summary;
use super::table::{Table, file_error};
use domain::{Conventions, Day, Quality, QualityKind, Record, Role, normalise};
use rustc_hash::FxHasher;
use std::collections::VecDeque;
use std::hash::Hasher;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// How files are to be read.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The day on which they are read; later dates are noted and taken as this day.
    pub today: Day,
    /// Whether to read what was decided and found. Without it no column of an outcome role is even read.
    pub outcomes: bool,
    /// File for refused rows.
    pub rejects: Option<PathBuf>,
}

/// How far reading has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Bytes taken from the files, as they are stored.
    pub read_bytes: u64,
    /// Bytes of all files.
    pub total_bytes: u64,
}

impl Progress {
    /// Per cent read.
    pub fn percent(self) -> u64 {
        self.read_bytes.saturating_mul(100) / self.total_bytes.max(1)
    }
}

/// What the reading thread sends: rows, or `None` at the end. Without the end said, a thread that died would pass for
/// one that was done.
type Message = Result<Option<RowBatch>, IntakeError>;

/// Batches that may wait between the reading thread and the iterator.
const WAITING_BATCHES: usize = 3;

/// Opens files and checks their headers. The records come in the order of their day, and within a day in the order in
/// which their first rows stand in the files. Files are read twice: first for their dates alone.
pub fn open(schema: &Schema, files: &[PathBuf], reading: Reading) -> Result<Declarations, IntakeError> {
    let plan = Plan::new(schema, reading.outcomes);
    let mut conventions = schema.conventions(reading.today);
    let mut inputs = Vec::with_capacity(files.len());
    for path in files {
        let input = Input::open(path).map_err(|source| IntakeError::File { path: path.clone(), source })?;
        let (_, header) = Table::open(&input, schema.file(), plan.column_names(), Arc::default())?;
        plan.positions(&header, path)?;
        inputs.push(input);
    }
    if inputs.iter().any(|input| input.container == Container::Parquet) {
        // Typed dates are written in this format, whatever the schema says of texts.
        conventions.date_formats.push("%Y-%m-%d".to_owned());
    }
    let rejects = reading.rejects.as_deref().map(|path| Rejects::create(path, files)).transpose()?;
    let total_bytes = inputs.iter().map(|input| input.size_bytes).sum();
    let read = Arc::new(AtomicU64::new(0));
    let reader = Reader { inputs, format: schema.file().clone(), plan: plan.clone(), read: read.clone() };
    let sorted = reader.is_out_of_order(&conventions)?;
    Ok(Declarations {
        batches: Some(reader.spawn(conventions.clone(), sorted)),
        plan,
        conventions,
        grouper: Grouper::default(),
        ready: VecDeque::new(),
        rejects,
        summary: Summary { sorted, ..Summary::default() },
        read,
        total_bytes,
    })
}

/// The declarations of some files, one after the other; see [`open`].
pub struct Declarations {
    /// `None` once the stream has ended or failed.
    batches: Option<Receiver<Message>>,
    plan: Plan,
    conventions: Conventions,
    grouper: Grouper,
    ready: VecDeque<Record>,
    rejects: Option<Rejects>,
    summary: Summary,
    read: Arc<AtomicU64>,
    total_bytes: u64,
}

impl Declarations {
    /// How far reading has come; for a progress bar.
    pub fn progress(&self) -> Progress {
        Progress { read_bytes: self.read.load(Ordering::Relaxed), total_bytes: self.total_bytes }
    }

    /// What was seen so far. It is ahead of the records given by up to a day of rows, and exact at the end.
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    /// Reads on until there are records, or the end.
    fn advance(&mut self) -> Result<(), IntakeError> {
        let Some(batches) = &self.batches else { return Ok(()) };
        match batches.recv().unwrap_or(Err(IntakeError::Interrupted))? {
            Some(batch) => self.take(&batch),
            None => {
                self.batches = None;
                self.grouper.finish(&mut self.ready);
                self.rejects.as_mut().map_or(Ok(()), Rejects::flush)
            }
        }
    }

    fn take(&mut self, batch: &RowBatch) -> Result<(), IntakeError> {
        self.summary.rows += (batch.faults.len() + batch.len()) as u64;
        for fault in &batch.faults {
            self.reject("", fault.reason, fault.origin, &fault.value)?;
        }
        for index in 0..batch.len() {
            self.row(batch.row(index))?;
        }
        Ok(())
    }

    fn row(&mut self, row: Row<'_>) -> Result<(), IntakeError> {
        let origin = row.origin;
        let (raw, strays) = self.plan.raw_item(row, &self.conventions);
        self.summary.strays += strays;
        let normalised = match normalise(&raw, &self.conventions) {
            Ok(normalised) => normalised,
            Err(rejection) => {
                let column = self.plan.label(rejection.role).to_owned();
                return self.reject(&column, rejection.reason, origin, &rejection.value);
            }
        };
        let row_digest = if normalised.numbered { 0 } else { digest(row, self.conventions.decimals.mark) };
        let added = self.grouper.add(normalised, row_digest, origin, &mut self.summary, &mut self.ready);
        let Err(duplicate) = added else { return Ok(()) };
        let (kind, role) = (QualityKind::Duplicate, Role::DeclarationId);
        self.summary.note(&Quality { kind, role, value: duplicate.id.clone() }, origin);
        let column = self.plan.label(role).to_owned();
        self.reject(&column, DUPLICATE, origin, &duplicate.id)
    }

    fn reject(&mut self, column: &str, reason: &'static str, origin: Origin, value: &str) -> Result<(), IntakeError> {
        self.summary.reject(column, reason, origin, value);
        self.rejects.as_mut().map_or(Ok(()), |rejects| rejects.write(origin, column, value, reason))
    }
}

const DUPLICATE: &str = "another row is the same item of the same declaration and version; the first stands";

impl Iterator for Declarations {
    type Item = Result<Record, IntakeError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(record) = self.ready.pop_front() {
                self.summary.record(&record);
                return Some(Ok(record));
            }
            self.batches.as_ref()?;
            if let Err(error) = self.advance() {
                self.batches = None;
                return Some(Err(error));
            }
        }
    }
}

/// A digest of all fields, to tell whether two rows are the same.
fn digest(row: Row<'_>, mark: char) -> u64 {
    let mut hasher = FxHasher::default();
    for field in row.fields() {
        plain_text(field, mark).into_iter().for_each(|part| hasher.write(part));
        hasher.write_u8(0x1f);
    }
    hasher.finish()
}

/// Reads files row by row, on a thread of its own.
struct Reader {
    inputs: Vec<Input>,
    format: FileFormat,
    plan: Plan,
    read: Arc<AtomicU64>,
}

impl Reader {
    /// Whether a row has an earlier date than one before it. Reads dates alone.
    fn is_out_of_order(&self, conventions: &Conventions) -> Result<bool, IntakeError> {
        let Some(position) = self.plan.date_position() else { return Ok(false) };
        let date = [self.plan.column_names()[position].clone()];
        let mut days = Days::new(&self.plan, conventions);
        let mut latest = None;
        for input in &self.inputs {
            let in_order = self.each_batch(input, 0, &date, Arc::default(), |batch| {
                (0..batch.len()).all(|index| {
                    let Some(day) = days.day(batch.row(index), 0) else { return true };
                    let in_order = latest.is_none_or(|latest| latest <= day);
                    latest = Some(day);
                    in_order
                })
            })?;
            if !in_order {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Reads a file through as batches with the given columns, until `take` declines; says whether it never did.
    fn each_batch(
        &self,
        input: &Input,
        file: u32,
        columns: &[String],
        read: Arc<AtomicU64>,
        mut take: impl FnMut(RowBatch) -> bool,
    ) -> Result<bool, IntakeError> {
        let (mut table, header) = Table::open(input, &self.format, self.plan.column_names(), read)?;
        let find = |column: &String| header.iter().position(|name| name == column);
        let positions: Option<Vec<usize>> = columns.iter().map(find).collect();
        let changed = || file_error(input, std::io::Error::other("the file was changed while it was read"));
        let positions = positions.ok_or_else(changed)?;
        loop {
            let mut batch = RowBatch::new(columns.len());
            let more = table.fill(input, file, &mut batch, &positions)?;
            if !batch.is_empty() && !take(batch) {
                return Ok(false);
            }
            if !more {
                return Ok(true);
            }
        }
    }

    fn spawn(self, conventions: Conventions, sort: bool) -> Receiver<Message> {
        let (sender, receiver) = sync_channel(WAITING_BATCHES);
        std::thread::spawn(move || {
            let done = if sort { self.send_sorted(&sender, &conventions) } else { self.send(&sender) };
            // Nobody may be left to hear it.
            let _ = sender.send(done.map(|()| None));
        });
        receiver
    }

    fn send(&self, sender: &SyncSender<Message>) -> Result<(), IntakeError> {
        for (file, input) in self.inputs.iter().enumerate() {
            let columns = self.plan.column_names();
            let take = |batch| send(sender, batch);
            if !self.each_batch(input, file as u32, columns, self.read.clone(), take)? {
                break;
            }
        }
        Ok(())
    }

    fn send_sorted(&self, sender: &SyncSender<Message>, conventions: &Conventions) -> Result<(), IntakeError> {
        let send = |batch| send(sender, batch);
        let Some(position) = self.plan.date_position() else { return self.send(sender) };
        let mut sorter = Sorter::new(&self.plan, conventions, position);
        for (file, input) in self.inputs.iter().enumerate() {
            let mut failed = None;
            let columns = self.plan.column_names();
            let going_on = self.each_batch(input, file as u32, columns, self.read.clone(), |mut batch| {
                let mut faults = RowBatch::new(self.plan.width());
                faults.faults = std::mem::take(&mut batch.faults);
                failed = sorter.add(batch).err();
                failed.is_none() && (faults.is_empty() || send(faults))
            })?;
            match failed {
                Some(error) => return Err(error),
                None if !going_on => return Ok(()),
                None => {}
            }
        }
        sorter.finish(send)
    }
}

/// Sends a complete batch; `false` where nobody is left to take it.
fn send(sender: &SyncSender<Message>, mut batch: RowBatch) -> bool {
    batch.seal();
    sender.send(Ok(Some(batch))).is_ok()
}
