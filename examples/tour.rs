//! A tour through the library: check the five policies, compile them, look, and ask.
//!
//! Not what a service needs (that is `service`), and not the command line, which does all of this
//! with more comfort.

use std::error::Error;

use policyc::{
    Assignment, Bundle, Grid, Principal, Query, Request, Resource, Scope, Source, Value, View,
    allowed_actions, check, explain, grid,
};

fn main() -> Result<(), Box<dyn Error>> {
    println!("== 1. Check: text to table, with everything that is wrong and where\n");
    let checked = check(sources("policies")?);
    let files = checked.report.files.len();
    println!("{files} policy files, {} findings", checked.report.diagnostics.len());
    let bundle = checked.bundle.ok_or("the policies have errors; see `policyc check`")?;

    println!("\n== 2. Compile: the bundle that services load\n");
    let bytes = bundle.encode();
    let bundle = Bundle::decode(&bytes)?;
    println!("{} bytes, digest {}", bytes.len(), bundle.digest());
    for table in bundle.tables() {
        let (roles, actions) = (table.roles().count(), table.actions().count());
        println!("  {:<17} {}  {roles} roles, {actions} actions", table.policy(), table.version());
    }

    println!("\n== 3. Look: the matrix, computed from the table\n");
    let contacts = bundle.table("account-contacts").ok_or("no account-contacts")?;
    print_grid(&grid(contacts, View::Actions)?);

    println!("\n== 4. Ask: allow or deny, and why\n");
    ask(&bundle, "child-tenants", "company-admin", "child-tenants.create", &[])?;
    let root = [("tenant", Value::String("root"))];
    ask(&bundle, "child-tenants", "company-admin", "child-tenants.create", &root)?;
    ask(&bundle, "child-tenants", "technical-admin", "services.delete", &[])?;
    ask(&bundle, "cloud-users", "project-viewer@project:alpha", "tickets.view", &[])?;

    println!("\n== 5. All at once: what a page needs to draw its buttons\n");
    let roles = [Assignment::parse("billing-only")?, Assignment::parse("support-only")?];
    let principal = Principal { assignments: &roles, ..Principal::default() };
    let request = Request::new(contacts, Query { principal, ..Query::default() })?;
    println!("billing-only with support-only may: {}", allowed_actions(&request).join(", "));
    Ok(())
}

fn sources(folder: &str) -> Result<Vec<Source>, Box<dyn Error>> {
    let mut sources = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            sources.push(Source::new(path.to_string_lossy(), std::fs::read(&path)?));
        }
    }
    Ok(sources)
}

fn print_grid(grid: &Grid) {
    for (at, role) in grid.roles.iter().enumerate() {
        println!("{:24}{}{role}", "", "│ ".repeat(at));
    }
    for line in &grid.lines {
        let cells = line.cells.iter().map(|cell| if cell.word == "permit" { "✓ " } else { "· " });
        println!("{:24}{}", line.label, cells.collect::<String>());
    }
}

fn ask(
    bundle: &Bundle,
    policy: &str,
    role: &str,
    action: &str,
    attributes: &[(&str, Value<'_>)],
) -> Result<(), Box<dyn Error>> {
    let roles = [Assignment::parse(role)?];
    let scopes = [Scope { kind: "project", id: "alpha" }];
    let query = Query {
        principal: Principal {
            kind: Some("control-panel-user"),
            assignments: &roles,
            attributes,
            ..Principal::default()
        },
        action,
        resource: Resource { scopes: &scopes, ..Resource::default() },
        ..Query::default()
    };
    let explanation = explain(&Request::for_policy(bundle, Some(policy), query)?);
    let given = attributes.iter().map(|(name, value)| format!(", principal.{name} is {value}"));
    println!("{role} asks for {action}{}\n  {}", given.collect::<String>(), explanation.decision);
    for reason in explanation.reasons {
        let stated = reason.stated;
        println!("  at {}:{}: {}", stated.file, stated.line, stated.because.unwrap_or_default());
    }
    Ok(())
}
