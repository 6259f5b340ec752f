//! What of the answer is wanted, and how it is to stand there. Prints nothing.

use super::printer::Printer;
use crate::cli::{ColorChoice, OutputFormat, OutputOptions};
use crate::env::Env;
use crate::error::Error;
use crate::json::Layout;
use crate::output::{Answer, Column, Columns, Form, Format, Paint, RowFormat, Scope, Sink};
use crate::plan::RequestPlan;
use crate::query::Query;

/// The expressions among the arguments, parsed.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted {
    /// `--query`.
    pub(super) query: Option<Query>,
    /// `--columns`.
    columns: Option<Vec<Column>>,
}

impl Wanted {
    /// Parses the expressions, before anything is sent.
    pub(super) fn of(output: &OutputOptions) -> Result<Self, Error> {
        let query = output.query.as_deref().map(Query::parse).transpose()?;
        let columns = output.columns.as_ref().map(|columns| {
            let parse = columns
                .iter()
                .map(|column| Column::parse(column.name.as_deref(), &column.path));
            parse.collect::<Result<Vec<_>, _>>()
        });
        let columns = columns.transpose()?;
        Ok(Self { query, columns })
    }

    /// Makes the way of the answer to its destination.
    pub(super) fn printer(
        self,
        plan: &RequestPlan,
        head: String,
        sink: Sink,
        env: &Env,
    ) -> Printer {
        let form = self.form(plan);
        let paint = match &form {
            Form::Json(layout) if is_colored(plan, env) => Some(*layout),
            Form::Json(_) | Form::Lines | Form::Text | Form::Rows(..) => None,
        };
        let scope = match (self.query, plan.each) {
            (None, false) => Scope::Everything,
            (None, true) => Scope::Items,
            (Some(query), false) => Scope::Query(query),
            (Some(query), true) => Scope::EachItem(query),
        };
        let answer = Answer::new(Format {
            form,
            scope,
            keep_links: plan.most_pages.is_none(),
            limit: plan.limit,
            max_memory: plan.max_memory,
        });
        let destination = (Paint::new(paint), sink);
        Printer::new(answer, plan.limit, plan.max_memory, head, destination)
    }

    fn form(&self, plan: &RequestPlan) -> Form {
        let columns = || match &self.columns {
            Some(columns) => Columns::Given(columns.clone()),
            None => Columns::Usual(Vec::new()),
        };
        match (plan.output.raw, plan.output.format) {
            (_, OutputFormat::Table) => Form::Rows(RowFormat::Table, columns()),
            (_, OutputFormat::Tsv) => Form::Rows(RowFormat::Tsv, columns()),
            (_, OutputFormat::Csv) => Form::Rows(RowFormat::Csv, columns()),
            (true, _) => Form::Text,
            (false, OutputFormat::Ndjson) => Form::Lines,
            (false, OutputFormat::Compact) => Form::Json(Layout::Compact),
            (
                false,
                OutputFormat::Json | OutputFormat::Jsonc | OutputFormat::Raw | OutputFormat::None,
            ) => Form::Json(Layout::Pretty),
        }
    }
}

fn is_colored(plan: &RequestPlan, env: &Env) -> bool {
    let output = &plan.output;
    let to_terminal = output.output_file.is_none() && env.stdout_is_terminal;
    let by_terminal =
        to_terminal && env.get("NO_COLOR").is_none() && env.get("TERM") != Some("dumb");
    let forced = env.get("CLICOLOR_FORCE").is_some_and(|value| value != "0");
    match (output.color, output.format) {
        (ColorChoice::Never, _) => false,
        (ColorChoice::Always, _) | (ColorChoice::Auto, OutputFormat::Jsonc) => true,
        (ColorChoice::Auto, _) => by_terminal || forced,
    }
}
