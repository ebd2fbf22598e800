//! An explanation as text.
//!
//! Not what it says: that is data from the library.

use policyc::{
    Basis, ConditionState, Explanation, Objection, Reason, Remedies, Remedy, RequestChange,
    Shortfall, Truth,
};

use super::output::one_line;

/// The decision on the first line; with an explanation, every reason below it.
pub(super) fn text(explanation: &Explanation<'_>, with_reasons: bool) -> String {
    let decision = explanation.decision;
    let mut text = format!("{decision}\n");
    if with_reasons {
        text.push_str(&format!("  {}\n", sentence(decision.basis())));
        for reason in &explanation.reasons {
            text.push_str(&reason_text(reason));
        }
    }
    text
}

const fn sentence(basis: Basis) -> &'static str {
    match basis {
        Basis::Granted => "a permit applies to a role that the principal holds",
        Basis::GrantedDirectly => "the action was given directly, and the policy lets it be",
        Basis::UnknownPolicy => "there is no such policy here",
        Basis::UnknownAction => "the policy has no such action",
        Basis::Forbidden => "a forbid is not known to fail, and a forbid beats every permit",
        Basis::UnknownKind => "the policy does not declare the principal's kind",
        Basis::ConditionUnknown => {
            "a permit comes near, but whether its conditions hold is not known"
        }
        Basis::ConditionFalse => "a permit comes near, but a condition of it does not hold",
        Basis::OutOfScope => {
            "a permit comes near, but the resource is not said to lie in the scope of the role"
        }
        Basis::ScopeMissing => {
            "a permit comes near, but the role must be held in a scope and is held in none"
        }
        Basis::ScopeKind => {
            "a permit comes near, but the role cannot be held in a scope of that kind"
        }
        Basis::KindMissing => "a permit comes near, but the principal's kind is not given",
        Basis::KindExcluded => {
            "a permit comes near, but principals of that kind may not hold the role"
        }
        Basis::UnknownScope => {
            "a permit comes near, but the role is held in a scope of an undeclared kind"
        }
        Basis::UnknownRole => "the policy knows none of the roles",
        Basis::NotDirect => "the action was given directly, and the policy does not let it be",
        _ => "nothing permits it",
    }
}

fn reason_text(reason: &Reason<'_>) -> String {
    let stated = &reason.stated;
    let what = if stated.is_grant { stated.effect.as_str() } else { "[direct]" };
    let label = stated.row.or(stated.title);
    let label = label.map_or_else(String::new, |label| format!(" “{}”", one_line(label)));
    // A bundle may leave out where it is stated.
    let place = match stated.line {
        0 => String::new(),
        line => format!(" at {}:{line}", stated.file),
    };
    let mut text = format!("  {what}{label}{place}\n");
    let scope = reason.scope.map_or_else(String::new, |scope| format!(" in {scope}"));
    let kind =
        reason.through_kind.map_or_else(String::new, |kind| format!(", which every {kind} holds"));
    if let Some((held, juniors)) = reason.roles.split_first() {
        let inherits: String = juniors.iter().map(|role| format!(" → {role}")).collect();
        text.push_str(&format!("    through {held}{inherits}{scope}{kind}\n"));
    } else if !scope.is_empty() {
        text.push_str(&format!("    held{scope}\n"));
    }
    for condition in &reason.conditions {
        text.push_str(&condition_text(condition));
    }
    if let Some(because) = stated.because {
        let evidence = stated.evidence.map_or_else(String::new, |word| format!(" ({word})"));
        text.push_str(&format!("    because {}{evidence}\n", one_line(because)));
    }
    text
}

fn condition_text(state: &ConditionState<'_>) -> String {
    let asks = if state.must_hold { "when" } else { "unless" };
    let stands = match state.truth {
        Truth::True => "holds",
        Truth::False => "does not hold",
        Truth::Unknown => "is not known",
    };
    let mut text = format!("    {asks} {}: {stands}", state.name);
    let shortfalls: Vec<String> = state.shortfalls.iter().map(shortfall_text).collect();
    if !shortfalls.is_empty() {
        text.push_str(&format!(", {}", shortfalls.join(", ")));
    }
    text.push('\n');
    text
}

fn shortfall_text(shortfall: &Shortfall<'_>) -> String {
    match shortfall {
        Shortfall::NotAsserted { condition } => format!("{condition} is not asserted"),
        Shortfall::Missing { attribute } => format!("{attribute} is not given"),
        Shortfall::OtherType { attribute } => format!("{attribute} is of another type"),
        Shortfall::OutsideValues { attribute } => format!("{attribute} has none of its values"),
        _ => "something is missing".to_owned(),
    }
}

/// What would allow a denied request; nothing where nothing would.
pub(super) fn remedies_text(remedies: &Remedies<'_>) -> String {
    if remedies.list.is_empty() {
        return match remedies.tried {
            0 => String::new(),
            tried => format!(
                "  no change of up to {tried} roles, scopes, attributes or assertions allows it\n"
            ),
        };
    }
    let mut text = "  the fewest changes that would allow it:\n".to_owned();
    for remedy in &remedies.list {
        text.push_str(&remedy_text(remedy));
    }
    if remedies.more_count > 0 {
        text.push_str(&format!("    and {} more\n", remedies.more_count));
    }
    text
}

fn remedy_text(remedy: &Remedy<'_>) -> String {
    let changes: Vec<String> = remedy.changes.iter().map(change_text).collect();
    let mut text = format!("    {}\n", changes.join(" and "));
    for change in &remedy.changes {
        if let RequestChange::Assign { assignment, assigners } = change {
            let who =
                if assigners.is_empty() { "no role".to_owned() } else { assigners.join(", ") };
            text.push_str(&format!("      {} may be assigned by {who}\n", assignment.role));
        }
    }
    for objection in &remedy.objections {
        text.push_str(&objection_text(objection));
    }
    text
}

fn change_text(change: &RequestChange<'_>) -> String {
    match change {
        RequestChange::Assign { assignment, .. } => format!("role {assignment}"),
        RequestChange::Revoke(assignment) => format!("no role {assignment}"),
        RequestChange::Direct(direct) => format!("{direct} given directly"),
        RequestChange::Scope(scope) => format!("resource in {scope}"),
        RequestChange::Kind(kinds) => format!("kind {}", kinds.join(" or ")),
        RequestChange::Attribute { name, values } => format!("{name}={}", values.join(" or ")),
        RequestChange::Assert { condition, holds } => format!("{condition} asserted {holds}"),
        _ => "something else".to_owned(),
    }
}

fn objection_text(objection: &Objection<'_>) -> String {
    let title = objection.title.map(one_line);
    let title = title.map_or_else(String::new, |title| format!(" “{title}”"));
    let weight = if objection.is_error { "against" } else { "against the advice of" };
    format!(
        "      {weight} {}{title} at {}:{}\n",
        objection.constraint, objection.file, objection.line
    )
}
