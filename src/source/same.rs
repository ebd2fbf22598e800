//! Whether two texts of TOML say the same: keys, values, and the order of both.
//!
//! Not what they say. The parser's own values are compared, so that nothing is left out that no
//! policy has a use for.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Whether both texts are TOML and say the same in the same order.
pub(crate) fn is_same_document(one: &str, other: &str) -> bool {
    match (DeTable::parse(one), DeTable::parse(other)) {
        (Ok(one), Ok(other)) => same_tables(one.get_ref(), other.get_ref()),
        _ => false,
    }
}

fn same_tables(one: &DeTable<'_>, other: &DeTable<'_>) -> bool {
    let mut pairs = one.iter().zip(other.iter());
    one.len() == other.len()
        && pairs.all(|((key, value), (other_key, other))| {
            key.get_ref() == other_key.get_ref() && same_values(value, other)
        })
}

fn same_values(one: &Spanned<DeValue<'_>>, other: &Spanned<DeValue<'_>>) -> bool {
    match (one.get_ref(), other.get_ref()) {
        (DeValue::Table(one), DeValue::Table(other)) => same_tables(one, other),
        (DeValue::Array(one), DeValue::Array(other)) => {
            one.len() == other.len()
                && one.iter().zip(other.iter()).all(|(one, other)| same_values(one, other))
        }
        (DeValue::String(one), DeValue::String(other)) => one == other,
        (DeValue::Boolean(one), DeValue::Boolean(other)) => one == other,
        (DeValue::Datetime(one), DeValue::Datetime(other)) => one == other,
        (DeValue::Integer(one), DeValue::Integer(other)) => {
            one.as_str() == other.as_str() && one.radix() == other.radix()
        }
        (DeValue::Float(one), DeValue::Float(other)) => one.as_str() == other.as_str(),
        _ => false,
    }
}
