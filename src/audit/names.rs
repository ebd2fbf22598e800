//! What a principal is said to hold against what the policy knows and lets be held.
//!
//! Not constraints, which speak of what is held together.

use crate::diagnostic::{At, Diagnostic, assignments, list, names};
use crate::evaluate::{Misfit, misfit, misfit_direct};
use crate::model::{BuiltIn, KindId, Literal, Namespace, Scope, ScopeId};
use crate::table::Table;
use crate::table::rules::Attribute;

use super::GivenPrincipal;

/// The names that the policy does not know: kind, roles, scope kinds, actions, attributes.
pub(crate) fn unknown_names(table: &Table, person: &GivenPrincipal<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if let Some((kind, at)) = person.kind
        && table.find_kind(kind).is_none()
    {
        found.push(names::unknown_kind(at, kind, table.kinds().collect()));
    }
    for (given, at) in &person.roles {
        if table.find_role(given.role).is_none() {
            found.push(names::unknown_role(*at, given.role, table.roles().collect()));
        } else {
            found.extend(given.scope.and_then(|scope| unknown_scope(table, scope, *at)));
        }
    }
    for (given, at) in &person.direct {
        if table.find_action(given.action).is_none() {
            found.push(names::unknown_action(*at, given.action, table.actions().collect()));
        } else {
            found.extend(given.scope.and_then(|scope| unknown_scope(table, scope, *at)));
        }
    }
    let given = person.attributes.iter().map(|(name, _)| *name);
    found.extend(unknown_attributes(table, Namespace::Principal, given));
    found
}

/// A scope of a kind that the policy does not declare.
pub(crate) fn unknown_scope(table: &Table, scope: Scope<'_>, at: At) -> Option<Diagnostic> {
    let is_unknown = table.find_scope(scope.kind).is_none();
    is_unknown.then(|| names::unknown_scope(at, scope.kind, table.scope_kinds().collect()))
}

/// Attributes that the policy does not declare, or that are never given by name, each by its name
/// inside a namespace.
pub(crate) fn unknown_attributes<'s>(
    table: &Table,
    namespace: Namespace,
    given: impl Iterator<Item = (&'s str, At)>,
) -> Vec<Diagnostic> {
    let unknown = |(name, at): (&str, At)| {
        let full_name = format!("{}.{name}", namespace.as_str());
        if BuiltIn::find(namespace, name).is_some() {
            return Some(names::built_in_attribute_given(at, &full_name, name));
        }
        if table.find_attribute(namespace, name).is_some() {
            return None;
        }
        let known: Vec<String> = table.attributes().collect();
        let known = known.iter().map(String::as_str).collect();
        Some(names::unknown_attribute(at, &full_name, known))
    };
    given.filter_map(unknown).collect()
}

/// What the principal is said to hold and cannot, and values that no attribute has.
pub(crate) fn misfits(table: &Table, person: &GivenPrincipal<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut kind_missing = false;
    for (given, at) in &person.roles {
        let misfit = misfit(table, person.kind(), given);
        let role = table.find_role(given.role).and_then(|role| table.role(role));
        let thing = Thing {
            at: *at,
            name: given.role,
            scope: given.scope,
            kinds: role.and_then(|role| role.kinds.as_deref()),
            demanded: role.and_then(|role| role.scope),
        };
        found.extend(
            misfit.and_then(|misfit| thing.diagnostic(table, person, misfit, &mut kind_missing)),
        );
    }
    for (given, at) in &person.direct {
        let misfit = misfit_direct(table, person.kind(), given);
        let direct = table.rules().direct.as_ref();
        let kinds = direct.and_then(|direct| direct.kinds.as_deref());
        let (name, scope) = (given.action, given.scope);
        let thing = Thing { at: *at, name, scope, kinds, demanded: None };
        found.extend(
            misfit.and_then(|misfit| thing.diagnostic(table, person, misfit, &mut kind_missing)),
        );
    }
    let given = person.attributes.iter().map(|((name, _), value)| (*name, *value));
    found.extend(wrong_values(table, Namespace::Principal, given));
    found
}

/// A role or an action that is given, and who may hold it where.
struct Thing<'t> {
    at: At,
    name: &'t str,
    scope: Option<Scope<'t>>,
    kinds: Option<&'t [KindId]>,
    demanded: Option<ScopeId>,
}

impl Thing<'_> {
    fn diagnostic(
        &self,
        table: &Table,
        person: &GivenPrincipal<'_>,
        misfit: Misfit,
        kind_missing: &mut bool,
    ) -> Option<Diagnostic> {
        let kinds = self.kinds.unwrap_or_default().iter().filter_map(|kind| table.kind(*kind));
        let kinds: Vec<&str> = kinds.map(|kind| kind.name.as_str()).collect();
        let scope_name = |id: ScopeId| table.scope(id).map(|kind| kind.name.as_str());
        match misfit {
            // Said once already, as a name that is not known.
            Misfit::UnknownRole | Misfit::UnknownAction | Misfit::UnknownScope => None,
            Misfit::NotDirect => Some(assignments::direct_action_not_allowed(self.at, self.name)),
            Misfit::KindMissing if *kind_missing => None,
            Misfit::KindMissing => {
                *kind_missing = true;
                Some(assignments::kind_missing(self.at, self.name, &kinds))
            }
            Misfit::KindExcluded => {
                let kind = person.kind().unwrap_or_default();
                Some(assignments::kind_excluded(self.at, self.name, kind, &kinds))
            }
            Misfit::ScopeMissing => {
                let kind = self.demanded.and_then(scope_name).unwrap_or_default();
                Some(assignments::scope_missing(self.at, self.name, kind))
            }
            Misfit::ScopeKind => {
                let scope = self.scope.map(|scope| scope.to_string()).unwrap_or_default();
                let outermost = || {
                    let kinds = table.rules().scopes.iter();
                    kinds.filter(|kind| kind.within.is_none()).map(|kind| kind.name.as_str())
                };
                let fits: Vec<&str> = match self.demanded {
                    Some(kind) => scope_name(kind).into_iter().collect(),
                    None => outermost().collect(),
                };
                let is_demanded = self.demanded.is_some();
                Some(assignments::wrong_scope_kind(
                    self.at,
                    self.name,
                    &scope,
                    (&fits, is_demanded),
                ))
            }
        }
    }
}

/// Values that no declared attribute of a namespace has; a test over one would be unknown.
pub(crate) fn wrong_values<'s>(
    table: &Table,
    namespace: Namespace,
    given: impl Iterator<Item = (&'s str, (&'s Literal, At))>,
) -> Vec<Diagnostic> {
    let wrong = given.filter_map(|(name, (value, at))| {
        let attribute = table.find_attribute(namespace, name)?;
        wrong_value(table.attribute(attribute)?, value, at)
    });
    wrong.collect()
}

fn wrong_value(attribute: &Attribute, value: &Literal, at: At) -> Option<Diagnostic> {
    let name = attribute.full_name();
    if value.value_type() != attribute.value_type {
        let article = match attribute.value_type.as_str() {
            word @ "integer" => format!("an {word}"),
            word => format!("a {word}"),
        };
        return Some(assignments::wrong_attribute_value(at, &name, &article));
    }
    if attribute.values.is_empty() || attribute.values.contains(value) {
        return None;
    }
    let known: Vec<String> = attribute.values.iter().map(Literal::to_string).collect();
    let expected = format!("one of {}", list(&known));
    Some(assignments::wrong_attribute_value(at, &name, &expected))
}
