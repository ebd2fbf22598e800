//! The attributes that are there without being declared.
//!
//! Not their values, which a request gives in places of their own.

use super::Namespace;
use super::name::split_attribute;

/// A built-in attribute; all are strings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BuiltIn {
    PrincipalId,
    PrincipalKind,
    ResourceId,
    ResourceType,
}

impl BuiltIn {
    pub(crate) const ALL: [Self; 4] =
        [Self::PrincipalId, Self::PrincipalKind, Self::ResourceId, Self::ResourceType];

    /// The namespace, and the name inside it.
    pub(crate) fn name(self) -> Option<(Namespace, &'static str)> {
        split_attribute(self.full_name())
    }

    /// The name as policies write it.
    pub(crate) const fn full_name(self) -> &'static str {
        match self {
            Self::PrincipalId => "principal.id",
            Self::PrincipalKind => "principal.kind",
            Self::ResourceId => "resource.id",
            Self::ResourceType => "resource.type",
        }
    }

    /// The built-in attribute of this name, if it is one.
    pub(crate) fn find(namespace: Namespace, name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|built_in| built_in.name() == Some((namespace, name)))
    }
}
