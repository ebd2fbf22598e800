//! Exit codes, and the two ways in which a command fails to come to an answer.
//!
//! Not findings: those are answers.

use std::process::ExitCode;

use super::output;

/// What a command answers, as its exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// Clean, allowed, same, passed.
    Yes,
    /// Findings, denied, differs, failed.
    No,
    /// Something in a batch could not be answered.
    Unanswered,
}

/// Why a command has no answer.
#[derive(Debug)]
pub(super) enum Failure {
    /// Wrong usage, or nothing to check.
    Usage(String),
    /// The environment is broken: a file that cannot be read, a bundle that does not decode.
    Broken(anyhow::Error),
    /// The policies have errors, which have been printed.
    Reported,
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Broken(error.into())
    }
}

/// The exit code of an outcome; prints a failure to standard error.
pub(super) fn finish(outcome: Result<Exit, Failure>) -> ExitCode {
    match outcome {
        Ok(Exit::Yes) => ExitCode::SUCCESS,
        Ok(Exit::No) => ExitCode::from(1),
        Ok(Exit::Unanswered) | Err(Failure::Reported) => ExitCode::from(3),
        Err(Failure::Usage(message)) => {
            output::complain(&format!("error: {}\n", output::harmless(&message)));
            ExitCode::from(2)
        }
        Err(Failure::Broken(error)) => {
            // Whoever closed the pipe has read enough; there is nobody to tell.
            let closed = error.downcast_ref::<std::io::Error>();
            if closed.is_none_or(|error| error.kind() != std::io::ErrorKind::BrokenPipe) {
                let message = output::harmless(&format!("{error:#}"));
                output::complain(&format!("error: {message}\n"));
            }
            ExitCode::from(3)
        }
    }
}
