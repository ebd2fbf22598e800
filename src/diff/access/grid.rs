//! Situations by the features that make a difference: what alternatives are made of.
//!
//! Not how they are found, and not words.

use std::collections::BTreeMap;

use crate::diff::cover::Place;
use crate::diff::domains::Domain;
use crate::diff::space::{Holding, KindCase};

/// What situations are told apart by.
#[derive(Debug)]
pub(super) enum Feature<'a> {
    /// An attribute; by value of the feature, the choices of its domain that come to the same. The
    /// choice after the last is "not known".
    Attribute {
        domain: &'a Domain<'a>,
        choices: Vec<Vec<usize>>,
    },
    Holding(&'a [Holding<'a>]),
    Kind(&'a [KindCase<'a>]),
    /// Whether two attributes are the same: no, not known, yes.
    Pair(String, String),
    /// What is asserted of a condition: true, false, nothing.
    Assertion(&'a str),
}

impl Feature<'_> {
    pub(super) fn value_count(&self) -> usize {
        match self {
            Self::Attribute { choices, .. } => choices.len(),
            Self::Holding(holdings) => holdings.len(),
            Self::Kind(kinds) => kinds.len(),
            Self::Pair(..) | Self::Assertion(_) => 3,
        }
    }
}

/// Situations by the features that matter, and whether they are in or out.
#[derive(Debug)]
pub(super) struct Grid<'a> {
    pub features: Vec<Feature<'a>>,
    pub rows: BTreeMap<Vec<usize>, Place>,
}

impl Grid<'_> {
    /// The attributes that matter.
    pub(super) fn attributes(&self) -> Vec<String> {
        let names = self.features.iter().flat_map(|feature| match feature {
            Feature::Attribute { domain, .. } => vec![full_name(domain)],
            Feature::Pair(one, other) => vec![one.clone(), other.clone()],
            Feature::Holding(_) | Feature::Kind(_) | Feature::Assertion(_) => Vec::new(),
        });
        names.collect()
    }

    /// Leaves out pairs that say no more than their attributes by themselves, then holdings, then
    /// kinds.
    pub(super) fn without_idle(mut self) -> Self {
        let order: [fn(&Feature<'_>) -> bool; 3] = [
            |feature| matches!(feature, Feature::Pair(..)),
            |feature| matches!(feature, Feature::Holding(_)),
            |feature| matches!(feature, Feature::Kind(_)),
        ];
        for wanted in order {
            for at in (0..self.features.len()).rev() {
                if self.features.get(at).is_some_and(wanted) {
                    self.drop_if_idle(at);
                }
            }
        }
        self
    }

    /// Leaves a feature out where the others say enough.
    fn drop_if_idle(&mut self, at: usize) {
        let mut rows: BTreeMap<Vec<usize>, Place> = BTreeMap::new();
        for (row, place) in &self.rows {
            let mut rest = row.clone();
            rest.remove(at);
            let known = rows.entry(rest).or_insert(Place::Either);
            match (*known, *place) {
                (_, Place::Either) => {}
                (Place::Either, place) => *known = place,
                (known, place) if known == place => {}
                _ => return,
            }
        }
        self.rows = rows;
        self.features.remove(at);
    }
}

pub(super) fn full_name(domain: &Domain<'_>) -> String {
    format!("{}.{}", domain.namespace.as_str(), domain.name)
}
