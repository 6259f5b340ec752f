//! What of the answer is wanted, and how it is laid out. Who prints it: `answer_writer`.

use crate::app::exchange::answer_writer::AnswerWriter;
use crate::azure::TypeAlias;
use crate::cli::{ColorChoice, ColumnName, ColumnNames, OutputFormat, OutputOptions};
use crate::env::Env;
use crate::error::Error;
use crate::json::JsonStyle;
use crate::output::{
    Column, Columns, Layout, LineFormat, Paint, RenderOptions, RowFormat, Selection, Sink,
};
use crate::plan::RequestPlan;
use crate::query::{self, QueryExpression};

/// The expressions among the arguments, parsed.
#[derive(Debug, Clone, Default)]
pub(crate) struct OutputSpec {
    /// `--query`.
    pub(crate) query: Option<QueryExpression>,
    /// `--columns`.
    columns: Option<Vec<Column>>,
}

impl OutputSpec {
    /// Parses the expressions, before anything is sent.
    pub(crate) fn of(output: &OutputOptions) -> Result<Self, Error> {
        let parse_query = |text: &str| match output.items_member {
            Some(member) => QueryExpression::parse_about_items(text, member),
            None => QueryExpression::parse(text),
        };
        let query = output.query.as_deref().map(parse_query).transpose()?;
        let columns = output.columns.as_ref().map(parse).transpose()?;
        Ok(Self { query, columns })
    }

    /// Makes what writes the answer to its destination.
    pub(crate) fn writer(
        self,
        plan: &RequestPlan,
        head: String,
        sink: Sink,
        env: &Env,
    ) -> AnswerWriter {
        let layout = self.layout(plan);
        let is_yaml = plan.options.output.format == OutputFormat::Yaml;
        let paint = match &layout {
            Layout::Json(_) if is_yaml => Paint::yaml(),
            Layout::Json(style) if is_colored(plan, env) => Paint::new(Some(*style)),
            Layout::Json(_) | Layout::Lines(_) | Layout::Rows(..) => Paint::new(None),
        };
        let selection = match (self.query, plan.options.paging.each) {
            (None, false) => Selection::Everything,
            (None, true) => Selection::Items,
            (Some(query), false) => Selection::Query(query),
            (Some(query), true) => Selection::EachItem(query),
        };
        let paging = &plan.options.paging;
        let options = RenderOptions {
            layout,
            selection,
            keep_links: paging.most_pages().is_none(),
            limit: paging.limit(),
            max_memory: paging.max_memory(),
        };
        AnswerWriter::new(options, head, paint, sink)
    }

    fn layout(&self, plan: &RequestPlan) -> Layout {
        let made = || match &self.query {
            Some(QueryExpression::JmesPath(query)) => query.columns(),
            Some(QueryExpression::JsonPath(_)) | None => None,
        };
        let columns = || match (&self.columns, made()) {
            (Some(columns), _) => Columns::Given(columns.clone()),
            (None, Some(names)) => Columns::Given(names.into_iter().map(Column::named).collect()),
            (None, None) => Columns::Usual(usual(plan.target.url.path())),
        };
        match (plan.options.output.raw, plan.options.output.format) {
            (_, OutputFormat::Table) => Layout::Rows(RowFormat::Table, columns()),
            (_, OutputFormat::Tsv) => Layout::Rows(RowFormat::Tsv, columns()),
            (_, OutputFormat::Csv) if plan.options.output.csv_safe => {
                Layout::Rows(RowFormat::GuardedCsv, columns())
            }
            (_, OutputFormat::Csv) => Layout::Rows(RowFormat::Csv, columns()),
            (true, _) => Layout::Lines(LineFormat::Text),
            (false, OutputFormat::Ndjson) => Layout::Lines(LineFormat::Json),
            (false, OutputFormat::Compact | OutputFormat::Yaml) => Layout::Json(JsonStyle::Compact),
            (
                false,
                OutputFormat::Json | OutputFormat::Jsonc | OutputFormat::Raw | OutputFormat::None,
            ) => Layout::Json(JsonStyle::Pretty),
        }
    }
}

/// The columns worth showing for the resources at a path; none if their type defines none.
fn usual(path: &str) -> Vec<Column> {
    let Some(known) = TypeAlias::of_path(path) else {
        return Vec::new();
    };
    let mut columns = known.columns();
    if path.contains("/subscriptions/*/") {
        columns.push_str(",subscription=subscriptionId");
    }
    ColumnNames::parse(&columns)
        .ok()
        .and_then(|columns| parse(&columns).ok())
        .unwrap_or_default()
}

fn parse(columns: &ColumnNames) -> Result<Vec<Column>, query::Error> {
    let parse = |column: &ColumnName| Column::parse(column.name.as_deref(), &column.path);
    columns.iter().map(parse).collect()
}

fn is_colored(plan: &RequestPlan, env: &Env) -> bool {
    let output = &plan.options.output;
    let to_terminal = output.output_file.is_none() && env.stdout_is_terminal;
    let by_terminal = to_terminal && env.allows_color();
    let forced = env.get("CLICOLOR_FORCE").is_some_and(|value| value != "0");
    match (output.color, output.format) {
        (ColorChoice::Never, _) => false,
        (ColorChoice::Always, _) | (ColorChoice::Auto, OutputFormat::Jsonc) => true,
        (ColorChoice::Auto, _) => by_terminal || forced,
    }
}

#[cfg(test)]
mod tests {
    use super::{parse, usual};
    use crate::azure::TypeAlias;
    use crate::cli::ColumnNames;

    #[test]
    fn every_known_type_has_columns() {
        for known in TypeAlias::all() {
            let columns = ColumnNames::parse(&known.columns()).unwrap();
            assert!(parse(&columns).unwrap().len() >= 2, "{}", known.name);
        }
    }

    #[test]
    fn every_subscription_is_told_apart() {
        let path =
            |of: &str| format!("/subscriptions/{of}/providers/Microsoft.Compute/virtualMachines");
        assert_eq!(usual(&path("*")).len(), usual(&path("s")).len() + 1);
        assert!(usual("/subscriptions/s/providers/Contoso.Nowhere/things").is_empty());
    }
}
