//! The steps of `arm edit`: read, edit, show, ask, look again, send. Nothing is lost on the way: a failure names the file.

use std::rc::Rc;

use http::StatusCode;

use super::draft::{Draft, document_of};
use crate::app::command::named;
use crate::app::exchange::in_flight::RequestTracker;
use crate::app::exchange::output_spec::OutputSpec;
use crate::app::exchange::resource_document::{self, ResourceDocument, body_of, written_part_of};
use crate::app::exchange::{answer, resume_command};
use crate::app::session::context::RunContext;
use crate::app::session::{default_subscription, subscription_choice};
use crate::app::terminal::confirm::{self, Choice};
use crate::app::terminal::editor::Editor;
use crate::app::terminal::input::{self, ReadLimits};
use crate::app::terminal::signals::{force_exit_on_second_signal, interruptible};
use crate::app::terminal::style::{difference_style, labels};
use crate::azure::ResourceId;
use crate::azure::schema::Body;
use crate::cli::arguments::EditArgs;
use crate::cli::{MethodOrigin, OutputFormat, RequestArgs, ValueSource};
use crate::env::Env;
use crate::error::{EditError, Error, Failure, HintContext, KeptText, ResourceError};
use crate::json::{difference, merged};
use crate::output::{Sink, tell_difference};
use crate::plan::edit::{EditWrite, EditedResource};
use crate::shell::CommandLine;

/// Edits a resource.
pub(crate) async fn run(args: EditArgs, env: &Env) -> Result<(), Failure> {
    // Better now than after the work in an editor.
    env.guard.check_editing()?;
    let editor = match args.source {
        Some(_) => None,
        None => Some(Editor::of(env)?),
    };
    if !args.yes && !confirm::is_manned(env) {
        return Err(EditError::NobodyToAsk.into());
    }
    let edit = interruptible(Box::pin(Edit::begin(args, editor, env)));
    let mut edit = edit.await?;
    match Box::pin(edit.go()).await {
        Ok(()) => {
            edit.forget();
            Ok(())
        }
        Err(failure) => Err(edit.kept(failure)),
    }
}

/// An edit under way.
struct Edit<'e> {
    args: EditArgs,
    editor: Option<Editor>,
    env: &'e Env,
    context: RunContext,
    request: RequestArgs,
    default_subscription: Option<String>,
    /// The text of `@FILE`.
    given: Option<String>,
    /// The resource as it was read last.
    base: ResourceDocument,
    /// What of it is written by people.
    shown: String,
    draft: Option<Draft>,
    /// What the command needs that goes on.
    hints: HintContext,
}

impl<'e> Edit<'e> {
    async fn begin(args: EditArgs, editor: Option<Editor>, env: &'e Env) -> Result<Self, Failure> {
        let mut request = args.request.clone();
        Box::pin(named::resolve(&mut request, env)).await?;
        default_subscription::resolve_in(&mut request, env)?;
        let mut context = RunContext::of(&request, env).await?;
        let limits = ReadLimits::of(&request.options, context.deadline);
        let read = |source: &ValueSource| {
            let bytes = input::read(source, None, limits, env)?;
            document_of(source, &bytes)
        };
        // What cannot be read is refused before anything is sent.
        let given = args.source.as_ref().map(read).transpose()?;
        let url = request.url.clone();
        subscription_choice::settle(&mut request, &url, &mut context).await?;
        let default_subscription =
            context.default_subscription(&request, request.url.contains('{'));
        let plan = context.plan(&request, default_subscription.clone())?;
        for note in &plan.notes {
            context.console.note(note);
        }
        let hints = resume_command::run_of(&plan);
        let base = get(&mut context, &request, default_subscription.clone()).await?;
        let mut edit = Self {
            shown: written_part_of(&base.text, &base.path),
            base,
            args,
            editor,
            env,
            context,
            request,
            default_subscription,
            given,
            draft: None,
            hints,
        };
        if edit.editor.is_some() {
            edit.draft = Some(Draft::new(&edit.base.path, edit.args.syntax, env)?);
        }
        Ok(edit)
    }

    async fn go(&mut self) -> Result<(), Failure> {
        let mut edited = match self.given.take() {
            Some(given) => written_part_of(&given, &self.base.path),
            None => self.edited_text(&self.shown.clone()).await?,
        };
        loop {
            let changes = difference(&self.shown, &edited);
            if changes.is_empty() {
                self.context
                    .console
                    .note("nothing was changed, and nothing was sent");
                return Ok(());
            }
            let write = EditedResource {
                type_name: ResourceId::parse(&self.base.path).type_name().as_deref(),
                body: self.known_body().as_ref(),
                changes: &changes,
                before: &self.shown,
                after: &edited,
            }
            .write(self.args.method.as_ref());
            let style = difference_style(self.env, self.env.stderr_is_terminal);
            tell_difference(&changes, style, self.context.console);
            let question = format!("send it with {}?", write.method);
            if !self.args.yes && !self.agrees(&question).await? {
                return Err(EditError::NotConfirmed.into());
            }
            // Many types do not know `If-Match`, and some that know it do not heed it.
            let mut now = interruptible(Box::pin(self.get())).await?;
            if difference(&self.shown, &written_part_of(&now.text, &now.path)).is_empty() {
                self.base = now;
                match Box::pin(self.send(write)).await {
                    Ok(()) => return Ok(()),
                    Err(failure) if is_outdated(&failure) => {
                        now = interruptible(Box::pin(self.get())).await?;
                    }
                    Err(failure) => return Err(failure),
                }
            }
            edited = self.settle(&edited, now).await?;
        }
    }

    /// Lets the user change a document, again if the result is not one.
    async fn edited_text(&self, document: &str) -> Result<String, Failure> {
        let (Some(editor), Some(draft)) = (&self.editor, &self.draft) else {
            return Ok(document.to_owned());
        };
        let written = draft.write(document)?;
        loop {
            let opened = editor.open(draft.path(), self.env).await;
            let text = draft.read()?;
            if let Err(error) = opened {
                if text == written {
                    self.forget();
                }
                return Err(error.into());
            }
            if text == written {
                return Ok(document.to_owned());
            }
            match draft.document(&text) {
                Ok(edited) => return Ok(edited),
                Err(error) if is_empty_text(&error) => {
                    self.forget();
                    return Err(error.into());
                }
                Err(error) if self.args.yes => return Err(error.into()),
                Err(error) => {
                    let labels = labels(self.env);
                    self.context.console.error(error.message(), labels);
                    let again = confirm::choose(
                        "edit it again, or stop?",
                        &[("e", Choice::First), ("s", Choice::Second)],
                        self.context.deadline,
                        self.env,
                    );
                    match interruptible(again).await? {
                        Some(Choice::First) => {}
                        Some(Choice::Second | Choice::Third) | None => return Err(error.into()),
                    }
                }
            }
        }
    }

    /// What to do if the resource has changed: `now` is what it is.
    async fn settle(&mut self, edited: &str, now: ResourceDocument) -> Result<String, Failure> {
        let theirs = written_part_of(&now.text, &now.path);
        let console = self.context.console;
        let changes = difference(&self.shown, &theirs);
        console.ask("someone else has changed it in the meantime:\n");
        if changes.is_empty() {
            console.ask("  nothing that is shown, but the service says so\n");
        }
        let style = difference_style(self.env, self.env.stderr_is_terminal);
        tell_difference(&changes, style, console);
        if self.args.yes {
            return Err(EditError::Changed.into());
        }
        let merged = merged(&self.shown, edited, &theirs);
        for path in &merged.conflicts {
            console.ask(format!("both have changed `{path}`: yours is taken\n"));
        }
        let options = [
            ("m", Choice::First),
            ("e", Choice::Second),
            ("s", Choice::Third),
        ];
        let question = "make your changes in it and go on (m), edit that again (e), or stop (s)?";
        let options: &[_] = if self.editor.is_some() {
            &options
        } else {
            &[options[0], options[2]]
        };
        let chosen = confirm::choose(question, options, self.context.deadline, self.env);
        let chosen = interruptible(chosen).await?;
        let text = merged.text;
        match chosen {
            Some(Choice::First) => {
                if let Some(draft) = &self.draft {
                    draft.write(&text)?;
                }
                (self.base, self.shown) = (now, theirs);
                Ok(text)
            }
            Some(Choice::Second) => {
                (self.base, self.shown) = (now, theirs);
                self.edited_text(&text).await
            }
            Some(Choice::Third) | None => Err(EditError::Changed.into()),
        }
    }

    async fn get(&mut self) -> Result<ResourceDocument, Failure> {
        get(
            &mut self.context,
            &self.request,
            self.default_subscription.clone(),
        )
        .await
    }

    /// Sends what was changed.
    async fn send(&mut self, write: EditWrite) -> Result<(), Failure> {
        let mut request = self.request.clone();
        request.method = write.method;
        request.method_origin = MethodOrigin::Written;
        request.wait = self.args.request.wait;
        request.options.output.format = OutputFormat::None;
        if !request.url.contains("api-version=") {
            // The one whose members the text has.
            request
                .options
                .query
                .api_version
                .clone_from(&self.base.api_version);
        }
        let default = self.default_subscription.clone();
        let etag = self.base.etag.as_deref();
        let plan = self
            .context
            .plan_write(&request, default, write.body, etag)?;
        let mut session = self.context.kept_session(plan)?;
        let tracker = RequestTracker::of(&mut session);
        force_exit_on_second_signal();
        let printed = answer::print(&session, OutputSpec::default(), Sink::nowhere());
        let outcome = interruptible(Box::pin(printed)).await;
        let plan = Rc::clone(&session.plan);
        outcome.map_err(|failure| {
            let failure = tracker.explain(failure, &plan);
            failure.in_run(resume_command::run_of(&plan))
        })?;
        self.context.console.note("changed");
        Ok(())
    }

    async fn agrees(&self, question: &str) -> Result<bool, Failure> {
        let options = [("y", Choice::First), ("n", Choice::Second)];
        let chosen = confirm::choose(question, &options, self.context.deadline, self.env);
        Ok(interruptible(chosen).await? == Some(Choice::First))
    }

    /// What is known of the body, if it is known of the version that is asked.
    fn known_body(&self) -> Option<Body> {
        let body = body_of(&self.base.path)?;
        (self.base.api_version.as_deref() == Some(body.version())).then_some(body)
    }

    /// Takes the text away: it was sent, or there is nothing in it. One that an earlier run has kept goes too.
    fn forget(&self) {
        if let Some(ValueSource::File(path)) = &self.args.source {
            Draft::remove_kept(path, self.env);
        }
        if let Some(draft) = &self.draft
            && let Err(error) = draft.remove()
        {
            let path = draft.path().display();
            self.context
                .console
                .note(format!("`{path}` cannot be removed: {error}"));
        }
    }

    /// Says where the text is, if it was kept.
    fn kept(&self, failure: Failure) -> Failure {
        let path = self.draft.as_ref().map(Draft::path);
        let Some(path) = path.filter(|path| path.exists()) else {
            return failure;
        };
        let file = format!("@{}", path.display());
        let command = CommandLine::arm("edit").word(&self.base.path).word(&file);
        failure.in_run(self.hints.clone()).with_kept_text(KeptText {
            path: path.to_owned(),
            command,
        })
    }
}

async fn get(
    context: &mut RunContext,
    request: &RequestArgs,
    default_subscription: Option<String>,
) -> Result<ResourceDocument, Failure> {
    let mut request = request.clone();
    request.wait = false;
    let plan = context.plan(&request, default_subscription)?;
    let session = context.kept_session(plan)?;
    resource_document::get(&session).await
}

/// Tells whether the user has left nothing in the text, to stop.
fn is_empty_text(error: &Error) -> bool {
    matches!(
        error,
        Error::Resource(ResourceError::Edit(EditError::Empty))
    )
}

/// Tells whether the service has refused a write because the resource is no longer what it was.
fn is_outdated(failure: &Failure) -> bool {
    matches!(&failure.error, Error::Service(error) if error.status == StatusCode::PRECONDITION_FAILED)
}
