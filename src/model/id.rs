//! Ids: positions in a table's lists, one type per list so that they cannot be mixed up.
//!
//! Not names: an id means nothing outside the table that it came from, and none leaves the crate
//! but that of an action, for who asks for the same ones again and again.

/// A position in one list of a table.
///
/// 32 bits: four thousand million roles are more than any policy has, and rows of ids stay small.
pub(crate) trait Id: Copy {
    /// The id of the given position, or `None` beyond 32 bits.
    fn new(index: usize) -> Option<Self>;

    /// The position. The one conversion to `usize`; lossless wherever this crate builds.
    fn index(self) -> usize;
}

macro_rules! ids {
    ($($(#[$doc:meta])* $visible:vis $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $visible struct $name(pub(crate) u32);

        impl Id for $name {
            fn new(index: usize) -> Option<Self> {
                u32::try_from(index).ok().map(Self)
            }

            fn index(self) -> usize {
                usize::try_from(self.0).unwrap_or(usize::MAX)
            }
        }
    )*};
}

ids! {
    /// A role; roles are in the order of their names.
    pub(crate) RoleId;
    /// An action of one table; actions are in the order of their names.
    pub ActionId;
    /// A kind of principal; kinds are in the order of their names.
    pub(crate) KindId;
    /// A kind of scope; scope kinds are in the order of their names.
    pub(crate) ScopeId;
    /// An attribute, built in or declared; attributes are in the order of their names.
    pub(crate) AttributeId;
    /// A condition; conditions are in the order of their names.
    pub(crate) ConditionId;
    /// A grant; grants are in canonical order (see `table::rules`).
    pub(crate) GrantId;
}
