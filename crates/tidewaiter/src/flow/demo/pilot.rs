//! The pilot at the end of a demo: the simulated past replayed month by month, whose truth is known.

use super::{DemoError, Folder, Request, folder};
use crate::flow::Error;
use crate::flow::pilot::{MEMORY_MB, PilotRequest, done, pilot};
use crate::flow::write::replace;
use crate::intake::Schema;
use crate::report::pilot::files;
use crate::view::pilot::{Hours, PilotView};
use crate::view::words::Words;
use domain::Day;
use risk::replay::{PeriodKind, Plan, Rate, Strategy};
use std::fs;

/// What was done, chance, and a model with a tenth of chance.
const STRATEGIES: [&str; 3] = ["lanes", "random", "gbdt:0.9+random:0.1"];

/// Share inspected.
const RATE: f64 = 0.05;

/// Officer-hours of an inspection.
const HOURS: f64 = 2.0;

/// Replays the past and writes the pilot's own page.
pub(super) fn replayed(
    folder: &Folder,
    request: &Request,
    schema: &Schema,
    words: &Words,
    today: Day,
    progress: &(dyn Fn(&'static str, u64) + Sync),
) -> Result<PilotView, DemoError> {
    let out = folder.path(folder::PILOT);
    fs::create_dir_all(&out).map_err(Error::file(&out))?;
    let strategies = STRATEGIES.iter().map(|name| Strategy::parse(name)).collect::<Result<Vec<_>, _>>();
    let pilot = pilot(
        &PilotRequest {
            schema,
            data: &[folder.path(folder::DECLARATIONS)],
            truth: Some(&folder.path(folder::TRUTH)),
            strategies: &strategies.map_err(crate::flow::pilot::PilotError::from)?,
            plan: Plan { warm_up: 1, full_every: 8, seed: request.seed, ..Plan::default() },
            rate: Some(Rate::Fixed(RATE)),
            period: PeriodKind::Month,
            out: &out,
            // A demo that was stopped is done anew.
            resume: false,
            today,
            threads: request.threads,
            memory_mb: MEMORY_MB,
        },
        progress,
    )?;
    let view = PilotView::new(schema, &pilot, &Hours::plain_only(HOURS)).map_err(Error::from)?;
    for (name, content) in files(&view, words)? {
        replace(&out.join(name), &content)?;
    }
    done(&out)?;
    Ok(view)
}
