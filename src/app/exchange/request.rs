//! What the plan of a request becomes: its first request, and the place that its answer goes to.

use std::path::Path;

use crate::cli::OutputFormat;
use crate::error::Error;
use crate::output::Sink;
use crate::plan::RequestPlan;
use crate::transport::Request;

pub(crate) fn first_request(plan: &RequestPlan) -> Request {
    Request {
        method: plan.method.clone(),
        url: plan.target.url.clone(),
        headers: plan.headers.clone(),
        body: plan.body.clone(),
    }
}

/// The file that the answer is to replace.
pub(crate) fn replaced_file(plan: &RequestPlan) -> Option<&Path> {
    let path = plan.options.output.output_file.as_deref();
    path.filter(|path| *path != Path::new("-"))
}

pub(crate) fn sink(plan: &RequestPlan) -> Result<Sink, Error> {
    let nowhere = plan.options.output.silent || plan.options.output.format == OutputFormat::None;
    match plan.options.output.output_file.as_deref() {
        Some(path) if path != Path::new("-") => Ok(Sink::file(path)?),
        Some(_) | None if nowhere => Ok(Sink::nowhere()),
        Some(_) | None => Ok(Sink::stdout()),
    }
}
