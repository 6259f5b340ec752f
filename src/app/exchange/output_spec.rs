//! What of the answer is wanted, and how it is laid out. Who prints it: `answer_writer`.

use std::collections::HashMap;

use crate::app::exchange::answer_writer::AnswerWriter;
use crate::app::exchange::power_states::{self, PowerLists};
use crate::app::session::default_subscription;
use crate::azure::TypeAlias;
use crate::cli::{ColumnName, ColumnNames, OutputFormat, OutputOptions, SortName, SortNames};
use crate::env::{Colors, Env};
use crate::error::Error;
use crate::json::JsonStyle;
use crate::output::{
    Column, Columns, HeadStyle, ItemFilter, Layout, LineFormat, Measure, Paint, PowerStates,
    RenderOptions, Room, RowFormat, RowOptions, Selection, Sink, SortKey, Sorting,
};
use crate::plan::RequestPlan;
use crate::query::{self, QueryExpression};

/// Columns that every resource has.
const OF_ANY_RESOURCE: &str = "name,group=resourceGroup,location,subscription=subscriptionId";

/// The expressions among the arguments, parsed.
#[derive(Debug, Clone, Default)]
pub(crate) struct OutputSpec {
    /// `--query`.
    pub(crate) query: Option<QueryExpression>,
    /// `--columns`.
    columns: Option<Vec<Column>>,
    /// The columns that the command shows if none are asked for.
    usual: Option<Vec<Column>>,
    /// `--sort`.
    sort: Vec<SortKey>,
    /// The power states of machines, as far as they are known.
    power: PowerStates,
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
        let usual = output.usual_columns.as_ref().map(parse).transpose()?;
        let key = |name: &SortName| {
            Ok(SortKey {
                column: Column::parse(None, &name.path)?,
                is_descending: name.is_descending,
            })
        };
        let sort = output.sort.iter().flat_map(SortNames::iter).map(key);
        let sort = sort.collect::<Result<_, query::Error>>()?;
        Ok(Self {
            query,
            columns,
            usual,
            sort,
            power: PowerStates::default(),
        })
    }

    /// The lists of power states, if a column of them is asked for that the machines do not show themselves.
    pub(crate) fn power_lists(&self, plan: &RequestPlan) -> Option<PowerLists> {
        let columns = self.columns.iter().flatten();
        let mut all = columns.chain(self.sort.iter().map(|key| &key.column));
        let is_asked = all.any(Column::asks_for_power) && power_states::are_apart(plan);
        is_asked.then(|| PowerLists::new(self.power.clone()))
    }

    /// Makes what writes the answer to its destination.
    pub(crate) fn writer(
        self,
        plan: &RequestPlan,
        head: String,
        sink: Sink,
        env: &Env,
    ) -> AnswerWriter {
        let layout = self.layout(plan, env);
        let is_sorted = !self.sort.is_empty();
        let sorting = match &layout {
            Layout::Rows(..) | Layout::Summary => Sorting::default(),
            Layout::Json(_) | Layout::Lines(_) if !is_sorted => Sorting::default(),
            Layout::Json(_) | Layout::Lines(_) => match &self.usual {
                Some(shown) => self.sorting(plan, shown),
                None => self.sorting(plan, &usual(plan.target.url.path())),
            },
        };
        let is_yaml = plan.options.output.format == OutputFormat::Yaml;
        let asks_for_all = matches!(plan.options.output.query.as_deref(), Some("$" | "@"));
        let paint = match &layout {
            Layout::Json(_) if is_yaml => Paint::yaml(),
            Layout::Json(style) if is_colored(plan, env) => Paint::new(Some(*style)),
            Layout::Json(_) | Layout::Lines(_) | Layout::Rows(..) | Layout::Summary => {
                Paint::new(None)
            }
        };
        let selection = match (self.query, plan.options.paging.each) {
            (None, false) => Selection::Everything,
            (None, true) => Selection::Items,
            // A row for each item, as without a query: the whole document would be one cell.
            (Some(_), false) if asks_for_all && matches!(layout, Layout::Rows(..)) => {
                Selection::Everything
            }
            (Some(query), false) => Selection::Query(query),
            (Some(query), true) => Selection::EachItem(query),
        };
        let paging = &plan.options.paging;
        let options = RenderOptions {
            layout,
            selection,
            keep_links: paging.most_pages().is_none(),
            filter: ItemFilter::new(&plan.options.output.names, &plan.options.output.tags),
            // What is sorted is cut when all is there.
            limit: paging.limit().filter(|_| !is_sorted),
            sorting,
            max_memory: paging.max_memory(),
            room: room(&plan.options.output),
        };
        AnswerWriter::new(options, head, paint, sink)
    }

    /// What is sorted by: members, and columns by the names that they are shown under.
    fn sorting(&self, plan: &RequestPlan, shown: &[Column]) -> Sorting {
        let known = self.known(shown.to_vec());
        let key = |key: &SortKey| SortKey {
            column: key.column.clone().asked_among(&known),
            is_descending: key.is_descending,
        };
        Sorting {
            keys: self.sort.iter().map(key).collect(),
            limit: plan.options.paging.limit(),
        }
    }

    /// The columns that can be asked for by their names: those that are shown, and those of every resource.
    fn known(&self, mut shown: Vec<Column>) -> Vec<Column> {
        let any = ColumnNames::parse(OF_ANY_RESOURCE).ok();
        shown.extend(any.and_then(|any| parse(&any).ok()).unwrap_or_default());
        shown.push(Column::power(self.power.clone()));
        shown
    }

    fn layout(&self, plan: &RequestPlan, env: &Env) -> Layout {
        let output = &plan.options.output;
        let made = || match &self.query {
            Some(QueryExpression::JmesPath(query)) => query.columns(),
            Some(QueryExpression::JsonPath(_)) | None => None,
        };
        let made = made().map(|names| names.into_iter().map(Column::named).collect::<Vec<_>>());
        let shown = || match (&made, &self.usual) {
            (Some(columns), _) | (None, Some(columns)) => columns.clone(),
            (None, None) => usual(plan.target.url.path()),
        };
        let columns = || match (&self.columns, made.is_some() || self.usual.is_some()) {
            (None, true) => Columns::Given(shown()),
            (None, false) => Columns::Usual(shown()),
            (Some(columns), _) => {
                let known = self.known(shown());
                let asked = columns.iter().cloned();
                let asked = asked.map(|column| column.asked_among(&known)).collect();
                if output.columns.as_ref().is_some_and(ColumnNames::adds) {
                    let (usual, more) = (shown(), asked);
                    Columns::Added { usual, more }
                } else {
                    Columns::Given(asked)
                }
            }
        };
        let rows = |format| {
            let options = RowOptions {
                no_head: output.no_headers,
                head: if is_colored(plan, env) {
                    HeadStyle::Bold
                } else {
                    HeadStyle::Plain
                },
                sorting: self.sorting(plan, &shown()),
                subscriptions: match format {
                    RowFormat::Table => default_subscription::names(&plan.target.cloud, env),
                    RowFormat::Tsv | RowFormat::Csv | RowFormat::GuardedCsv => HashMap::new(),
                },
            };
            Layout::Rows(format, columns(), options)
        };
        if output.summary {
            return Layout::Summary;
        }
        match (output.raw, output.format) {
            (_, OutputFormat::Table) => rows(RowFormat::Table),
            (_, OutputFormat::Tsv) => rows(RowFormat::Tsv),
            (_, OutputFormat::Csv) if output.csv_safe => rows(RowFormat::GuardedCsv),
            (_, OutputFormat::Csv) => rows(RowFormat::Csv),
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

/// The room that the answer has, if it is limited and printed.
fn room(output: &OutputOptions) -> Option<Room> {
    let is_printed = output.format != OutputFormat::None && !output.silent;
    let limit = output.max_output.filter(|_| is_printed)?;
    Some(Room {
        bytes: usize::try_from(limit).unwrap_or(usize::MAX),
        measure: if output.format == OutputFormat::Yaml {
            Measure::Yaml
        } else {
            Measure::Bytes
        },
    })
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
    let is_asked = output.format == OutputFormat::Jsonc && env.colors != Colors::Never;
    is_asked || env.has_colors(to_terminal)
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
