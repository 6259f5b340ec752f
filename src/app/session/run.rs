//! A planned request under way, with all that its steps need. Who plans it: `context`; who begins what clients share:
//! `client`.

use std::path::Path;
use std::rc::Rc;

use crate::app::session::trace;
use crate::azure::headers::X_MS_CLIENT_REQUEST_ID;
use crate::cli::OutputFormat;
use crate::client::{Client, Deadline, Event, Observer, RequestIds, Shared};
use crate::env::Env;
use crate::error::Error;
use crate::output::{Console, Sink};
use crate::plan::RequestPlan;
use crate::transport::Request;

/// The plan of a request, the client that makes it, and the console that reports it.
pub(crate) struct Session {
    pub(crate) client: Client,
    pub(crate) plan: Rc<RequestPlan>,
    pub(crate) console: Console,
    pub(crate) env: Rc<Env>,
}

impl Session {
    /// Begins a planned request with what the run shares. The console is told what its client does.
    pub(crate) fn new(
        plan: RequestPlan,
        shared: &Rc<Shared>,
        console: Console,
        env: &Rc<Env>,
    ) -> Self {
        let mut client =
            Client::for_target(shared, plan.target.clone(), trace::observer(console, env));
        client.tenant_id.clone_from(&plan.tenant_id);
        client.subscription_id.clone_from(&plan.subscription_id);
        client
            .auxiliary_tenants
            .clone_from(&plan.options.target.aux_tenant);
        let names = plan.given_headers.iter();
        let is_given = names
            .map(|(name, _)| name)
            .any(|name| *name == X_MS_CLIENT_REQUEST_ID);
        if is_given {
            client.request_ids = RequestIds::Given;
        }
        Self {
            client,
            plan: Rc::new(plan),
            console,
            env: Rc::clone(env),
        }
    }

    /// Another session of the same plan, with a client of its own.
    pub(crate) fn fork(&self, console: Console, observer: Observer) -> Self {
        Self {
            client: self.client.like(observer),
            plan: Rc::clone(&self.plan),
            console,
            env: Rc::clone(&self.env),
        }
    }

    /// Tells `listener` what the client does, before the listeners that exist already.
    pub(crate) fn also_tell(&mut self, listener: impl Fn(Event<'_>) + 'static) {
        let told = std::mem::replace(&mut self.client.observer, Box::new(|_| {}));
        self.client.observer = Box::new(move |event| {
            listener(event);
            told(event);
        });
    }

    /// The request of the plan.
    pub(crate) fn request(&self) -> Request {
        let plan = &self.plan;
        Request {
            method: plan.method.clone(),
            url: plan.target.url.clone(),
            headers: plan.headers.clone(),
            body: plan.body.clone(),
        }
    }

    /// The file that the answer is to replace.
    pub(crate) fn replaced_file(&self) -> Option<&Path> {
        let path = self.plan.options.output.output_file.as_deref();
        path.filter(|path| *path != Path::new("-"))
    }

    /// Where the answer goes.
    pub(crate) fn sink(&self) -> Result<Sink, Error> {
        let output = &self.plan.options.output;
        let is_hidden = output.silent || output.format == OutputFormat::None;
        let until = self.client.deadline().map(Deadline::instant);
        match self.replaced_file() {
            Some(path) => Ok(Sink::file(path, until)?),
            None if is_hidden => Ok(Sink::nowhere()),
            None => Ok(Sink::stdout(until)?),
        }
    }
}
