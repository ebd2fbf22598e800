//! Coverage and mutants as people and machines read them.
//!
//! Not the looking, which is the library's. For people it is what a suite could have more: lists of
//! cases in the words of suites, to be read, judged and added.

use std::collections::BTreeMap;

use policyc::{Coverage, Gap, Mutation, PolicyCoverage, PolicyMutation, Survivor};
use serde_json::{Value, json};

use crate::cli::output::one_line;
use crate::cli::report::{extend, plural};

/// The lists of a suite that cases are proposed for, in its order.
const LISTS: [&str; 3] = ["cases", "may-assign", "audit"];

/// What was looked at besides the cases.
#[derive(Debug, Default)]
pub(super) struct Measures {
    pub coverage: Option<Coverage>,
    pub mutation: Option<Mutation>,
}

impl Measures {
    /// Whether every policy has so many percent of its cells touched, and no mutant survives.
    pub(super) fn are_enough(&self, min_coverage: Option<u8>) -> bool {
        let is_covered = |policy: &PolicyCoverage| {
            let min = usize::from(min_coverage.unwrap_or(0));
            policy.touched().saturating_mul(100) >= policy.cells.saturating_mul(min)
        };
        let coverage = self.coverage.iter().flat_map(|coverage| &coverage.policies);
        let mut mutation = self.mutation.iter().flat_map(|mutation| &mutation.policies);
        coverage.into_iter().all(is_covered) && mutation.all(|policy| policy.survivors.is_empty())
    }

    pub(super) fn text(&self) -> String {
        let coverage = self.coverage.iter().flat_map(|coverage| &coverage.policies);
        let mutation = self.mutation.iter().flat_map(|mutation| &mutation.policies);
        coverage.map(coverage_text).chain(mutation.map(mutation_text)).collect()
    }

    /// The keys that a report has more.
    pub(super) fn json(&self) -> Value {
        let mut json = json!({});
        if let Some(coverage) = &self.coverage {
            let policies: Vec<Value> = coverage.policies.iter().map(coverage_json).collect();
            extend(&mut json, json!({ "coverage": policies }));
        }
        if let Some(mutation) = &self.mutation {
            let policies: Vec<Value> = mutation.policies.iter().map(mutation_json).collect();
            extend(&mut json, json!({ "mutation": policies }));
        }
        json
    }
}

/// A share with one decimal, rounded down: it is 100 where nothing is left.
fn percent(part: usize, whole: usize) -> String {
    let thousandths = part.saturating_mul(1000).checked_div(whole).unwrap_or(1000);
    format!("{}.{} %", thousandths / 10, thousandths % 10)
}

fn coverage_text(policy: &PolicyCoverage) -> String {
    let (touched, cells) = (policy.touched(), plural(policy.cells, "cell", "cells"));
    let share = percent(touched, policy.cells);
    let mut text = format!("coverage of `{}`: {touched} of {cells} ({share})\n", policy.policy);
    if !policy.gaps.is_empty() {
        text.push_str("  cases:\n");
    }
    for gap in &policy.gaps {
        text.push_str(&match &gap.case {
            Some(case) => format!("    # {}\n    - {}\n", gap_words(gap), one_line(case)),
            None => format!("    # {}: no suite can ask this\n", gap_words(gap)),
        });
    }
    text
}

/// A cell in words: "`role` × `action`, when `condition`".
fn gap_words(gap: &Gap) -> String {
    let kind = gap.kind.iter().map(|kind| format!(", as `{kind}`"));
    let conditions = gap.conditions.iter().map(|(name, holds)| {
        let word = if *holds { "when" } else { "unless" };
        format!(", {word} `{name}`")
    });
    let state: String = kind.chain(conditions).collect();
    format!("`{}` × `{}`{state}", gap.role, gap.action)
}

fn mutation_text(policy: &PolicyMutation) -> String {
    let (noticed, total) = (policy.noticed, policy.total());
    let share = percent(noticed, total);
    let mut text =
        format!("mutants of `{}`: {noticed} of {total} noticed ({share})", policy.policy);
    text.push_str(&match policy.equivalent {
        0 => "\n".to_owned(),
        1 => "; 1 more changes nothing\n".to_owned(),
        count => format!("; {count} more change nothing\n"),
    });
    let mut by_list: BTreeMap<&str, Vec<(&Survivor, &str)>> = BTreeMap::new();
    for survivor in &policy.survivors {
        match &survivor.case {
            Some(case) => by_list.entry(case.list).or_default().push((survivor, &case.text)),
            None => {
                let why = "no case of a few roles shows it";
                text.push_str(&format!("  # {}; {why}\n", survivor_words(survivor)));
            }
        }
    }
    for list in LISTS {
        let Some(survivors) = by_list.remove(list) else { continue };
        text.push_str(&format!("  {list}:\n"));
        for (survivor, case) in survivors {
            let words = survivor_words(survivor);
            text.push_str(&format!("    # {words}\n    - {}\n", one_line(case)));
        }
    }
    text
}

fn survivor_words(survivor: &Survivor) -> String {
    one_line(&format!("{}:{}: {}", survivor.file, survivor.line, survivor.what))
}

fn coverage_json(policy: &PolicyCoverage) -> Value {
    let gap = |gap: &Gap| {
        let conditions = gap.conditions.iter();
        let conditions = conditions.map(|(name, holds)| json!({ "name": name, "holds": holds }));
        json!({
            "role": gap.role,
            "action": gap.action,
            "kind": gap.kind,
            "conditions": conditions.collect::<Vec<_>>(),
            "case": gap.case,
        })
    };
    json!({
        "policy": policy.policy,
        "cells": policy.cells,
        "touched": policy.touched(),
        "gaps": policy.gaps.iter().map(gap).collect::<Vec<_>>(),
    })
}

fn mutation_json(policy: &PolicyMutation) -> Value {
    let survivor = |survivor: &Survivor| {
        json!({
            "file": survivor.file,
            "line": survivor.line,
            "kind": survivor.kind,
            "change": survivor.what,
            "list": survivor.case.as_ref().map(|case| case.list),
            "case": survivor.case.as_ref().map(|case| &case.text),
        })
    };
    json!({
        "policy": policy.policy,
        "mutants": policy.total(),
        "noticed": policy.noticed,
        "equivalent": policy.equivalent,
        "survivors": policy.survivors.iter().map(survivor).collect::<Vec<_>>(),
    })
}
