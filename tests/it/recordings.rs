//! Recorded exchanges of Azure, played to the built program over loopback: every byte of the
//! answers, the exit codes, the words of the errors. Operations are not waited for.

#![expect(clippy::unwrap_used, reason = "a broken recording fails the test")]
#![expect(clippy::print_stderr, reason = "the counts are the result")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde::Deserialize;
use serde_json::Value;

use crate::support::compare::{equal, text, words};
use crate::support::json_text::{Page, compact, member};
use crate::support::recording_count::Count;
use crate::support::replay::{Answer, Matching, Replay};
use crate::support::shared::{recordings, shared};

/// The token that every request must carry; it is invented.
const TOKEN: &str = "recordings-test-token";

/// The status with which the player answers what was not recorded.
const NOT_RECORDED: u16 = 599;

/// A recorded exchange, as far as it is played.
#[derive(Debug, Deserialize)]
struct Exchange {
    request: Recorded,
    response: Played,
}

#[derive(Debug, Deserialize)]
struct Recorded {
    method: String,
    url: String,
    body: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Played {
    status: u16,
}

/// A list as it was recorded.
#[derive(Debug)]
struct Walk {
    items: Vec<String>,
    pages: usize,
    /// The link whose page was not recorded.
    missing: Option<String>,
}

#[test]
fn every_recorded_exchange_is_answered_as_recorded() {
    let (Some(files), Some(player)) = (recordings(), shared("tools/replay.py")) else {
        return;
    };
    // Most of the time is spent in starting processes.
    let share = files.len().div_ceil(4).max(1);
    let outcomes: Vec<Option<Count>> = std::thread::scope(|scope| {
        let player = player.as_path();
        let play = |share| scope.spawn(move || play_files(player, share));
        let threads: Vec<_> = files.chunks(share).map(play).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    let Some(counts) = outcomes.into_iter().collect::<Option<Vec<_>>>() else {
        eprintln!("skipped: there is no `python3` that plays recordings");
        return;
    };
    let count = counts.into_iter().fold(Count::default(), Count::and);
    count.report();
    assert!(count.faults.is_empty(), "{}", count.faults.join("\n"));
    assert!(
        count.recorded >= 179,
        "the recordings have shrunk to {}",
        count.recorded
    );
}

/// Plays files one after the other, or returns `None` if there is no player.
fn play_files(player: &Path, files: &[PathBuf]) -> Option<Count> {
    let mut count = Count::default();
    for file in files {
        let exchanges: Vec<Exchange> =
            serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let by = if name.starts_with("resource-graph") {
            Matching::Body
        } else {
            Matching::Query
        };
        let replay = Replay::start(player, file, by)?;
        count.files += 1;
        count.recorded += exchanges.len();
        for number in 0..exchanges.len() {
            let run = Run {
                replay: &replay,
                exchanges: &exchanges,
                number,
            };
            if let Err(fault) = run.check(&mut count) {
                let Recorded { method, url, .. } = &exchanges[number].request;
                count
                    .faults
                    .push(format!("{name} #{number} {method} {url}\n  {fault}"));
            }
        }
    }
    Some(count)
}

/// One exchange of a file.
struct Run<'a> {
    replay: &'a Replay,
    exchanges: &'a [Exchange],
    number: usize,
}

impl Run<'_> {
    fn check(&self, count: &mut Count) -> Result<(), String> {
        count.exchanges += 1;
        let exchange = &self.exchanges[self.number];
        self.rewind();
        let body = exchange.request.body.as_deref().unwrap_or_default();
        let method = &exchange.request.method;
        let first = self.replay.ask_with(method, &self.address(), body);
        equal(
            "the player's status",
            &first.status,
            &exchange.response.status,
        )?;
        if first.status >= 400 {
            count.errors += 1;
            return self.error(&first);
        }
        if first.status >= 300 {
            let output = self.arm(&[])?;
            equal("stdout", &text(&output.stdout), &String::new())?;
            return equal("exit", &output.status.code(), &Some(3));
        }
        let raw = self.arm(&["-o", "raw"])?;
        equal("exit", &raw.status.code(), &Some(0))?;
        equal("raw", &text(&raw.stdout), &text(&first.body))?;
        if serde_json::from_slice::<Value>(&first.body).is_ok() {
            count.documents += 1;
            return self.document(&first, count);
        }
        let output = self.arm(&["-o", "compact"])?;
        equal(
            "what is not JSON",
            &text(&output.stdout),
            &text(&first.body),
        )
    }

    /// Compares one answer of JSON, in each of the formats.
    fn document(&self, first: &Answer, count: &mut Count) -> Result<(), String> {
        let page = Page::of(&text(&first.body));
        self.prints(&["-o", "compact", "--no-paginate"], &page.text())?;
        let Some(items) = page.items() else {
            let whole = page.with_items(&[]);
            self.prints(&["-o", "compact"], &whole)?;
            return self.prints(&["-o", "ndjson"], &whole);
        };
        if page.link().is_some_and(|link| is_of_directory_graph(&link)) {
            // Such a link starts after the tenant, a rule of that host alone.
            count.relative_to_a_host += 1;
            return Ok(());
        }
        let walk = self.walk(&page, items);
        count.lists += 1;
        count.most_pages = count.most_pages.max(walk.pages);
        if let Some(link) = &walk.missing {
            count.cut_lists += 1;
            return self.incomplete(&page, &walk.items, link);
        }
        let merged = page.with_items(&walk.items);
        self.prints(&["-o", "compact"], &merged)?;
        let pretty = self.arm(&[])?;
        equal(
            "the indented document",
            &compact(&text(&pretty.stdout)),
            &merged,
        )?;
        equal("exit", &pretty.status.code(), &Some(0))?;
        self.prints(&["-o", "ndjson"], &walk.items.join("\n"))?;
        if page.items_name() == Some("value") {
            let ids: Vec<String> = walk
                .items
                .iter()
                .filter_map(|item| member(item, "id"))
                .collect();
            let ids = format!("[{}]", ids.join(","));
            self.prints(&["-o", "compact", "-q", "$.value[*].id"], &ids)?;
        }
        Ok(())
    }

    /// Follows the links without the program.
    fn walk(&self, first: &Page, mut items: Vec<String>) -> Walk {
        let mut link = first.link();
        if first.is_graph() {
            // No page that answers a token of another one was recorded.
            return Walk {
                items,
                pages: 1,
                missing: link,
            };
        }
        let mut pages = 1;
        while let Some(address) = link.filter(|link| !link.is_empty()) {
            let answer = self.replay.ask("GET", &address);
            if answer.status == NOT_RECORDED {
                return Walk {
                    items,
                    pages,
                    missing: Some(address),
                };
            }
            let page = Page::of(&text(&answer.body));
            items.extend(page.items().unwrap_or_default());
            link = page.link();
            pages += 1;
        }
        Walk {
            items,
            pages,
            missing: None,
        }
    }

    /// Compares a list whose next page fails: what came is printed, with the link to go on.
    fn incomplete(&self, page: &Page, items: &[String], link: &str) -> Result<(), String> {
        let output = self.arm(&["-o", "compact"])?;
        let printed = Page::of(&text(&output.stdout));
        equal("the link to go on", &printed.link().as_deref(), &Some(link))?;
        let rest = printed.with_items(&printed.items().unwrap_or_default());
        equal("the incomplete list", &rest, &page.with_items(items))?;
        equal("exit", &output.status.code(), &Some(9))
    }

    /// Compares what is said about an error, and that nothing is printed.
    fn error(&self, answer: &Answer) -> Result<(), String> {
        let output = self.arm(&[])?;
        equal("stdout", &text(&output.stdout), &String::new())?;
        let asks_for_claims = answer.head.contains("insufficient_claims");
        let expected = match answer.status {
            _ if asks_for_claims => 6,
            ..500 => 4,
            500.. => 5,
        };
        equal("exit", &output.status.code(), &Some(expected))?;
        let said = words(&text(&output.stderr));
        let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let error = body.get("error").unwrap_or(&body);
        let mut facts = vec![answer.status.to_string()];
        for name in ["code", "message", "Code", "Message"] {
            facts.extend(error[name].as_str().map(words));
        }
        match facts.iter().find(|fact| !said.contains(fact.as_str())) {
            Some(fact) => Err(format!("stderr does not say `{fact}` but\n{said}")),
            None => Ok(()),
        }
    }

    fn prints(&self, arguments: &[&str], expected: &str) -> Result<(), String> {
        let output = self.arm(arguments)?;
        let printed = text(&output.stdout);
        equal(
            &arguments.join(" "),
            &printed.trim_end_matches('\n').to_owned(),
            &expected.to_owned(),
        )?;
        equal("exit", &output.status.code(), &Some(0))
    }

    fn address(&self) -> String {
        self.replay
            .address_of(&self.exchanges[self.number].request.url)
    }

    /// Brings the player to where the next request of this kind gets this answer: the same request
    /// may have been recorded several times.
    fn rewind(&self) {
        self.replay.reset();
        let path = |exchange: &Exchange| {
            exchange
                .request
                .url
                .split('?')
                .next()
                .unwrap_or_default()
                .to_ascii_lowercase()
        };
        let this = &self.exchanges[self.number];
        for earlier in &self.exchanges[..self.number] {
            if path(earlier) == path(this) {
                let Recorded { method, url, body } = &earlier.request;
                let body = body.as_deref().unwrap_or_default();
                self.replay
                    .ask_with(method, &self.replay.address_of(url), body);
            }
        }
    }

    /// Runs the program, and checks that each of its requests was recorded and carried the token.
    fn arm(&self, arguments: &[&str]) -> Result<Output, String> {
        self.rewind();
        let before = self.replay.log().len();
        let exchange = &self.exchanges[self.number];
        let mut command = Command::new(env!("CARGO_BIN_EXE_arm"));
        command.env_clear().env("ARMCLI_ACCESS_TOKEN", TOKEN);
        command.arg(&exchange.request.method).arg(self.address());
        command.args([
            "--retry",
            "0",
            "--audience",
            "https://management.azure.com/",
        ]);
        command.args(["--allow-host", &format!("127.0.0.1:{}", self.replay.port)]);
        let file = tempfile::NamedTempFile::new().unwrap();
        if let Some(body) = exchange
            .request
            .body
            .as_deref()
            .filter(|body| !body.is_empty())
        {
            std::fs::write(file.path(), body).unwrap();
            command.arg(at(file.path()));
        }
        let output = command.args(arguments).output().unwrap();
        let log = self.replay.log();
        if log.len() == before {
            return Err(format!("nothing was asked: {}", text(&output.stderr)));
        }
        let bearer = format!("Bearer {TOKEN}");
        for (number, request) in log[before..].iter().enumerate() {
            let headers = request["headers"].as_array().unwrap();
            let has_token = headers.iter().any(|header| {
                header[0]
                    .as_str()
                    .is_some_and(|name| name.eq_ignore_ascii_case("authorization"))
                    && header[1] == *bearer
            });
            let recorded =
                request["matched"] == true || (number > 0 && request["status"] == NOT_RECORDED);
            if !recorded || !has_token {
                return Err(format!("asked {} {}", request["method"], request["target"]));
            }
            let body = exchange.request.body.as_deref();
            let body = body.filter(|_| number == 0 || request["method"] == "POST");
            let mut body = body.unwrap_or_default().to_owned();
            if number > 0 && !body.is_empty() {
                body = with_token_of(&body, &text(&output.stdout));
            }
            if request["body"] != *body {
                return Err(format!("sent the body {}", request["body"]));
            }
        }
        Ok(output)
    }
}

/// The body of a query of Resource Graph for the page that an incomplete answer names.
fn with_token_of(body: &str, printed: &str) -> String {
    let token = |text: &str| member(text, "$skipToken");
    let old = member(body, "options").and_then(|options| token(&options));
    match (old, token(printed)) {
        (Some(old), Some(next)) => body.replace(&old, &next),
        _ => body.to_owned(),
    }
}

/// `@PATH`.
fn at(path: &Path) -> String {
    format!("@{}", path.display())
}

/// Those of the retired directory graph are relative to the tenant.
fn is_of_directory_graph(link: &str) -> bool {
    link.starts_with("deletedDirectoryObjects/")
}
