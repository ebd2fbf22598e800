//! `may_change` and the naive oracle agree on who may give or take which role, and why.
//! Not the view of the delegations, which snapshots lock.

use std::collections::BTreeMap;

use policyc::{
    Assignee, Assignment, Change, Principal, Proposal, Scope, Source, Table, build, may_change,
};
use serde_json::Value;

use crate::agreement_invariants::numbered;
use crate::oracle::Oracle;
use crate::oracle_delegations::{self, Delegations};
use crate::oracle_entries::entries;
use crate::random;
use crate::random_constraints::deeper_scopes;
use crate::random_delegations::{delegations, proposal};

/// The number of random policies, and of the proposals that each judges.
const POLICIES: u64 = 500;
const PROPOSALS: usize = 60;
/// So many of ten thousand proposals must have each basis.
const EACH_MIN: usize = 50;

/// Basis and line of the delegation, if one is named; the error is that of the product.
pub(crate) fn judge(
    table: &Table,
    proposal: &oracle_delegations::Proposal,
) -> Result<(&'static str, Option<usize>), String> {
    let request = &proposal.request;
    let text = |part: &str, key: &str| request[part][key].as_str();
    let parse = |text| Assignment::parse(text).expect("a well-formed assignment");
    let attributes = |part: &Value| -> Vec<(String, Value)> {
        let pairs = part.as_object().into_iter().flatten();
        pairs.map(|(name, value)| (name.clone(), value.clone())).collect()
    };
    let of_principal = attributes(&request["principal"]["attributes"]);
    let of_resource = attributes(&request["resource"]["attributes"]);
    let of_context = attributes(&request["context"]);
    let asserted = attributes(&request["assert"]);
    let (of_principal, of_resource, of_context) =
        (borrowed(&of_principal), borrowed(&of_resource), borrowed(&of_context));
    let asserted: Vec<(&str, bool)> = asserted
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_bool().expect("true or false")))
        .collect();
    let roles = |list: &'_ Value| -> Vec<String> {
        let texts = list.as_array().into_iter().flatten();
        texts.map(|text| text.as_str().expect("a string").to_owned()).collect()
    };
    let by = roles(&request["principal"]["roles"]);
    let by: Vec<Assignment<'_>> = by.iter().map(|text| parse(text)).collect();
    let to: Vec<Assignment<'_>> = proposal.assignee_roles.iter().map(|text| parse(text)).collect();
    let assignment = parse(&proposal.assignment);
    let scopes = roles(&request["resource"]["scopes"]);
    let scopes = scopes.iter().map(|text| Scope::parse(text).expect("a well-formed scope"));
    let scopes: Vec<Scope<'_>> = scopes.filter(|scope| assignment.scope != Some(*scope)).collect();
    let proposal = Proposal {
        change: if proposal.change == "assign" { Change::Assign } else { Change::Revoke },
        assignment,
        assigner: Principal {
            id: text("principal", "id"),
            kind: text("principal", "kind"),
            assignments: &by,
            attributes: &of_principal,
            ..Principal::default()
        },
        assignee: Assignee {
            id: text("resource", "id"),
            kind: proposal.assignee_kind.as_deref(),
            assignments: &to,
            attributes: &of_resource,
        },
        scopes: &scopes,
        context: &of_context,
        assertions: &asserted,
    };
    let permission = may_change(table, &proposal).map_err(|error| error.to_string())?;
    assert_eq!(permission.is_allowed(), permission.basis.as_str() == "delegated");
    let line = permission.entry.map(|entry| usize::try_from(entry.line).expect("a line"));
    Ok((permission.basis.as_str(), line))
}

fn borrowed(pairs: &[(String, Value)]) -> Vec<(&str, policyc::Value<'_>)> {
    pairs.iter().map(|(name, of)| (name.as_str(), value(of))).collect()
}

fn value(value: &Value) -> policyc::Value<'_> {
    match value {
        Value::String(text) => policyc::Value::String(text),
        Value::Bool(truth) => policyc::Value::Boolean(*truth),
        number => number.as_i64().map_or(policyc::Value::Other, policyc::Value::Integer),
    }
}

/// The text of a random policy with delegations.
fn policy(rng: &mut random::Rng, size: usize) -> String {
    let text = random::policy(rng, size);
    let text = text.clone() + &deeper_scopes(rng, Oracle::new(&text).policy());
    text.clone() + &delegations(rng, &text)
}

#[test]
fn random_proposals_are_allowed_exactly_where_the_oracle_allows_them() {
    let mut tally: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut judged, mut refused) = (0_usize, 0_u64);
    for seed in 0..POLICIES {
        let mut rng = random::Rng::new(seed);
        let text = policy(&mut rng, 2 + usize::try_from(seed % 4).unwrap());
        let Ok(bundle) = build(vec![Source::new("random.toml", text.as_str())]) else {
            refused += 1;
            continue;
        };
        let oracle = Oracle::new(&text);
        let delegations = Delegations::new(&oracle, &text);
        let entries = entries(&text, "delegations", "");
        let by: Vec<&str> = entries.iter().flat_map(|entry| entry.strings("by")).collect();
        for _ in 0..PROPOSALS {
            let proposal = proposal(&mut rng, oracle.policy(), &by);
            let expected = delegations.judge(&proposal);
            let found = judge(&bundle.tables()[0], &proposal);
            let agree = match (&expected, &found) {
                (Ok(expected), Ok((basis, line))) => {
                    let lines = &expected.lines;
                    *basis == expected.basis
                        && line.map_or(lines.is_empty(), |line| lines.contains(&line))
                }
                (Err(_), Err(_)) => true,
                _ => false,
            };
            assert!(
                agree,
                "seed {seed}: {found:?}, and the oracle {expected:?}: {proposal:#?}\n{}",
                numbered(&text)
            );
            judged += 1;
            let basis = expected.map_or("malformed", |expected| expected.basis);
            *tally.entry(basis).or_default() += 1;
        }
    }
    assert!(refused * 2 < POLICIES, "{refused} policies are refused");
    let min = EACH_MIN * judged / 10_000;
    assert_eq!(tally.len(), 14, "{tally:?}");
    assert!(tally.values().all(|count| *count >= min), "{judged} proposals: {tally:?}");
}
