//! The proposed strategy as a policy that `select` reads.

use super::PilotView;
use risk::replay::{Component, Strategy};
use std::fmt::Write;

/// The policy file; `None` where no strategy is proposed. Every number in it follows from the pilot: what was inspected of
/// each day's declarations, by why, and at which office.
pub fn policy(view: &PilotView) -> Option<String> {
    let proposed = view.strategy(&view.proposed)?;
    let strategy = Strategy::parse(&proposed.name).ok()?;
    let declarations: u64 = proposed.periods.iter().map(|period| period.declarations).sum();
    let share = proposed.picks as f64 / declarations.max(1) as f64;
    let random = strategy.random_share();
    let explored: f64 = strategy.parts().iter().filter(|part| is_teaching(part.component)).map(|part| part.share).sum();
    let novelty = strategy.parts().iter().any(|part| part.component == Component::Novelty);
    let weights = if novelty { (0.0, 1.0) } else { (1.0, 0.0) };
    let mut text = format!(
        "# Proposed by `tidewaiter pilot` from {first} to {last}: {name}, {percent:.1} % of the declarations inspected.\n\
         # docs/SELECTION.md explains every setting; look at the capacities before it is used.\n\
         name = \"pilot\"\n\n\
         [objective]\nkind = \"{objective}\"\n\n\
         [[lane]]\nlane = \"red\"\ncontrols = [\"physical\"]\nrate = {share:.4}\n\n\
         [effort.physical]\nminutes = {minutes:.0}\n\n",
        first = view.plan.measured_from,
        last = view.past.last_day,
        name = proposed.name,
        percent = 100.0 * share,
        objective = if view.by_revenue { "revenue" } else { "finding" },
        minutes = (60.0 * view.plan.hours.get("physical").unwrap_or(&view.plan.hours_per_inspection)).max(1.0),
    );
    let days = days(view).max(1.0);
    for (office, of) in &proposed.by_office {
        let count = (of.picks as f64 / days).ceil().max(1.0);
        let named = if office.is_empty() { String::new() } else { format!("office = {}\n", quoted(office)) };
        // Writing to a text can't fail.
        let _ = write!(text, "[[capacity]]\n{named}control = \"physical\"\ncount = {count:.0}\n\n");
    }
    let _ =
        write!(text, "[random]\nshare = {floor:.4}\ncontrol = \"physical\"\n", floor = (random * share).max(0.0001));
    if explored > 0.0 {
        let _ = write!(
            text,
            "\n[exploration]\nshare = {explored:.2}\nuncertainty = {}\nnovelty = {}\ncontrol = \"physical\"\n",
            weights.0, weights.1
        );
    }
    Some(text)
}

fn is_teaching(component: Component) -> bool {
    component.is_exploration() && component != Component::Random
}

/// Days from the end of the warm-up to the end.
fn days(view: &PilotView) -> f64 {
    let day = |text: &str| domain::Day::parse(text, &["%Y-%m-%d"]);
    let span = day(&view.past.last_day).zip(day(&view.plan.measured_from)).map(|(last, first)| last.since(first) + 1);
    f64::from(span.unwrap_or(1))
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
