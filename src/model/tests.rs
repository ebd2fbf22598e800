//! Unit tests of the words: every variant is in the list of all; a new one does not compile here.
//!
//! Not tests of what the words mean.

use super::DelegationBasis;

/// The variant declared after this one.
fn after(basis: DelegationBasis) -> Option<DelegationBasis> {
    use DelegationBasis as Is;
    match basis {
        Is::Delegated => Some(Is::UnknownRole),
        Is::UnknownRole => Some(Is::Fixed),
        Is::Fixed => Some(Is::ScopeMissing),
        Is::ScopeMissing => Some(Is::ScopeKind),
        Is::ScopeKind => Some(Is::UnknownScope),
        Is::UnknownScope => Some(Is::ConditionUnknown),
        Is::ConditionUnknown => Some(Is::ConditionFalse),
        Is::ConditionFalse => Some(Is::AssigneeRoles),
        Is::AssigneeRoles => Some(Is::AssigneeKind),
        Is::AssigneeKind => Some(Is::OutOfScope),
        Is::OutOfScope => Some(Is::AssignerRole),
        Is::AssignerRole => Some(Is::NotDelegated),
        Is::NotDelegated => None,
    }
}

#[test]
fn every_basis_of_a_delegation_is_in_the_list_of_all() {
    let each = std::iter::successors(Some(DelegationBasis::Delegated), |basis| after(*basis));
    assert_eq!(each.collect::<Vec<_>>(), DelegationBasis::ALL);
}
