//! `policyc matrix`: the table as people read it.
//!
//! Not the cells: the library computes them.

mod render;

pub(super) use render::markdown;

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use policyc::{Grid, JSON_FORMAT_VERSION, Table, View, grid};
use serde_json::{Value, json};

use super::exit::{Exit, Failure};
use super::{Outcome, arguments, input, output};

/// Show the matrix of a policy: roles across, actions down.
#[derive(Debug, Args)]
pub(super) struct Matrix {
    /// Policies (a file, a folder, `-`) or a bundle.
    #[arg(value_name = "PATH", default_value = input::DEFAULT_PATH)]
    path: PathBuf,

    /// The policy to show; without it, all of them.
    #[arg(long, value_name = "ID")]
    policy: Option<String>,

    /// What the lines are.
    #[arg(long, value_enum, default_value_t = ViewName::Actions)]
    view: ViewName,

    /// How to show it.
    #[arg(long, value_enum, default_value_t = MatrixFormat::Text)]
    format: MatrixFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ViewName {
    /// Every action, over all grants: what a role may really do.
    Actions,
    /// The published lines, each from its own grants.
    Rows,
    /// The kinds of principal, and the roles that each may hold.
    Kinds,
    /// Which two roles one principal may hold together.
    Combinations,
    /// Which role may give which.
    Delegations,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum MatrixFormat {
    Text,
    Markdown,
    Csv,
    Json,
}

pub(super) fn run(command: &Matrix) -> Outcome {
    let bundle = input::bundle(&command.path)?;
    let tables: Vec<&Table> = match &command.policy {
        None => bundle.tables().iter().collect(),
        Some(policy) => vec![bundle.table(policy).ok_or_else(|| {
            let known: Vec<&str> = bundle.tables().iter().map(Table::policy).collect();
            let help = arguments::did_you_mean(policy, &known);
            Failure::Usage(format!("no policy `{policy}` here{help}"))
        })?],
    };
    let view = match command.view {
        ViewName::Actions => View::Actions,
        ViewName::Rows => View::Rows,
        ViewName::Kinds => View::Kinds,
        ViewName::Combinations => View::Combinations,
        ViewName::Delegations => View::Delegations,
    };
    let grids = tables.iter().map(|table| {
        let found = grid(table, view);
        let found = found.with_context(|| format!("cannot show the matrix of {}", table.policy()));
        found.map(|grid| (*table, grid))
    });
    let grids = grids.collect::<Result<Vec<(&Table, Grid)>, _>>()?;
    match (command.format, grids.as_slice()) {
        (MatrixFormat::Csv, [(_, grid)]) => output::print(&render::csv(grid))?,
        (MatrixFormat::Csv, _) => {
            let known: Vec<&str> = tables.iter().map(|table| table.policy()).collect();
            let message = "a CSV file has one matrix; name the policy with `--policy`: ";
            return Err(Failure::Usage(format!("{message}{}", known.join(", "))));
        }
        (MatrixFormat::Json, grids) => output::print_json(&json(grids, command.view))?,
        (MatrixFormat::Text, grids) => {
            output::print(&pages(grids, |grid| render::text(grid, view)))?;
        }
        (MatrixFormat::Markdown, grids) => {
            output::print(&pages(grids, |grid| render::markdown(grid, view)))?;
        }
    }
    Ok(Exit::Yes)
}

/// Each matrix under the policy's name.
fn pages(grids: &[(&Table, Grid)], render: impl Fn(&Grid) -> String) -> String {
    let page = |(table, grid): &(&Table, Grid)| {
        let title = table.title().map(output::one_line);
        let title = title.map_or_else(String::new, |title| format!(" – {title}"));
        format!("# {} {}{title}\n\n{}", table.policy(), table.version(), render(grid))
    };
    grids.iter().map(page).collect::<Vec<_>>().join("\n")
}

fn json(grids: &[(&Table, Grid)], view: ViewName) -> Value {
    let view = view.to_possible_value();
    let view = view.as_ref().map_or("", |view| view.get_name());
    let matrices: Vec<Value> = grids
        .iter()
        .map(|(table, grid)| {
            let lines: Vec<Value> = grid.lines.iter().map(|line| line_json(grid, line)).collect();
            json!({
                "policy": table.policy(),
                "version": table.version(),
                "view": view,
                "roles": grid.roles,
                "lines": lines,
            })
        })
        .collect();
    json!({ "format_version": JSON_FORMAT_VERSION, "matrices": matrices })
}

fn line_json(grid: &Grid, line: &policyc::GridLine) -> Value {
    let cells: Vec<&str> = line.cells.iter().map(|cell| cell.word).collect();
    let guesses = grid.roles.iter().zip(&line.cells).filter(|(_, cell)| cell.is_guess);
    let guesses: Vec<&String> = guesses.map(|(role, _)| role).collect();
    json!({ "label": line.label, "cells": cells, "guesses": guesses })
}
