//! The finite model of language.md §3: the valuations that tell an action's requests apart.
//! Not the requests themselves: roles, kinds and scopes are added by whoever walks the model.

use crate::oracle_conditions::Facts;
use crate::oracle_policy::{Attribute, Grant, Policy, Test};
use serde_json::Value;

/// One attribute or asserted condition with all it may be; `None` is missing or not asserted.
#[derive(Debug)]
pub(crate) struct Dimension {
    pub(crate) name: String,
    pub(crate) asserted: bool,
    pub(crate) values: Vec<Option<Value>>,
}

/// One choice from each dimension.
#[derive(Debug, Default)]
pub(crate) struct Valuation {
    /// Attributes with their namespace; the missing ones are left out.
    pub(crate) attributes: Vec<(String, Value)>,
    pub(crate) asserted: Vec<(String, bool)>,
}

impl Valuation {
    pub(crate) fn facts(&self) -> Facts<'_> {
        Facts {
            attributes: self.attributes.iter().map(|(name, v)| (name.as_str(), v)).collect(),
            asserted: self.asserted.iter().map(|(name, v)| (name.as_str(), *v)).collect(),
        }
    }
}

/// What the grants on an action see.
///
/// `principal.kind` is not among it: the caller chooses the kind, and where the policy declares no
/// kinds it is ignored.
pub(crate) fn dimensions(policy: &Policy, action: &str) -> Vec<Dimension> {
    dimensions_beside(policy, action, None)
}

/// What the grants on an action see, and an entry that is not a grant but has conditions too.
pub(crate) fn dimensions_beside(
    policy: &Policy,
    action: &str,
    entry: Option<&Grant>,
) -> Vec<Dimension> {
    let grants = policy.grants.iter().filter(|grant| grant.names(action));
    let seen = conditions_seen(policy, grants.chain(entry));
    let attributes = policy.attributes.iter().filter(|attribute| {
        let is_kind = attribute.name == "principal.kind";
        !is_kind && seen.iter().any(|name| reads(policy, name, &attribute.name))
    });
    let attributes = attributes.map(|attribute| Dimension {
        name: attribute.name.clone(),
        asserted: false,
        values: domain(policy, attribute, &seen).into_iter().map(Some).chain([None]).collect(),
    });
    let asserted = seen.iter().filter(|name| matches!(test(policy, name), Test::Asserted));
    let asserted = asserted.map(|name| Dimension {
        name: (*name).to_owned(),
        asserted: true,
        values: vec![Some(true.into()), Some(false.into()), None],
    });
    attributes.chain(asserted).collect()
}

/// Every choice from the dimensions: one empty valuation where there are none.
pub(crate) fn valuations(dimensions: &[Dimension]) -> Vec<Valuation> {
    let Some((first, rest)) = dimensions.split_first() else {
        return vec![Valuation::default()];
    };
    let mut all = Vec::new();
    for value in &first.values {
        for mut valuation in valuations(rest) {
            match value {
                Some(Value::Bool(truth)) if first.asserted => {
                    valuation.asserted.push((first.name.clone(), *truth));
                }
                Some(value) => valuation.attributes.push((first.name.clone(), value.clone())),
                None => {}
            }
            all.push(valuation);
        }
    }
    all
}

/// The conditions that the grants name, and those that these are made of.
pub(crate) fn conditions_seen<'p>(
    policy: &'p Policy,
    grants: impl Iterator<Item = &'p Grant>,
) -> Vec<&'p str> {
    let mut seen: Vec<&str> = Vec::new();
    let mut todo: Vec<&str> = grants
        .flat_map(|grant| grant.when.iter().chain(&grant.unless))
        .map(String::as_str)
        .collect();
    while let Some(name) = todo.pop() {
        if seen.contains(&name) {
            continue;
        }
        seen.push(name);
        match test(policy, name) {
            Test::All(names) | Test::Any(names) => todo.extend(names.iter().map(String::as_str)),
            Test::Not(name) => todo.push(name),
            _ => {}
        }
    }
    seen
}

/// Whether the test of a condition itself names the attribute.
pub(crate) fn reads(policy: &Policy, condition: &str, attribute: &str) -> bool {
    match test(policy, condition) {
        Test::In(name, _) | Test::AtLeast(name, _) | Test::AtMost(name, _) => name == attribute,
        Test::Matches(name, other) => name == attribute || other == attribute,
        _ => false,
    }
}

/// The values of an attribute that the conditions can tell apart.
pub(crate) fn domain(policy: &Policy, attribute: &Attribute, conditions: &[&str]) -> Vec<Value> {
    if let Some(values) = &attribute.values {
        return values.clone();
    }
    let joined = joined(policy, &attribute.name, conditions);
    match attribute.kind.as_str() {
        "boolean" => vec![true.into(), false.into()],
        "string" => strings(literals(policy, &joined, conditions), joined.len()),
        _ => integers(&starts(policy, &joined, conditions), joined.len()),
    }
}

/// The attributes that `matches-attribute` joins to this one, itself included.
fn joined<'p>(policy: &'p Policy, attribute: &'p str, conditions: &[&'p str]) -> Vec<&'p str> {
    let mut joined = vec![attribute];
    loop {
        let before = joined.len();
        for condition in conditions {
            if let Test::Matches(one, other) = test(policy, condition) {
                for (known, new) in [(one, other), (other, one)] {
                    if joined.contains(&known.as_str()) && !joined.contains(&new.as_str()) {
                        joined.push(new);
                    }
                }
            }
        }
        if joined.len() == before {
            return joined;
        }
    }
}

/// What the joined attributes are compared with. The `values` that one of them is confined to
/// are compared with the others, so they count as literals too.
fn literals(policy: &Policy, joined: &[&str], conditions: &[&str]) -> Vec<Value> {
    let mut literals: Vec<Value> = Vec::new();
    for condition in conditions {
        if let Test::In(attribute, values) = test(policy, condition)
            && joined.contains(&attribute.as_str())
        {
            literals.extend(values.iter().cloned());
        }
    }
    let confined = policy.attributes.iter().filter(|a| joined.contains(&a.name.as_str()));
    literals.extend(confined.filter_map(|attribute| attribute.values.clone()).flatten());
    literals
}

/// The literals, and as many other strings as attributes are joined: fewer could not all differ.
fn strings(literals: Vec<Value>, fresh_count: usize) -> Vec<Value> {
    let mut strings: Vec<Value> = Vec::new();
    for literal in literals {
        if !strings.contains(&literal) {
            strings.push(literal);
        }
    }
    let literal_count = strings.len();
    let fresh = (1..).map(|number| Value::from(format!("fresh-{number}")));
    for value in fresh {
        if strings.len() == literal_count + fresh_count {
            break;
        }
        if !strings.contains(&value) {
            strings.push(value);
        }
    }
    strings
}

/// Where a region of integers begins that no test divides.
fn starts(policy: &Policy, joined: &[&str], conditions: &[&str]) -> Vec<i64> {
    let mut starts = vec![i64::MIN];
    for literal in literals(policy, joined, conditions) {
        let literal = literal.as_i64().expect("literals are of the attribute's type");
        starts.push(literal);
        starts.extend(literal.checked_add(1));
    }
    for condition in conditions {
        match test(policy, condition) {
            Test::AtLeast(name, bound) if joined.contains(&name.as_str()) => starts.push(*bound),
            Test::AtMost(name, bound) if joined.contains(&name.as_str()) => {
                starts.extend(bound.checked_add(1));
            }
            _ => {}
        }
    }
    starts.sort_unstable();
    starts.dedup();
    starts
}

/// So many integers of each region as attributes are joined, or all where it has fewer.
fn integers(starts: &[i64], fresh_count: usize) -> Vec<Value> {
    let mut integers = Vec::new();
    for (number, start) in starts.iter().enumerate() {
        let next = starts.get(number + 1).copied();
        // Taken from the end that lies at a bound: that is where an off-by-one shows.
        let region: Vec<i64> = match (*start, next) {
            (i64::MIN, None) => (0..).take(fresh_count).collect(),
            (i64::MIN, Some(next)) => (i64::MIN..next).rev().take(fresh_count).collect(),
            (start, None) => (start..=i64::MAX).take(fresh_count).collect(),
            (start, Some(next)) => (start..next).take(fresh_count).collect(),
        };
        integers.extend(region.into_iter().map(Value::from));
    }
    integers
}

fn test<'p>(policy: &'p Policy, condition: &str) -> &'p Test {
    &policy.condition(condition).expect("conditions are declared").test
}
