//! A service in small: load a bundle once, answer requests from standard input.
//!
//! Not a server. It builds with the runtime half alone:
//!
//! ```text
//! policyc compile policies -o policies.bundle
//! cargo run --no-default-features --example service policies.bundle
//! account-contacts tickets.view support-only
//! cloud-users infrastructure.view project-viewer@project:alpha @project:alpha
//! ```
//!
//! A request is a line: the policy, the action, the roles held, and the scopes of the resource,
//! which begin with `@`.

use std::error::Error;
use std::io::{BufRead as _, Write as _};

use policyc::{Assignment, Bundle, Principal, Query, Request, Resource, Scope, decide};

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("name a bundle: service FILE")?;
    let bundle = Bundle::load(path)?;
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        // A service never guesses: what it cannot read, it does not allow.
        let answer = answer(&bundle, &line).unwrap_or_else(|error| format!("deny: {error}"));
        writeln!(out, "{answer}")?;
    }
    Ok(())
}

fn answer(bundle: &Bundle, line: &str) -> Result<String, Box<dyn Error>> {
    let mut words = line.split_whitespace();
    let policy = words.next().ok_or("an empty line")?;
    let action = words.next().ok_or("no action")?;
    let (mut roles, mut scopes) = (Vec::new(), Vec::new());
    for word in words {
        match word.strip_prefix('@') {
            Some(scope) => scopes.push(Scope::parse(scope)?),
            None => roles.push(Assignment::parse(word)?),
        }
    }
    let query = Query {
        principal: Principal { assignments: &roles, ..Principal::default() },
        action,
        resource: Resource { scopes: &scopes, ..Resource::default() },
        ..Query::default()
    };
    Ok(decide(&Request::for_policy(bundle, Some(policy), query)?).to_string())
}
