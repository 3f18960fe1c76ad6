//! The tables of an assessment's page.

use super::{MOST_OFFICES, Material};
use crate::report::table::{Table, figure, grouped, percent_or_dash};
use crate::view::assess::{DelayView, ItemClassView, RatesView, control_name, dashed, group_name, p_value};

impl Material<'_> {
    pub(super) fn tables(&self) -> Vec<Table> {
        let results = &self.view.results;
        let groups = [
            ("assess-table-office", &results.by_office),
            ("assess-table-lane", &results.by_lane),
            ("assess-table-control", &results.by_control),
            ("assess-table-selection", &results.by_selection),
        ];
        let rates = groups.into_iter().map(|(caption, groups)| self.rates(caption, groups));
        let others = [self.delays(), self.items(), self.tests(), self.roles(), self.notes()];
        rates.chain(others).filter(|table| !table.rows.is_empty()).collect()
    }

    fn table(&self, caption: &str, head: &[&str], rows: Vec<Vec<String>>, numbers_from: usize) -> Table {
        Table { caption: self.text(caption), head: self.head(head), rows, numbers_from }
    }

    fn rates(&self, caption: &str, groups: &[RatesView]) -> Table {
        let mut largest: Vec<&RatesView> = groups.iter().collect();
        largest.sort_by_key(|group| std::cmp::Reverse(group.declarations));
        let row = |group: &&RatesView| {
            let counts = [group.declarations, group.labelled, group.findings].map(|count| grouped(count as f64));
            let [declarations, labelled, findings] = counts;
            let [inspected, found] = [group.inspected_share, group.found_share].map(percent_or_dash);
            vec![group_name(group, self.words), declarations, inspected, labelled, findings, found]
        };
        let rows = largest.iter().take(MOST_OFFICES).map(row).collect();
        let head = ["assess-group-head", "report-declarations", "assess-inspected", "assess-labelled"];
        let head = [&head[..], &["assess-findings", "assess-found"]].concat();
        self.table(caption, &head, rows, 1)
    }

    fn delays(&self) -> Table {
        let days = |days: Option<i32>| days.map_or_else(|| "\u{2013}".to_owned(), |days| days.to_string());
        let row = |delay: &DelayView| {
            let [dated, assumed] = [delay.dated, delay.assumed].map(|count| grouped(count as f64));
            let [half, most, nearly_all, longest] = [delay.p50, delay.p90, delay.p99, delay.longest].map(days);
            vec![control_name(delay.control, self.words), dated, assumed, half, most, nearly_all, longest]
        };
        let head = ["assess-group-head", "assess-dated", "assess-assumed", "assess-half", "assess-nine-tenths"];
        let head = [&head[..], &["assess-hundredth", "assess-longest"]].concat();
        self.table("assess-table-delays", &head, self.view.delays.iter().map(row).collect(), 1)
    }

    fn items(&self) -> Table {
        let all = self.view.data.declarations;
        let row = |class: &ItemClassView| {
            let from = class.from.to_string();
            let name = match class.to {
                Some(to) if to == class.from => from,
                Some(to) => self.words.text("assess-from-to", &[("from", &from), ("to", &to.to_string())]),
                None => self.words.text("assess-from", &[("from", &from)]),
            };
            let share = percent_or_dash(risk::readiness::share(class.declarations, all));
            vec![name, grouped(class.declarations as f64), share]
        };
        let rows = self.view.traffic.items_per_declaration.iter().map(row).collect();
        self.table("assess-table-items", &["assess-items", "report-declarations", "report-share"], rows, 1)
    }

    fn tests(&self) -> Table {
        let row = |test: &crate::view::assess::TestView| {
            let name = self.text(&format!("assess-test-{}", dashed(test.id)));
            vec![name, test.groups.to_string(), figure(test.chi_square), p_value(test.p), p_value(test.p_corrected)]
        };
        let head = ["assess-test", "assess-test-groups", "assess-chi-square", "assess-p", "assess-p-corrected"];
        self.table("assess-table-tests", &head, self.view.random.tests.iter().map(row).collect(), 1)
    }

    fn roles(&self) -> Table {
        let row = |role: &crate::view::assess::RoleView| {
            vec![role.role.to_owned(), percent_or_dash(role.filled), grouped(role.of as f64)]
        };
        let rows = self.view.roles.present.iter().map(row).collect();
        self.table("assess-table-roles", &["report-role", "assess-filled", "assess-of"], rows, 1)
    }

    fn notes(&self) -> Table {
        let row = |note: &crate::view::assess::NoteView| {
            let kind = self.text(&format!("quality-{}", dashed(note.kind)));
            vec![kind, note.role.to_owned(), grouped(note.items as f64), percent_or_dash(note.share)]
        };
        let rows = self.view.quality.notes.iter().map(row).collect();
        self.table("assess-table-notes", &["report-note", "report-role", "assess-items", "report-share"], rows, 2)
    }
}
