//! Latent rings: importers, a broker and consignors that run one scheme after another.

use crate::rng::{Rng, Stream};
use crate::scheme::Scheme;
use crate::setting::Setting;
use crate::trader::{self, Tie};
use domain::{Country, Day};

/// A ring. Nothing in the data names it.
#[derive(Clone, Debug)]
pub(crate) struct Ring {
    pub(crate) sector: usize,
    pub(crate) sources: Vec<(String, Country)>,
    pub(crate) broker: usize,
    campaign: Campaign,
    rng: Rng,
}

/// A scheme run for a while.
#[derive(Clone, Debug)]
pub(crate) struct Campaign {
    pub(crate) scheme: Scheme,
    pub(crate) from: Day,
    pub(crate) until: Day,
    /// Share of declarations that are irregular.
    pub(crate) intensity: f64,
    /// Median of declared over true value where the scheme touches the value.
    pub(crate) depth: f64,
}

impl Ring {
    pub(crate) fn new(setting: &Setting, index: usize) -> Self {
        let mut rng = Rng::new(setting.seed, Stream::Rings, index as u64);
        let start = setting.scenario.start();
        let irregular = &setting.parameters().irregular;
        let sector = setting.sectors.spin(&mut rng);
        let mut campaign = Campaign::begin(setting, &mut rng, start);
        // Some rings are in the middle of a campaign when the world begins, the others in a pause.
        let cycle = irregular.campaign_days + irregular.pause_days;
        let shift = (cycle * rng.unit() - irregular.campaign_days) as i32;
        campaign.from = campaign.from.plus(shift);
        campaign.until = campaign.until.plus(shift);
        let mut ring = Self { sector, sources: Vec::new(), broker: rng.below(setting.brokers), campaign, rng };
        ring.find_sources(setting, start);
        ring
    }

    fn find_sources(&mut self, setting: &Setting, day: Day) {
        let count = 1 + self.rng.below(3);
        let tie = |rng: &mut Rng, sector| trader::new_tie(setting, rng, sector, day);
        self.sources = (0..count)
            .map(|_| {
                let tie = tie(&mut self.rng, self.sector);
                (tie.consignor, tie.country)
            })
            .collect();
    }

    /// Fills a tie with goods in which the ring's scheme pays, where the sector has such.
    pub(crate) fn choose_goods(&self, setting: &Setting, rng: &mut Rng, tie: &mut Tie) {
        for index in 0..tie.lines.len() {
            for _ in 0..8 {
                if self.scheme().pays(&setting.catalogue, tie.lines[index].good, tie.lines[index].origin) {
                    break;
                }
                tie.lines[index] = trader::new_line(setting, rng, tie);
            }
        }
    }

    /// The scheme of the present or the last campaign.
    pub(crate) fn scheme(&self) -> Scheme {
        self.campaign.scheme
    }

    /// The campaign that runs on a day.
    pub(crate) fn active(&self, day: Day) -> Option<&Campaign> {
        (self.campaign.from <= day && day < self.campaign.until).then_some(&self.campaign)
    }

    /// Plans the next campaign when one has ended.
    pub(crate) fn advance(&mut self, setting: &Setting, day: Day) {
        if day >= self.campaign.until {
            let pause = self.rng.exponential(setting.parameters().irregular.pause_days).clamp(10.0, 2000.0);
            self.campaign = Campaign::begin(setting, &mut self.rng, day.plus(pause as i32));
        }
    }

    /// One of the ring's items was found: it lies low, grows milder, or changes scheme, broker and consignors.
    pub(crate) fn caught(&mut self, setting: &Setting, day: Day) {
        if !setting.parameters().irregular.adapt || self.active(day).is_none() {
            return;
        }
        match self.rng.index([0.15, 0.35, 0.15, 0.35].into_iter()) {
            0 => {
                let pause = self.rng.days(60, 180);
                self.campaign = Campaign::begin(setting, &mut self.rng, day.plus(pause));
            }
            1 => {
                self.campaign.intensity *= 0.75;
                self.campaign.depth = self.campaign.depth.powf(0.8);
            }
            2 => {
                let pause = self.rng.days(5, 40);
                self.campaign = Campaign::begin(setting, &mut self.rng, day.plus(pause));
                self.broker = self.rng.below(setting.brokers);
                self.find_sources(setting, day);
            }
            _ => {}
        }
    }
}

impl Campaign {
    fn begin(setting: &Setting, rng: &mut Rng, from: Day) -> Self {
        let parameters = setting.parameters();
        let (irregular, schemes) = (&parameters.irregular, &parameters.schemes);
        let days = rng.exponential(irregular.campaign_days).clamp(20.0, 2000.0);
        let intensity = (irregular.ring_intensity * rng.spread(0.4)).clamp(0.0, 0.95);
        let depth = (irregular.undervaluation_depth * rng.spread(0.2)).clamp(0.2, 0.85);
        let done = setting.progress(from);
        let (start, end) = (schemes.start.list(), schemes.end.list());
        let weights = (0..start.len()).map(|i| start[i] * (1.0 - done) + end[i] * done);
        let scheme = Scheme::CAMPAIGNS[rng.index(weights)];
        Self { scheme, from, until: from.plus(days as i32), intensity, depth }
    }
}
