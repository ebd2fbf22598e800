//! Requests and answers as JSON, one a line: what `policyc decide --requests` speaks.
//!
//! Not the evaluator: every request goes through `Request::new` and `decide`. Reading is strict,
//! since whatever is misread could allow: a key that is not known, or given twice, is an error.

mod answer;
mod json;
mod read;
mod remedies;

pub use answer::{MalformedRequest, answer, answer_json};

/// The version of the JSON outputs, carried by each as `format_version`.
pub const JSON_FORMAT_VERSION: u32 = 1;
