//! The principals and resources of a suite, by name and as requests want them.
//!
//! Not checked against the policy, which `names` does.

use std::collections::BTreeMap;

use crate::audit::GivenPrincipal;
use crate::diagnostic::{At, FileId};
use crate::model::{Assignment, DirectAction, Principal, Resource, Scope, Value};
use crate::source::directory::{Given, Profile};
use crate::source::suite::{Circumstances, GivenResource, OrName, Suite};

/// A principal with everything that a request borrows.
#[derive(Debug, Clone)]
pub(super) struct PrincipalFixture<'s> {
    /// What messages call it.
    pub label: String,
    pub person: GivenPrincipal<'s>,
    pub assignments: Vec<Assignment<'s>>,
    direct_actions: Vec<DirectAction<'s>>,
    pub attributes: Vec<(&'s str, Value<'s>)>,
}

impl<'s> PrincipalFixture<'s> {
    fn new(label: Option<&str>, profile: &'s Profile, file: FileId) -> Self {
        let person = GivenPrincipal::of_profile(profile, file);
        let assignments = person.assignments();
        let label = match (label, assignments.as_slice()) {
            (Some(label), _) => label.to_owned(),
            (None, []) => person.id.map_or("a principal without any role", |(id, _)| id).to_owned(),
            (None, held) => {
                held.iter().map(Assignment::to_string).collect::<Vec<_>>().join(" with ")
            }
        };
        Self {
            label,
            direct_actions: person.direct.iter().map(|(given, _)| *given).collect(),
            attributes: values(&profile.attributes),
            assignments,
            person,
        }
    }

    /// As a message names it.
    pub(super) fn quoted(&self) -> String {
        match (self.assignments.as_slice(), self.person.id) {
            ([], None) if self.label.contains(' ') => self.label.clone(),
            _ => format!("`{}`", self.label),
        }
    }

    pub(super) fn principal(&self) -> Principal<'_> {
        Principal {
            id: self.person.id.map(|(id, _)| id),
            kind: self.person.kind(),
            assignments: &self.assignments,
            direct_actions: &self.direct_actions,
            attributes: &self.attributes,
        }
    }
}

/// A resource with everything that a request borrows.
#[derive(Debug, Clone, Default)]
pub(super) struct ResourceFixture<'s> {
    kind: Option<&'s str>,
    id: Option<&'s str>,
    scopes: Vec<Scope<'s>>,
    attributes: Vec<(&'s str, Value<'s>)>,
}

impl<'s> ResourceFixture<'s> {
    fn new(thing: &'s GivenResource) -> Self {
        Self {
            kind: thing.kind.as_ref().map(|kind| kind.value.as_str()),
            id: thing.id.as_ref().map(|id| id.value.as_str()),
            scopes: thing.scopes.iter().map(|scope| scope.value.as_scope()).collect(),
            attributes: values(&thing.attributes),
        }
    }

    pub(super) fn resource(&self) -> Resource<'_> {
        Resource {
            resource_type: self.kind,
            id: self.id,
            scopes: &self.scopes,
            attributes: &self.attributes,
        }
    }
}

/// What surrounds a request, with everything that the request borrows.
#[derive(Debug)]
pub(super) struct Around<'s> {
    pub asked: ResourceFixture<'s>,
    pub action_attributes: Vec<(&'s str, Value<'s>)>,
    pub context: Vec<(&'s str, Value<'s>)>,
    pub assertions: Vec<(&'s str, bool)>,
}

/// All principals and resources of a suite.
#[derive(Debug)]
pub(super) struct Fixtures<'s> {
    pub file: FileId,
    pub askers: BTreeMap<&'s str, PrincipalFixture<'s>>,
    pub asked: BTreeMap<&'s str, ResourceFixture<'s>>,
}

impl<'s> Fixtures<'s> {
    pub(super) fn new(suite: &'s Suite, file: FileId) -> Self {
        let askers = suite.principals.iter().map(|(name, profile)| {
            let name = name.value.as_str();
            (name, PrincipalFixture::new(Some(name), profile, file))
        });
        let asked = suite.resources.iter();
        let asked = asked.map(|(name, thing)| (name.value.as_str(), ResourceFixture::new(thing)));
        Self { file, askers: askers.collect(), asked: asked.collect() }
    }

    /// A principal by its name, or as written out; none where the suite has no such principal.
    pub(super) fn asker(&self, given: &'s OrName<Profile>) -> Option<PrincipalFixture<'s>> {
        match given {
            OrName::Name(name) => self.askers.get(name.value.as_str()).cloned(),
            OrName::Written(profile) => Some(PrincipalFixture::new(None, profile, self.file)),
        }
    }

    /// What surrounds a request; a resource that is not named is one of which nothing is known.
    pub(super) fn around(&self, circumstances: &'s Circumstances) -> Around<'s> {
        let asked = match &circumstances.resource {
            None => None,
            Some(OrName::Name(name)) => self.asked.get(name.value.as_str()).cloned(),
            Some(OrName::Written(thing)) => Some(ResourceFixture::new(thing)),
        };
        let assertions = circumstances.assertions.iter();
        Around {
            asked: asked.unwrap_or_default(),
            action_attributes: values(&circumstances.action_attributes),
            context: values(&circumstances.context),
            assertions: assertions.map(|(name, known)| (name.value.as_str(), *known)).collect(),
        }
    }

    pub(super) const fn at(&self, span: crate::diagnostic::Span) -> At {
        At::new(self.file, span)
    }
}

fn values(given: &Given) -> Vec<(&str, Value<'_>)> {
    let values = given.iter();
    values.map(|(name, value)| (name.value.as_str(), value.value.as_value())).collect()
}
