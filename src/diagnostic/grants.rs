//! Stage 03: diagnostics of roles, conditions and grants that are known but do not fit together.
//!
//! Not of what the whole table says, except for the ticks of a published row.

use super::registry::declare_rules;
use super::suggest::list;
use super::{At, Diagnostic, Rule};

declare_rules! {
    DUPLICATE: Error "P0301" "duplicate-grant";
    CONTRADICTORY: Error "P0302" "contradictory-grants";
    EVERYONE: Error "P0303" "permit-for-everyone";
    STAR_AMONG: Error "P0304" "star-among-names";
    JUNIOR_KINDS: Error "P0305" "senior-kinds-beyond-junior";
    HOLDS: Error "P0306" "unholdable-role";
    LITERAL_TYPE: Error "P0307" "literal-of-another-type";
    OUTSIDE: Error "P0308" "literal-outside-values";
    TEST_TYPE: Error "P0309" "test-of-another-type";
    TOO_COMPLEX: Error "P0310" "condition-too-complex";
    TICKS: Error "P0311" "ticks-differ";
    TICKS_ALONE: Error "P0312" "ticks-without-row";
    TICKS_DISAGREE: Error "P0313" "ticks-disagree";
    UNCERTAIN: Error "P0314" "uncertain-elsewhere";
    NOTHING_LEFT: Error "P0315" "nothing-left";
    NO_PERMIT: Warning "P0316" "no-permit";
    SITUATIONS: Error "P0317" "too-many-situations";
    WHEN_UNLESS: Warning "P0318" "condition-against-itself";
    TOO_LARGE: Error "P0319" "policy-too-large";
    SENIORS: Advice "P0320" "forbid-reaching-seniors";
    WITHOUT_ACCESS: Warning "P0321" "role-without-access";
    SAME_ACCESS: Advice "P0322" "same-access";
    REDUNDANT: Warning "P0323" "redundant-grant";
    OVERRIDDEN: Warning "P0324" "overridden-permit";
    ALWAYS_TRUE: Warning "P0325" "always-true-condition";
    ALWAYS_FALSE: Warning "P0326" "always-false-condition";
    CLASHING: Warning "P0327" "clashing-conditions";
    IMPOSSIBLE: Warning "P0328" "impossible-action";
    OWN_CREATE: Advice "P0329" "own-on-create";
    ONE_APART: Advice "P0330" "one-action-apart" pedantic;
    UNINHERITED: Advice "P0331" "uninherited-role" pedantic;
    OPEN_PATTERN: Advice "P0332" "open-pattern" pedantic;
    WRITING_READER: Advice "P0333" "writing-reader" pedantic;
}

pub(crate) fn duplicate_grant(at: At, first: At) -> Diagnostic {
    Diagnostic::new(&DUPLICATE, at, "this grant says the same as another".to_owned())
        .with_label(first, "the first is here")
        .with_help("remove one of the two")
        .with_removal_of_entry("this grant")
}

pub(crate) fn contradictory_grants(permit: At, forbid: At) -> Diagnostic {
    let message = "this grant permits exactly what another forbids".to_owned();
    Diagnostic::new(&CONTRADICTORY, permit, message)
        .with_label(forbid, "forbidden here")
        .with_help("a forbid always wins; remove one of the two")
}

pub(crate) fn permit_for_everyone(at: At) -> Diagnostic {
    Diagnostic::new(&EVERYONE, at, "`*` permits to everyone, also to who has no role".to_owned())
        .with_help("name the roles; what everyone of a kind may do is a role in the kind's `holds`")
}

pub(crate) fn star_among_names(at: At) -> Diagnostic {
    Diagnostic::new(
        &STAR_AMONG,
        at,
        "`*` stands beside names, and names everything already".to_owned(),
    )
    .with_help("keep `*`, or the names")
}

pub(crate) fn senior_kinds_beyond_junior(
    at: At,
    (senior, junior): (&str, &str),
    beyond: &[&str],
    junior_at: At,
) -> Diagnostic {
    let beyond = list(beyond).replace(", ", " and ");
    let message = format!("`{senior}` inherits `{junior}`, which {beyond} may not hold");
    Diagnostic::new(&JUNIOR_KINDS, at, message)
        .with_label(junior_at, format!("who may hold `{junior}`"))
        .with_help(format!("give `{senior}` fewer kinds, or `{junior}` more"))
}

pub(crate) fn held_role_with_scope(at: At, role: &str, scope_at: At) -> Diagnostic {
    let message = format!("a kind cannot hold `{role}`, which takes a scope");
    Diagnostic::new(&HOLDS, at, message).with_label(scope_at, "its scope")
}

pub(crate) fn held_role_of_other_kinds(at: At, role: &str, kind: &str, kinds_at: At) -> Diagnostic {
    Diagnostic::new(&HOLDS, at, format!("kind `{kind}` may not hold `{role}`"))
        .with_label(kinds_at, "who may hold it")
}

pub(crate) fn literal_of_another_type(
    at: At,
    attribute: &str,
    expected: &str,
    found: &str,
) -> Diagnostic {
    let message =
        format!("attribute `{attribute}` is of type {expected}, and this is of type {found}");
    Diagnostic::new(&LITERAL_TYPE, at, message)
}

pub(crate) fn literal_outside_values(
    at: At,
    attribute: &str,
    literal: &str,
    known: &[String],
) -> Diagnostic {
    let help = match super::nearest(literal, known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("its values are {}", list(known)),
    };
    let message = format!("`{literal}` is not a value of attribute `{attribute}`");
    let only = super::only_near(literal, known.iter().map(String::as_str));
    Diagnostic::new(&OUTSIDE, at, message).with_help(help).with_rename_if(literal, only)
}

pub(crate) fn bound_on_no_integer(at: At, attribute: &str, found: &str) -> Diagnostic {
    let message = format!("attribute `{attribute}` is of type {found}; only integers have bounds");
    Diagnostic::new(&TEST_TYPE, at, message)
}

pub(crate) fn compared_types_differ(at: At, left: (&str, &str), right: (&str, &str)) -> Diagnostic {
    let message = format!("`{}` is of type {}, `{}` of type {}", left.0, left.1, right.0, right.1);
    Diagnostic::new(&TEST_TYPE, at, message).with_help("attributes that are compared have one type")
}

pub(crate) fn condition_too_complex(
    at: At,
    name: &str,
    tests_max: u32,
    depth_max: u32,
) -> Diagnostic {
    let message = format!("condition `{name}` is too complex to decide");
    Diagnostic::new(&TOO_COMPLEX, at, message).with_help(format!(
        "a condition may take {tests_max} tests and nest {depth_max} levels deep; \
         let the caller assert a part of it"
    ))
}

/// `roles` are those whose cell counts.
pub(crate) fn ticks_differ(at: At, row: &str, ticks: u32, roles: &[&str]) -> Diagnostic {
    let said = if ticks == 1 { "1 tick".to_owned() } else { format!("{ticks} ticks") };
    let has = match roles.len() {
        0 => "no cell".to_owned(),
        1 => format!("1 cell: {}", list(roles)),
        count => format!("{count} cells: {}", list(roles)),
    };
    Diagnostic::new(&TICKS, at, format!("row `{row}` is published with {said}, and has {has}"))
}

pub(crate) fn ticks_without_row(at: At) -> Diagnostic {
    Diagnostic::new(&TICKS_ALONE, at, "`ticks` without a `row`".to_owned())
        .with_help("name the published line with `row = \"…\"`, or remove `ticks`")
}

pub(crate) fn ticks_disagree(at: At, row: &str, first: At) -> Diagnostic {
    Diagnostic::new(
        &TICKS_DISAGREE,
        at,
        format!("row `{row}` has another number of ticks elsewhere"),
    )
    .with_label(first, "stated first here")
    .with_help("state the ticks of a row once")
}

pub(crate) fn uncertain_elsewhere(at: At, role: &str) -> Diagnostic {
    let message = format!("`{role}` has no cell through this grant that could be a guess");
    Diagnostic::new(&UNCERTAIN, at, message)
        .with_help("name roles of this grant, or seniors of them")
}

pub(crate) fn nothing_left(at: At) -> Diagnostic {
    Diagnostic::new(&NOTHING_LEFT, at, "`except` leaves no action".to_owned())
        .with_help("except less, or remove the entry")
}

pub(crate) fn no_permit(at: At) -> Diagnostic {
    Diagnostic::new(&NO_PERMIT, at, "nothing here permits anything".to_owned())
        .with_help("add a grant without `effect`, which permits")
}

pub(crate) fn too_many_situations(at: At, row: &str, situations_max: usize) -> Diagnostic {
    let message = format!("row `{row}` depends on too many attributes and assertions to be proved");
    Diagnostic::new(&SITUATIONS, at, message).with_help(format!(
        "policyc looks at {situations_max} situations at most; \
         give attributes `values`, or combine assertions into one"
    ))
}

pub(crate) fn condition_against_itself(at: At, name: &str, first: At) -> Diagnostic {
    let message = format!("condition `{name}` must hold and must not hold");
    Diagnostic::new(&WHEN_UNLESS, at, message).with_label(first, "must hold")
}

/// `counts` are of roles, actions and grants, `maxima` of roles and of roles times actions.
pub(crate) fn policy_too_large(at: At, counts: [usize; 3], maxima: [usize; 3]) -> Diagnostic {
    let [roles, actions, grants] = counts;
    let [roles_max, actions_max, cells_max] = maxima;
    let message =
        format!("the policy is too large: {roles} roles, {actions} actions, {grants} grants");
    Diagnostic::new(&TOO_LARGE, at, message).with_help(format!(
        "a policy has {roles_max} roles and {actions_max} actions at most, and {cells_max} roles \
         times actions or grants; state it as several policies"
    ))
}

/// `seniors` are those that the forbid does not name.
pub(crate) fn forbid_reaching_seniors(at: At, role: &str, seniors: &[&str]) -> Diagnostic {
    let message = format!("this forbid of `{role}` also binds its seniors: {}", list(seniors));
    Diagnostic::new(&SENIORS, at, message).with_help(
        "name the seniors too if they are meant; otherwise take the permit from the role",
    )
}

pub(crate) fn role_without_access(at: At, role: &str) -> Diagnostic {
    Diagnostic::new(&WITHOUT_ACCESS, at, format!("role `{role}` permits nothing"))
        .with_help("grant it something, let it inherit a role, or remove it")
}

/// `others` are the roles with the access of the first, each with its place.
pub(crate) fn same_access(at: At, role: &str, others: &[(At, &str)]) -> Diagnostic {
    let names: Vec<&str> = others.iter().map(|(_, name)| *name).collect();
    let message = format!("role `{role}` has the same access as {}", list(&names));
    let found = Diagnostic::new(&SAME_ACCESS, at, message)
        .with_help("if they are meant to differ, grant the difference; else keep one");
    others.iter().fold(found, |found, (at, name)| found.with_label(*at, format!("`{name}`")))
}

/// `by` are the grants that say what this one says.
pub(crate) fn redundant_grant(at: At, is_permit: bool, by: &[At]) -> Diagnostic {
    let does = if is_permit { "permits" } else { "forbids" };
    let message = format!("this grant {does} nothing that is not {} already", past(is_permit));
    let found = Diagnostic::new(&REDUNDANT, at, message)
        .with_help("remove it; whoever takes the other back would wonder why nothing changes")
        .with_removal_of_entry("this grant");
    let label = format!("{} here", past(is_permit));
    by.iter().fold(found, |found, at| found.with_label(*at, label.clone()))
}

const fn past(is_permit: bool) -> &'static str {
    if is_permit { "permitted" } else { "forbidden" }
}

pub(crate) fn overridden_permit(at: At, forbids: &[At]) -> Diagnostic {
    let message = "this permit never allows anything: all of it is forbidden".to_owned();
    let found = Diagnostic::new(&OVERRIDDEN, at, message)
        .with_help("a forbid always wins; remove the permit, or forbid less");
    forbids.iter().fold(found, |found, at| found.with_label(*at, "forbidden here"))
}

pub(crate) fn constant_condition(at: At, name: &str, value: bool) -> Diagnostic {
    let (rule, help) = if value {
        (&ALWAYS_TRUE, "change its test, or remove it wherever it is named")
    } else {
        (&ALWAYS_FALSE, "change its test; as it stands, what asks for it never applies")
    };
    let message = format!("condition `{name}` is always {value}");
    Diagnostic::new(rule, at, message).with_help(help)
}

/// `names` are the conditions, each with its place; two at least.
pub(crate) fn clashing_conditions(at: At, names: &[(At, &str)]) -> Diagnostic {
    let listed: Vec<&str> = names.iter().map(|(_, name)| *name).collect();
    let listed = if let [one, other] = listed.as_slice() {
        format!("`{one}` and `{other}`")
    } else {
        list(&listed)
    };
    let message = format!("{listed} can never be as this entry wants them");
    let found = Diagnostic::new(&CLASHING, at, message)
        .with_help("as it stands the entry says nothing; take one of them out");
    let others = names.iter().filter(|(other, _)| *other != at);
    others.fold(found, |found, (at, name)| found.with_label(*at, format!("`{name}`")))
}

pub(crate) fn impossible_action(at: At, action: &str) -> Diagnostic {
    Diagnostic::new(&IMPOSSIBLE, at, format!("nobody may `{action}`")).with_help(
        "permit it to a role; if nobody is meant to, forbid it to `*`, or say so in an \
         `[[invariants.never]]`",
    )
}

pub(crate) fn own_on_create(at: At, condition: &str, action: &str, action_at: At) -> Diagnostic {
    let message = format!("condition `{condition}` asks for one's own, and `{action}` makes it");
    Diagnostic::new(&OWN_CREATE, at, message)
        .with_label(action_at, "what is made here is nobody's yet")
        .with_help("permit making it without the condition, in a grant of its own")
}

pub(crate) fn one_action_apart(
    at: At,
    (role, other): (&str, &str),
    action: &str,
    other_at: At,
) -> Diagnostic {
    let message = format!("roles `{other}` and `{role}` differ in `{action}` only");
    Diagnostic::new(&ONE_APART, at, message)
        .with_label(other_at, format!("`{other}`"))
        .with_help("let one inherit the other, or keep one")
}

pub(crate) fn uninherited_role(
    at: At,
    (senior, junior): (&str, &str),
    junior_at: At,
) -> Diagnostic {
    let message = format!("`{senior}` has all the access of `{junior}` without inheriting it");
    Diagnostic::new(&UNINHERITED, at, message)
        .with_label(junior_at, format!("`{junior}`"))
        .with_help(format!("add `inherits = [\"{junior}\"]`, so that it stays so"))
}

pub(crate) fn open_pattern(at: At, pattern: &str) -> Diagnostic {
    let message = format!("pattern `{pattern}` permits also what is added later");
    Diagnostic::new(&OPEN_PATTERN, at, message).with_help("name the actions")
}

pub(crate) fn writing_reader(at: At, role: &str, action: &str) -> Diagnostic {
    let message = format!("role `{role}` reads by its name, and may `{action}`");
    Diagnostic::new(&WRITING_READER, at, message)
        .with_help("take the action from it, or give it another name")
}
