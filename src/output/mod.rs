//! What is on stdout and stderr: pages become an answer (`renderer`) in colour (`color`) at its destination (`sink`);
//! errors, notes and the trace go through `console`.

mod collected;
mod color;
mod column;
mod console;
mod difference;
mod document;
mod error;
mod excerpt;
mod item_filter;
mod line_queue;
mod message;
mod message_object;
mod pipeline_text;
mod private_output;
mod renderer;
#[cfg(test)]
mod renderer_tests;
mod replaced_file;
mod report;
mod results;
mod room;
mod rows;
#[cfg(test)]
mod rows_tests;
mod sink;
mod sort;
mod summary;
mod table;
mod tabular;
mod yaml;

pub use color::{Paint, colored};
pub use column::{Column, Columns, PowerStates};
pub use console::{Console, Verbosity, words_of_fault};
pub use difference::{DifferenceStyle, difference_json, difference_lines, tell_difference};
pub use error::Error;
pub use excerpt::excerpt;
pub use item_filter::ItemFilter;
pub use message::{Fact, Labels, Message, inline};
pub use private_output::PrivateOutput;
pub use renderer::{End, Finished, LinkMember, RenderOptions, Renderer, Selection};
pub use replaced_file::is_same_file;
pub use report::{Report, ReportDetail};
pub use results::{Layout, LineFormat};
pub use room::{Measure, Room};
pub use rows::{RowFormat, RowOptions};
pub use sink::{Sink, WriteError};
pub use sort::{SortKey, Sorting};
pub use table::{HeadStyle, columns, columns_below_head};
pub use yaml::of_json as yaml_of_json;
