//! What a suite names and nobody knows, and what it says twice, not at all or in vain.
//!
//! Not running: a suite with such a mistake is not run, so that one mistake is one error.

use std::collections::BTreeSet;

use crate::audit::{
    GivenPrincipal, Part, Placed, placed, unknown_attributes, unknown_names, unknown_scope,
    wrong_values,
};
use crate::diagnostic::{At, Diagnostic, Span, names, rules, suites};
use crate::model::{Basis, DelegationBasis, Namespace};
use crate::source::directory::{Given, Profile};
use crate::source::policy::{Identifier, Names, Spanned, Text};
use crate::source::suite::{
    AuditCase, Circumstances, Expected, FixtureName, GivenResource, OrName, Suite,
};
use crate::table::Table;

use super::cells::{self, Cell};
use super::fixtures::Fixtures;

/// Checks a whole suite; gives the cells of its tables.
///
/// # Errors
/// Everything that is wrong with it.
pub(super) fn check<'s>(
    table: &Table,
    suite: &'s Suite,
    fixtures: &Fixtures<'s>,
) -> Result<Vec<Cell<'s>>, Vec<Diagnostic>> {
    let mut check = Check {
        table,
        fixtures,
        found: Vec::new(),
        values_matter: true,
        principals: BTreeSet::new(),
        resources: BTreeSet::new(),
    };
    check.fixtures(suite);
    let mut all = Vec::new();
    for (at, case_table) in suite.tables.iter().enumerate() {
        case_table.principals.iter().for_each(|name| check.principal_name(name));
        check.circumstances(&case_table.circumstances);
        all.extend(cells::cells(table, fixtures, (at, case_table), &mut check.found));
    }
    for case in &suite.cases {
        // A value that no attribute has is unknown, and a case may say so.
        let basis = case.basis.as_ref().map(|basis| basis.value);
        check.values_matter = basis != Some(Basis::ConditionUnknown);
        check.principal(&case.principal);
        check.circumstances(&case.circumstances);
        check.values_matter = true;
        let (action, at) = (case.action.value.as_str(), fixtures.at(case.action.span));
        // An unknown action denies, and a case may say so: `basis: unknown-action`.
        let is_meant = basis == Some(Basis::UnknownAction);
        if table.find_action(action).is_none() && !is_meant {
            check.found.push(names::unknown_action(at, action, table.actions().collect()));
        }
        check.expectation(case.expect.value, case.basis.as_ref(), case.grant.as_ref());
    }
    for hold in &suite.holds {
        // What is wrong with a principal is a finding here, which may be expected.
        check.values_matter = false;
        check.principal(&hold.principal);
        check.values_matter = true;
        hold.findings.iter().for_each(|findings| check.findings(findings));
    }
    for proposal in &suite.proposals {
        check.principal(&proposal.by);
        check.principal(&proposal.to);
        check.circumstances(&proposal.circumstances);
        let (role, at) = (proposal.role.value.as_assignment(), fixtures.at(proposal.role.span));
        // As with actions: an unknown name denies, and a case may say so.
        let basis = proposal.basis.as_ref().map(|basis| basis.value);
        if table.find_role(role.role).is_none() {
            if basis != Some(DelegationBasis::UnknownRole) {
                check.found.push(names::unknown_role(at, role.role, table.roles().collect()));
            }
        } else if let Some(scope) =
            role.scope.filter(|_| basis != Some(DelegationBasis::UnknownScope))
        {
            check.found.extend(unknown_scope(table, scope, at));
        }
        if let Some(Spanned { value, span }) = &proposal.basis {
            check.agree(value.is_allowed(), proposal.expect.value, (value.as_str(), *span));
        }
    }
    suite.audits.iter().for_each(|audit| check.audit(audit));
    check.unused(suite);
    if check.found.is_empty() { Ok(all) } else { Err(check.found) }
}

struct Check<'t, 's> {
    table: &'t Table,
    fixtures: &'t Fixtures<'s>,
    found: Vec<Diagnostic>,
    /// Whether a value that no attribute has is a mistake.
    values_matter: bool,
    /// The fixtures that cases name.
    principals: BTreeSet<&'s str>,
    resources: BTreeSet<&'s str>,
}

impl<'s> Check<'_, 's> {
    fn fixtures(&mut self, suite: &'s Suite) {
        for (_, profile) in &suite.principals {
            self.profile(profile);
        }
        for (_, thing) in &suite.resources {
            self.thing(thing);
        }
        let part = Part { file: self.fixtures.file, scopes: &suite.scopes, members: &[] };
        let _: Placed<'_> = placed(self.table, &part, &mut self.found);
    }

    fn profile(&mut self, profile: &'s Profile) {
        let person = GivenPrincipal::of_profile(profile, self.fixtures.file);
        self.found.extend(unknown_names(self.table, &person));
        self.values(Namespace::Principal, &profile.attributes);
    }

    fn thing(&mut self, thing: &'s GivenResource) {
        for scope in &thing.scopes {
            let at = self.fixtures.at(scope.span);
            self.found.extend(unknown_scope(self.table, scope.value.as_scope(), at));
        }
        self.given(Namespace::Resource, &thing.attributes);
    }

    fn given(&mut self, namespace: Namespace, given: &'s Given) {
        let names =
            given.iter().map(|(name, _)| (name.value.as_str(), self.fixtures.at(name.span)));
        let unknown = unknown_attributes(self.table, namespace, names);
        self.found.extend(unknown);
        self.values(namespace, given);
    }

    fn values(&mut self, namespace: Namespace, given: &'s Given) {
        if self.values_matter {
            let fixtures = self.fixtures;
            let values = given.iter().map(|(name, value)| {
                (name.value.as_str(), (&value.value, fixtures.at(value.span)))
            });
            self.found.extend(wrong_values(self.table, namespace, values));
        }
    }

    fn principal(&mut self, given: &'s OrName<Profile>) {
        match given {
            OrName::Name(name) => self.principal_name(name),
            OrName::Written(profile) => self.profile(profile),
        }
    }

    fn principal_name(&mut self, name: &'s Spanned<FixtureName>) {
        let (text, at) = (name.value.as_str(), self.fixtures.at(name.span));
        if self.fixtures.askers.contains_key(text) {
            self.principals.insert(text);
        } else {
            let known = self.fixtures.askers.keys().copied().collect();
            self.found.push(suites::unknown_fixture(at, "principal", text, known));
        }
    }

    fn circumstances(&mut self, circumstances: &'s Circumstances) {
        match &circumstances.resource {
            None => {}
            Some(OrName::Written(thing)) => self.thing(thing),
            Some(OrName::Name(name)) => {
                let (text, at) = (name.value.as_str(), self.fixtures.at(name.span));
                if self.fixtures.asked.contains_key(text) {
                    self.resources.insert(text);
                } else {
                    let known = self.fixtures.asked.keys().copied().collect();
                    self.found.push(suites::unknown_fixture(at, "resource", text, known));
                }
            }
        }
        self.given(Namespace::Action, &circumstances.action_attributes);
        self.given(Namespace::Context, &circumstances.context);
        for (name, _) in &circumstances.assertions {
            let (text, at) = (name.value.as_str(), self.fixtures.at(name.span));
            if self.table.find_condition(text).is_none() {
                let known = self.table.conditions().collect();
                self.found.push(names::unknown_condition(at, text, known));
            }
        }
    }

    /// Whether an answer, its basis and a deciding grant can go together.
    fn expectation(
        &mut self,
        expect: Expected,
        basis: Option<&Spanned<Basis>>,
        grant: Option<&Spanned<Text>>,
    ) {
        if let Some(Spanned { value, span }) = basis {
            self.agree(value.is_allowed(), expect, (value.as_str(), *span));
        }
        if let Some(grant) = grant {
            // A deny without a basis may be that of a forbid.
            let decides =
                basis.is_none_or(|basis| matches!(basis.value, Basis::Granted | Basis::Forbidden));
            let is_known = self.table.notes().grants.iter().any(|note| {
                let row = note
                    .row
                    .and_then(|row| self.table.notes().rows.get(usize::try_from(row).ok()?));
                let title = note.note.title.as_ref();
                row.into_iter().chain(title).any(|label| label == grant.value.as_str())
            });
            let at = self.fixtures.at(grant.span);
            if !decides {
                self.found.push(suites::contradictory_grant(at));
            } else if !is_known {
                self.found.push(suites::unknown_grant(at, grant.value.as_str()));
            }
        }
    }

    fn agree(&mut self, is_allowed: bool, expect: Expected, (basis, span): (&str, Span)) {
        if Expected::of(is_allowed) != expect {
            let at = self.fixtures.at(span);
            self.found.push(suites::contradictory_expectation(at, basis, expect.as_str()));
        }
    }

    /// The names of a small directory; what else is wrong with it may be what is expected.
    fn audit(&mut self, audit: &'s AuditCase) {
        let members = audit.members.iter().chain(audit.before.iter().flatten());
        members.for_each(|member| self.profile(&member.profile));
        for placement in audit.scopes.iter().flatten() {
            for scope in [Some(&placement.scope), placement.within.as_ref()].into_iter().flatten() {
                let at = self.fixtures.at(scope.span);
                self.found.extend(unknown_scope(self.table, scope.value.as_scope(), at));
            }
        }
        self.findings(&audit.findings);
    }

    fn findings(&mut self, findings: &Names<Identifier>) {
        let known: Vec<&str> =
            rules().filter(|rule| rule.code.starts_with("P08")).map(|rule| rule.name).collect();
        for finding in findings {
            let (name, at) = (finding.value.as_str(), self.fixtures.at(finding.span));
            if !known.contains(&name) {
                self.found.push(suites::unknown_finding(at, name, known.clone()));
            }
        }
    }

    fn unused(&mut self, suite: &Suite) {
        // One mistake, one error: what a mistyped name was meant for seems unused.
        if self.found.iter().any(|found| found.rule.name == "unknown-fixture") {
            return;
        }
        let principals = suite.principals.iter().map(|(name, _)| ("principal", name));
        let resources = suite.resources.iter().map(|(name, _)| ("resource", name));
        for (what, name) in principals.chain(resources) {
            let used = if what == "principal" { &self.principals } else { &self.resources };
            if !used.contains(name.value.as_str()) {
                let at: At = self.fixtures.at(name.span);
                self.found.push(suites::unused_fixture(at, what, name.value.as_str()));
            }
        }
    }
}
