//! "Did you mean": the known name that is nearest to an unknown one.
//!
//! Not a guess at any price: beyond the cut-off nothing is suggested.

/// The candidate nearest to the text, if it is near enough; the first of equals.
///
/// Near enough is a third of the longer name's letters changed, as rustc has it, or the same
/// letters in another case.
pub(crate) fn nearest<'a>(
    text: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let near = near(text, candidates);
    near.min_by_key(|(distance, _)| *distance).map(|(_, candidate)| candidate)
}

/// The one candidate that is near enough; none where there are several.
pub(crate) fn only_near<'a>(
    text: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let mut near = near(text, candidates).map(|(_, candidate)| candidate);
    let first = near.next()?;
    near.all(|other| other == first).then_some(first)
}

/// Every candidate that is near enough, with its distance.
fn near<'a>(
    text: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> impl Iterator<Item = (usize, &'a str)> {
    let length = text.chars().count();
    let distance = move |candidate: &'a str| {
        let other = candidate.chars().count();
        let cut_off = length.max(other).max(3) / 3;
        // What differs by more in length alone need not be compared; there may be many.
        let distance = match (candidate.eq_ignore_ascii_case(text), length.abs_diff(other)) {
            (true, _) => 0,
            (false, apart) if apart > cut_off => return None,
            (false, _) => strsim::osa_distance(text, candidate),
        };
        (distance <= cut_off).then_some((distance, candidate))
    };
    candidates.into_iter().filter_map(distance)
}

/// The known name that is nearest to an unknown one, if it is near enough to be suggested.
#[must_use]
pub fn nearest_name<'a>(text: &str, known: &[&'a str]) -> Option<&'a str> {
    nearest(text, known.iter().copied())
}

/// How many names a help lists; more would hide the message.
pub(super) const LISTED_MAX: usize = 16;

/// The names that would have been known, for the help of an unknown one.
pub(crate) struct Suggestions<'a> {
    /// What they are, in the plural: `roles`.
    pub what: &'static str,
    /// The known names.
    pub known: Vec<&'a str>,
}

impl Suggestions<'_> {
    /// The one name that can be meant.
    pub(crate) fn only(&self, text: &str) -> Option<&str> {
        only_near(text, self.known.iter().copied())
    }

    /// The nearest name, else the few there are.
    pub(crate) fn help(&self, text: &str) -> Option<String> {
        if let Some(near) = nearest(text, self.known.iter().copied()) {
            return Some(format!("did you mean `{near}`?"));
        }
        match self.known.len() {
            0 => Some(format!("this policy declares no {}", self.what)),
            count if count <= LISTED_MAX => {
                Some(format!("the {} are {}", self.what, list(&self.known)))
            }
            _ => None,
        }
    }
}

/// Names in backticks, joined by commas.
pub(crate) fn list<T: AsRef<str>>(names: &[T]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{}`", name.as_ref())).collect();
    names.join(", ")
}
