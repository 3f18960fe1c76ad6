//! What a run costs, as the system tells it.

use std::fs;
use std::time::Instant;

/// Clock ticks of `/proc` in a second: fixed at 100 on every Linux architecture that Rust builds for.
const TICKS_PER_SECOND: f64 = 100.0;

/// Measures from its making on.
#[derive(Debug)]
pub(super) struct Stopwatch {
    started: Instant,
}

impl Stopwatch {
    /// Starts.
    pub(super) fn start() -> Self {
        Self { started: Instant::now() }
    }

    /// Seconds since the start.
    pub(super) fn wall_s(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }
}

/// Processor time of this process in seconds; `None` where the system has no `/proc`.
pub(super) fn cpu_s() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the program, in parentheses, may hold spaces; user and system time are fields 14 and 15.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |field: usize| fields.get(field)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / TICKS_PER_SECOND)
}

/// Most memory this process held, in units of 1 000 000 bytes; `None` where the system has no `/proc`.
pub(super) fn peak_mb() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes * 1024.0 / 1e6)
}
