//! The verdict in one word, and the change of version that goes with it.
//!
//! Not how a change is found.

use std::cmp::Ordering;

/// What a change comes to, for all who ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Verdict {
    /// Nobody may do more or less.
    #[default]
    Same,
    /// Somebody may do more, and nobody less.
    Wider,
    /// Somebody may do less, and nobody more.
    Narrower,
    /// Somebody may do more, and somebody less.
    Both,
}

impl Verdict {
    /// The word that machines read.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Wider => "wider",
            Self::Narrower => "narrower",
            Self::Both => "both",
        }
    }

    /// Both verdicts together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Same, other) => other,
            (one, Self::Same) => one,
            (Self::Wider, Self::Wider) => Self::Wider,
            (Self::Narrower, Self::Narrower) => Self::Narrower,
            _ => Self::Both,
        }
    }

    /// Whether somebody may do more.
    #[must_use]
    pub const fn is_wider(self) -> bool {
        matches!(self, Self::Wider | Self::Both)
    }

    /// Whether somebody may do less.
    #[must_use]
    pub const fn is_narrower(self) -> bool {
        matches!(self, Self::Narrower | Self::Both)
    }

    /// The change of version that this needs: a policy's version is that of its access.
    pub(super) const fn needs(self) -> Bump {
        match self {
            Self::Same => Bump::Nothing,
            Self::Wider => Bump::Minor,
            Self::Narrower | Self::Both => Bump::Major,
        }
    }
}

/// How far a version is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bump {
    /// Not at all.
    Nothing,
    /// The last number: the same table.
    Patch,
    /// The second number: only wider.
    Minor,
    /// The first number: someone loses something.
    Major,
}

impl Bump {
    /// The word that machines read.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }

    /// The nearest version that is so far above another.
    pub(crate) fn after(self, version: &str) -> Option<String> {
        let (numbers, _) = parts(version);
        let [major, minor, patch] = numbers.as_slice() else { return None };
        let next = |number: &str| number.parse::<u64>().ok()?.checked_add(1);
        Some(match self {
            Self::Nothing => version.to_owned(),
            Self::Patch => format!("{major}.{minor}.{}", next(patch)?),
            Self::Minor => format!("{major}.{}.0", next(minor)?),
            Self::Major => format!("{}.0.0", next(major)?),
        })
    }

    /// How far one version is above another; none where it lies below.
    pub(super) fn between(old: &str, new: &str) -> Option<Self> {
        let ((before, old_pre), (after, new_pre)) = (parts(old), parts(new));
        let steps = [Self::Major, Self::Minor, Self::Patch];
        for (step, (before, after)) in steps.into_iter().zip(before.iter().zip(&after)) {
            match number_order(before, after) {
                Ordering::Less => return Some(step),
                Ordering::Greater => return None,
                Ordering::Equal => {}
            }
        }
        match (old_pre, new_pre) {
            // Before a release, nothing of it is promised yet.
            (Some(_), None) => Some(Self::Major),
            (None, Some(_)) => None,
            (old, new) if old == new => Some(Self::Nothing),
            (Some(old), Some(new)) if pre_order(old, new) == Ordering::Less => Some(Self::Major),
            _ => None,
        }
    }
}

/// The three numbers, and what stands before the release.
fn parts(version: &str) -> (Vec<&str>, Option<&str>) {
    let release = version.split_once('+').map_or(version, |(release, _)| release);
    let (core, pre) =
        release.split_once('-').map_or((release, None), |(core, pre)| (core, Some(pre)));
    (core.split('.').collect(), pre)
}

/// Numbers of any length, without zeros before them.
fn number_order(one: &str, other: &str) -> Ordering {
    one.len().cmp(&other.len()).then_with(|| one.cmp(other))
}

/// The order of semantic versions before one release (its paragraph 11.4).
fn pre_order(one: &str, other: &str) -> Ordering {
    let (mut one, mut other) = (one.split('.'), other.split('.'));
    loop {
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let order = match (one.next(), other.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(one), Some(other)) => match (is_number(one), is_number(other)) {
                (true, true) => number_order(one, other),
                (true, false) => Ordering::Less,
                (false, true) => Ordering::Greater,
                (false, false) => one.cmp(other),
            },
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}
