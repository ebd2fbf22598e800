//! Bytes of plain data: numbers, counted strings and lists, one trait for both ways.
//!
//! Not the container: magic, sections and digests are in `bundle`; nor the arrays of `cells`, which
//! are read in place. Reading never panics and never allocates more than a multiple of what it is
//! given, since every element takes a byte, and every field of one (`ALLOCATED_PER_BYTE` in
//! `fuzz/src/bundles` says which multiple).
//!
//! ```text
//! u32      seven bits a byte, the lowest first; the high bit says that more follow; as few bytes
//!          as can be (LEB128)
//! i64      eight bytes, little-endian
//! bool     one byte, 0 or 1
//! text     its length in bytes, then UTF-8
//! list     how many, then each
//! option   a bool whether it is there, then itself
//! struct   its fields in the order in which they are named below
//! variant  one byte, its tag below, then its fields
//! id       the position in its list, as u32
//! ```
//!
//! There is one form of each value, so what is read and written again is the same bytes.

use crate::model::{
    ActionId, AttributeId, Change, ConditionId, Effect, GrantId, KindId, Literal, Namespace,
    RoleId, ScopeId, ValueType,
};

use super::assign::AssignRules;
use super::cells::{DirectKinds, Guard, Holding, Model};
use super::notes::{
    Evidence, GrantNote, HeldRoles, Invariant, InvariantSays, Note, Notes, SourceNote, Statement,
};
use super::rules::{
    Attribute, Condition, Constraint, Delegation, Grant, GrantRoles, Kind, Level, Says, ScopeKind,
    Test,
};

/// What is wrong with bytes that do not decode, in words that end a sentence "the bundle …".
pub(crate) type Broken = &'static str;

/// What is left to read.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], Broken> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or("ends too early")?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Broken> {
        let (taken, rest) = self.rest.split_first_chunk::<N>().ok_or("ends too early")?;
        self.rest = rest;
        Ok(*taken)
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }
}

/// Data that has one form as bytes.
pub(crate) trait Wire: Sized {
    /// No value takes fewer bytes; at least 1.
    const BYTES_MIN: usize = 1;

    /// Appends the bytes.
    fn write(&self, out: &mut Vec<u8>);

    /// Takes them off again; whatever `write` wrote, `read` gives back.
    fn read(input: &mut Reader<'_>) -> Result<Self, Broken>;
}

impl Wire for u32 {
    fn write(&self, out: &mut Vec<u8>) {
        let mut rest = *self;
        while rest > 0x7f {
            out.push(0x80 | u8::try_from(rest & 0x7f).unwrap_or(0));
            rest >>= 7;
        }
        out.push(u8::try_from(rest).unwrap_or(0));
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Broken> {
        let mut number = 0_u32;
        for shift in [0, 7, 14, 21, 28] {
            let [byte] = input.array()?;
            let bits = Self::from(byte & 0x7f);
            let is_last = byte & 0x80 == 0;
            if shift == 28 && (bits > 0xf || !is_last) || shift > 0 && is_last && bits == 0 {
                break;
            }
            number |= bits << shift;
            if is_last {
                return Ok(number);
            }
        }
        Err("holds a number in another form than its format has")
    }
}

impl Wire for i64 {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend(self.to_le_bytes());
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Broken> {
        input.array().map(Self::from_le_bytes)
    }
}

impl Wire for bool {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Broken> {
        match input.array()? {
            [0] => Ok(false),
            [1] => Ok(true),
            _ => Err("holds a truth value that is neither 0 nor 1"),
        }
    }
}

impl Wire for String {
    fn write(&self, out: &mut Vec<u8>) {
        write_count(self.len(), out);
        out.extend(self.as_bytes());
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Broken> {
        let count = read_count(input)?;
        let text = std::str::from_utf8(input.take(count)?);
        text.map(str::to_owned).map_err(|_| "holds text that is not UTF-8")
    }
}

impl<T: Wire> Wire for Option<T> {
    fn write(&self, out: &mut Vec<u8>) {
        self.is_some().write(out);
        if let Some(value) = self {
            value.write(out);
        }
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Broken> {
        Ok(if bool::read(input)? { Some(T::read(input)?) } else { None })
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn write(&self, out: &mut Vec<u8>) {
        write_count(self.len(), out);
        for item in self {
            item.write(out);
        }
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Broken> {
        let count = read_count(input)?;
        // The count is only a claim: room is made for no more elements than what is left can hold,
        // and a short input ends the loop.
        let mut list = Self::with_capacity(count.min(input.rest.len() / T::BYTES_MIN));
        for _ in 0..count {
            list.push(T::read(input)?);
        }
        Ok(list)
    }
}

impl<A: Wire, B: Wire> Wire for (A, B) {
    const BYTES_MIN: usize = A::BYTES_MIN + B::BYTES_MIN;

    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
        self.1.write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Broken> {
        Ok((A::read(input)?, B::read(input)?))
    }
}

/// A count that does not fit 32 bits is written as the largest; a bundle that large is refused.
fn write_count(count: usize, out: &mut Vec<u8>) {
    u32::try_from(count).unwrap_or(u32::MAX).write(out);
}

fn read_count(input: &mut Reader<'_>) -> Result<usize, Broken> {
    usize::try_from(u32::read(input)?).map_err(|_| "counts more than this machine can address")
}

macro_rules! wire_ids {
    ($($name:ident),* $(,)?) => {$(
        impl Wire for $name {
            fn write(&self, out: &mut Vec<u8>) {
                self.0.write(out);
            }

            fn read(input: &mut Reader<'_>) -> Result<Self, Broken> {
                u32::read(input).map(Self)
            }
        }
    )*};
}

/// Fields in the order named; destructuring makes a forgotten field an error.
macro_rules! wire_structs {
    ($($name:ident { $($field:ident),* $(,)? })*) => {$(
        impl Wire for $name {
            /// At least one for each field.
            const BYTES_MIN: usize = [$(stringify!($field)),*].len();

            fn write(&self, out: &mut Vec<u8>) {
                let Self { $($field),* } = self;
                $($field.write(out);)*
            }

            fn read(input: &mut Reader<'_>) -> Result<Self, Broken> {
                Ok(Self { $($field: Wire::read(input)?),* })
            }
        }
    )*};
}

/// One tag byte, then the variant's fields.
macro_rules! wire_enums {
    ($($name:ident { $($tag:literal = $variant:ident { $($field:ident),* }),* $(,)? })*) => {$(
        impl Wire for $name {
            fn write(&self, out: &mut Vec<u8>) {
                match self {
                    $(Self::$variant { $($field),* } => {
                        out.push($tag);
                        $($field.write(out);)*
                    })*
                }
            }

            fn read(input: &mut Reader<'_>) -> Result<Self, Broken> {
                match input.array()? {
                    $([$tag] => Ok(Self::$variant { $($field: Wire::read(input)?),* }),)*
                    _ => Err("holds a tag that its format does not have"),
                }
            }
        }
    )*};
}

wire_ids! { ActionId, AttributeId, ConditionId, GrantId, KindId, RoleId, ScopeId }

wire_structs! {
    Model { policy, kinds, scopes, attributes, conditions, holdings, guards, direct }
    Holding { kinds, scope }
    Guard { effect, anywhere, when, unless }
    DirectKinds { kinds }
    AssignRules { juniors, constraints, delegations }
    Kind { name, holds }
    ScopeKind { name, within }
    Attribute { namespace, name, value_type, values }
    Condition { name, test }
    Grant { effect, actions, roles, when, unless, anywhere }
    Constraint { level, says }
    Delegation { by, assign, may, kinds, holding, not_holding, when, unless }
    Notes {
        version, file, title, description, source, kinds, scopes, attributes, conditions, roles,
        actions, direct, grants, constraints, delegations, invariants, statements, rows, kind_order,
        role_order, action_order, grant_order,
    }
    SourceNote { document, address, published, note, rules }
    Note { title, description, because, cites, line }
    GrantNote { note, row, ticks, evidence, uncertain }
    Invariant { note, says, roles, actions, except, of, when, unless, kinds, held }
    Statement { note, text }
}

wire_enums! {
    Effect { 0 = Permit {}, 1 = Forbid {} }
    GrantRoles { 0 = Everyone {}, 1 = Roles { roles } }
    Namespace { 0 = Action {}, 1 = Context {}, 2 = Principal {}, 3 = Resource {} }
    ValueType { 0 = String {}, 1 = Boolean {}, 2 = Integer {} }
    Test {
        0 = Asserted {},
        1 = OneOf { attribute, literals },
        2 = Matches { attribute, other },
        3 = AtLeast { attribute, bound },
        4 = AtMost { attribute, bound },
        5 = All { conditions },
        6 = Any { conditions },
        7 = Not { condition },
    }
    Level { 0 = Error {}, 1 = Advice {} }
    Says {
        0 = Separation { roles, against, same_scope },
        1 = NoSubsumedRoles { roles, subsumed },
        2 = Cardinality { roles, min, max, per },
        3 = RolesPerPrincipal { min, max, kinds },
        4 = Fixed { roles },
        5 = ImmutableKind {},
        6 = Requires { roles, all_of, any_of, same_scope },
    }
    Change { 0 = Assign {}, 1 = Revoke {} }
    Evidence { 0 = Published {}, 1 = Prose {}, 2 = Counted {}, 3 = Inferred {} }
    InvariantSays { 0 = Permits {}, 1 = Never {}, 2 = Only {}, 3 = Covers {} }
    HeldRoles { 0 = Alone {}, 1 = Together {} }
}

impl Wire for Literal {
    const BYTES_MIN: usize = 2;

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::String(text) => {
                out.push(0);
                text.write(out);
            }
            Self::Boolean(known) => {
                out.push(1);
                known.write(out);
            }
            Self::Integer(number) => {
                out.push(2);
                number.write(out);
            }
        }
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, Broken> {
        match input.array()? {
            [0] => String::read(input).map(Self::String),
            [1] => bool::read(input).map(Self::Boolean),
            [2] => i64::read(input).map(Self::Integer),
            _ => Err("holds a literal of a type that its format does not have"),
        }
    }
}
