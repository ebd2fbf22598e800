//! The loader of suites: from the tree to the typed suite, the only reader of their keys.
//!
//! Not the schema, but of one mind with it, as the loader of policies is.

use crate::model::{Basis, Change, DelegationBasis};

use super::fields::{Errors, Fields, ShapeError, form, whole, wrong_type};
use super::keys;
use super::load::entries;
use super::load_directory::{given, members, placements, profile, some_placements};
use super::policy::{Form, Spanned};
use super::suite::{
    AuditCase, Case, CaseTable, Circumstances, Expected, FixtureName, GivenResource, Hold, Line,
    OrName, ProposalCase, Suite,
};
use super::tree::{Node, NodeValue};

/// Reads a whole suite.
///
/// # Errors
/// Every place where it does not have its shape.
pub(super) fn suite(tree: &Node<'_>) -> Result<Suite, Vec<ShapeError>> {
    whole(tree, read_suite)
}

fn read_suite(tree: &Node<'_>, errors: &mut Errors) -> Option<Suite> {
    let mut fields = Fields::open(tree, tree.span, keys::SUITE, errors)?;
    fields.schema();
    fields.about();
    let policy = fields.form("policy");
    let policy = fields.require("policy", policy);
    Some(Suite {
        principals: fixtures(&mut fields, "principals", keys::PRINCIPAL, profile),
        resources: fixtures(&mut fields, "resources", keys::RESOURCE, thing),
        scopes: placements(&mut fields),
        tables: entries(&mut fields, "tables", keys::TABLE, case_table).unwrap_or_default(),
        cases: entries(&mut fields, "cases", keys::CASE, case).unwrap_or_default(),
        holds: entries(&mut fields, "holds", keys::HOLD, hold).unwrap_or_default(),
        proposals: entries(&mut fields, "may-assign", keys::PROPOSAL, proposal).unwrap_or_default(),
        audits: entries(&mut fields, "audit", keys::AUDIT, audit).unwrap_or_default(),
        policy: policy?,
    })
}

fn fixtures<T>(
    fields: &mut Fields<'_>,
    key: &str,
    keys: keys::Keys,
    read: impl Fn(&mut Fields<'_>) -> T,
) -> Vec<(Spanned<FixtureName>, T)> {
    super::load::named(fields, key, keys, read).unwrap_or_default()
}

fn thing(fields: &mut Fields<'_>) -> GivenResource {
    fields.about();
    GivenResource {
        kind: fields.form("type"),
        id: fields.form("id"),
        scopes: fields.names("scopes"),
        attributes: given(fields, "attributes"),
    }
}

/// Something by its name, or written out.
fn or_name<T>(
    fields: &mut Fields<'_>,
    key: &str,
    keys: keys::Keys,
    read: impl Fn(&mut Fields<'_>) -> T,
) -> Option<OrName<T>> {
    let (_, node) = fields.get(key)?;
    if let NodeValue::String(_) = &node.value {
        return match form(node) {
            Ok(value) => Some(OrName::Name(Spanned { value, span: node.span })),
            Err(error) => {
                fields.errors().push(error);
                None
            }
        };
    }
    let mut inner = Fields::open(node, node.span, keys, fields.errors())?;
    Some(OrName::Written(read(&mut inner)))
}

fn required<T>(
    fields: &mut Fields<'_>,
    key: &str,
    keys: keys::Keys,
    read: impl Fn(&mut Fields<'_>) -> T,
) -> Option<OrName<T>> {
    let value = or_name(fields, key, keys, read);
    fields.require(key, value)
}

fn circumstances(fields: &mut Fields<'_>) -> Circumstances {
    Circumstances {
        resource: or_name(fields, "resource", keys::RESOURCE, thing),
        action_attributes: given(fields, "action-attributes"),
        ..around(fields)
    }
}

/// What surrounds a request and a proposal alike.
fn around(fields: &mut Fields<'_>) -> Circumstances {
    let boolean = |node: &Node<'_>| {
        let NodeValue::Boolean(known) = &node.value else {
            return Err(wrong_type(node, "a boolean"));
        };
        Ok(*known)
    };
    let assertions = fields.map("assert", boolean).unwrap_or_default();
    Circumstances {
        resource: None,
        action_attributes: Vec::new(),
        context: given(fields, "context"),
        assertions: assertions.into_iter().map(|(name, known)| (name, known.value)).collect(),
    }
}

fn case_table(fields: &mut Fields<'_>) -> CaseTable {
    CaseTable {
        about: fields.about(),
        principals: fields.required_names("principals"),
        circumstances: circumstances(fields),
        lines: lines(fields),
    }
}

fn lines(fields: &mut Fields<'_>) -> Vec<Line> {
    let Some((_, node)) = fields.get("cells") else {
        fields.require::<()>("cells", None);
        return Vec::new();
    };
    let errors = fields.errors();
    let Some(entries) = node.as_table() else {
        errors.push(wrong_type(node, "a table"));
        return Vec::new();
    };
    if entries.is_empty() {
        errors.push(ShapeError { span: node.span, what: "the table is empty".to_owned() });
    }
    let mut lines = Vec::new();
    for (actions, entry) in entries {
        let Some(value) = Form::parse(actions) else {
            let what = format!("`{actions}` is not an action or pattern");
            errors.push(ShapeError { span: entry.key, what });
            continue;
        };
        let actions = Spanned { value, span: entry.key };
        if let Some(mut fields) = Fields::open(&entry.node, entry.key, keys::CELLS, errors) {
            fields.about();
            let (allow, deny) = (fields.some_names("allow"), fields.some_names("deny"));
            lines.push(Line {
                actions,
                allow: allow.unwrap_or_default(),
                deny: deny.unwrap_or_default(),
            });
        }
    }
    lines
}

fn expect(fields: &mut Fields<'_>) -> Option<Spanned<Expected>> {
    let expect = fields.choice("expect", &Expected::WORDS);
    fields.require("expect", expect)
}

fn case(fields: &mut Fields<'_>) -> Option<Case> {
    let about = fields.about();
    let principal = required(fields, "principal", keys::PRINCIPAL, profile);
    let action = fields.form("action");
    let action = fields.require("action", action);
    let circumstances = circumstances(fields);
    let basis = fields.choice("basis", &Basis::ALL.map(|basis| (basis.as_str(), basis)));
    let grant = fields.form("grant");
    let expect = expect(fields);
    Some(Case {
        about,
        principal: principal?,
        action: action?,
        circumstances,
        expect: expect?,
        basis,
        grant,
    })
}

fn hold(fields: &mut Fields<'_>) -> Option<Hold> {
    let about = fields.about();
    let principal = required(fields, "principal", keys::PRINCIPAL, profile);
    let findings = fields.list("findings", 0, form);
    let expect = expect(fields);
    Some(Hold { about, principal: principal?, expect: expect?, findings })
}

fn proposal(fields: &mut Fields<'_>) -> Option<ProposalCase> {
    let about = fields.about();
    let by = required(fields, "by", keys::PRINCIPAL, profile);
    let changes = [Change::Assign, Change::Revoke].map(|change| (change.as_str(), change));
    let change = fields.word("change", &changes).unwrap_or(Change::Assign);
    let role = fields.form("role");
    let role = fields.require("role", role);
    let to = required(fields, "to", keys::PRINCIPAL, profile);
    let circumstances = around(fields);
    let words = DelegationBasis::ALL.map(|basis| (basis.as_str(), basis));
    let basis = fields.choice("basis", &words);
    let expect = expect(fields);
    Some(ProposalCase {
        about,
        by: by?,
        change,
        role: role?,
        to: to?,
        circumstances,
        expect: expect?,
        basis,
    })
}

fn audit(fields: &mut Fields<'_>) -> AuditCase {
    let about = fields.about();
    let principals = members(fields, "principals");
    let principals = fields.require("principals", principals).unwrap_or_default();
    let findings = fields.list("findings", 0, form);
    AuditCase {
        about,
        scopes: some_placements(fields),
        members: principals,
        expect: fields.choice("expect", &Expected::WORDS),
        before: members(fields, "before"),
        findings: fields.require("findings", findings).unwrap_or_default(),
    }
}
