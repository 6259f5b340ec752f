//! Which server psql and its like will ask, by their arguments and variables: a token is a password, and goes to that
//! server. What is not simple counts as unclear: then there is no token.

use std::ffi::OsString;

/// The server that a program will ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PostgresServer {
    /// These, one after the other.
    Hosts(Vec<String>),
    /// None is named: a socket of this machine.
    Local,
    /// It is not plain which, or the connection may be unencrypted.
    Unclear(&'static str),
}

/// The modes in which a connection is encrypted or not made (libpq, `sslmode`).
const ENCRYPTED: [&str; 3] = ["require", "verify-ca", "verify-full"];

/// Finds the server among the arguments of a program, and the variables of libpq.
pub fn postgres_server<'a>(
    arguments: &[OsString],
    variable: impl Fn(&str) -> Option<&'a str>,
) -> PostgresServer {
    let mut found = Found::default();
    if variable("PGSERVICE").is_some() {
        found.unclear = Some("`PGSERVICE` names a service");
    }
    if variable("PGHOSTADDR").is_some_and(|address| !address.is_empty()) {
        found.unclear = Some("`PGHOSTADDR` says which machine is asked, whatever the host is");
    }
    if let Some(mode) = variable("PGSSLMODE") {
        found.check_mode(mode);
    }
    // Some of the programs read a connection string there, too.
    if let Some(database) = variable("PGDATABASE") {
        found.read_connection(database);
    }
    let mut words = arguments.iter().map(|word| word.to_str());
    while let Some(word) = words.next() {
        let Some(word) = word else {
            return PostgresServer::Unclear("an argument is not text");
        };
        found.read(word, || words.next().flatten());
    }
    if found.hosts.is_empty()
        && let Some(host) = variable("PGHOST")
    {
        found.add_hosts(host);
    }
    match found {
        Found {
            unclear: Some(reason),
            ..
        } => PostgresServer::Unclear(reason),
        Found { hosts, .. } if hosts.is_empty() => PostgresServer::Local,
        Found { hosts, .. } => PostgresServer::Hosts(hosts),
    }
}

#[derive(Default)]
struct Found {
    hosts: Vec<String>,
    unclear: Option<&'static str>,
}

impl Found {
    fn read<'a>(&mut self, word: &'a str, next: impl FnOnce() -> Option<&'a str>) {
        if word == "-h" {
            self.read_host(next());
        } else if let Some(rest) = word.strip_prefix("--") {
            let (name, value) = match rest.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (rest, None),
            };
            // A long option may be cut: `--hos`.
            if !name.is_empty() && "host".starts_with(name) {
                self.read_host(value.or_else(next));
            } else {
                self.read_connection(value.unwrap_or_default());
            }
        } else if let Some(host) = word.strip_prefix("-h") {
            self.add_hosts(host);
        } else if let Some(letters) = word.strip_prefix('-') {
            // `-Ath HOST` has a host, and `-Uhans` has none.
            if letters.contains('h') {
                self.unclear = Some("write `-h HOST` apart from other options");
            }
            // `-AtdNAME` has a database, and `-Uadmin` has none.
            for (at, letter) in letters.match_indices('d') {
                let rest = letters.get(at + letter.len()..);
                self.read_connection(rest.unwrap_or_default());
            }
        } else {
            self.read_connection(word);
        }
    }

    fn read_host(&mut self, host: Option<&str>) {
        match host {
            Some(host) => self.add_hosts(host),
            None => self.unclear = Some("`-h` names no host"),
        }
    }

    /// Reads a connection string: `host=… sslmode=…`, or `postgresql://…` (libpq, "Connection Strings").
    fn read_connection(&mut self, text: &str) {
        let uri = ["postgresql://", "postgres://"];
        if let Some(rest) = uri.iter().find_map(|scheme| text.strip_prefix(scheme)) {
            self.read_uri(rest);
        } else if text.contains('=')
            && ["host", "service", "sslmode"]
                .iter()
                .any(|name| text.contains(name))
        {
            if text.contains(['\'', '\\']) || text.contains(" =") || text.contains("= ") {
                self.unclear = Some("the connection string has quotes or blanks around `=`");
            }
            // What libpq takes for a blank.
            let is_blank = |letter: char| letter.is_ascii_whitespace() || letter == '\u{b}';
            for pair in text.split(is_blank) {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                self.read_parameter(name, value);
            }
        }
    }

    fn read_uri(&mut self, rest: &str) {
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at(end);
        if rest.contains('%') && tail.contains('%') || authority.contains(['[', '\\']) {
            self.unclear = Some("the address of the server is not plain");
        }
        // For libpq, the user ends at the first `@` before a slash, even behind a question mark.
        let is_late = tail.starts_with('?') && tail.contains('@');
        if is_late || authority.matches('@').count() > 1 {
            self.unclear = Some("the address of the server is not plain");
        }
        let hosts = authority.rsplit('@').next().unwrap_or_default();
        if hosts.contains('%') {
            self.unclear = Some("the address of the server is not plain");
        }
        for host in hosts.split(',').filter(|host| !host.is_empty()) {
            let host = host.split(':').next().unwrap_or_default();
            self.add_hosts(host);
        }
        let query = tail.split_once('?').map_or("", |(_, query)| query);
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            self.read_parameter(name, value);
        }
    }

    fn read_parameter(&mut self, name: &str, value: &str) {
        match name {
            "host" => self.add_hosts(value),
            "hostaddr" => {
                self.unclear = Some("`hostaddr` says which machine is asked, whatever the host is");
            }
            "service" => self.unclear = Some("the connection string names a service"),
            "sslmode" => self.check_mode(value),
            _ => {}
        }
    }

    fn check_mode(&mut self, mode: &str) {
        if !ENCRYPTED.contains(&mode) {
            self.unclear = Some("`sslmode` allows a connection that is not encrypted");
        }
    }

    fn add_hosts(&mut self, hosts: &str) {
        self.hosts.extend(hosts.split(',').map(str::to_owned));
    }
}

#[cfg(test)]
mod tests {
    use super::{PostgresServer, postgres_server};

    #[track_caller]
    fn check(words: &str, variables: &[(&str, &'static str)], expected: &str) {
        let words: Vec<_> = words.split('|').map(Into::into).collect();
        let variable = |name: &str| {
            let mut found = variables.iter().filter(|(own, _)| *own == name);
            found.next().map(|(_, value)| *value)
        };
        let found = match postgres_server(&words, variable) {
            PostgresServer::Hosts(hosts) => hosts.join(" "),
            PostgresServer::Local => "local".to_owned(),
            PostgresServer::Unclear(_) => "unclear".to_owned(),
        };
        assert_eq!(found, expected, "{words:?}");
    }

    #[test]
    fn the_server_is_found_where_it_is_named() {
        let none: &[(&str, &'static str)] = &[];
        check("-h|a.example|-d|x", none, "a.example");
        check("-ha.example", none, "a.example");
        check("--host=a.example", none, "a.example");
        check("--host|a.example", none, "a.example");
        check("host=a.example dbname=x", none, "a.example");
        check(
            "-d|host=a.example,b.example dbname=x",
            none,
            "a.example b.example",
        );
        check("-dhost=a.example", none, "unclear");
        check("--dbname=host=a.example sslmode=require", none, "a.example");
        check(
            "postgresql://me@a.example:5432/x?sslmode=verify-full",
            none,
            "a.example",
        );
        check(
            "postgres://a.example,b.example/x",
            none,
            "a.example b.example",
        );
        check("-c|select 1", &[("PGHOST", "a.example")], "a.example");
        check("-h|a.example", &[("PGHOST", "b.example")], "a.example");
        check("host=a.example|-h|b.example", none, "a.example b.example");
        let own: &[(&str, &'static str)] = &[("PGHOST", "a.example")];
        for words in [
            "--hos|evil.example",
            "--ho=evil.example",
            "--h=evil.example",
            "-Atdpostgresql://evil.example/",
            "-d|dbname=x\u{b}host=evil.example",
            "-d|dbname=x\nhost=evil.example",
        ] {
            check(words, own, "evil.example");
        }
        let variables = &[("PGHOST", "a.example"), ("PGDATABASE", "host=evil.example")];
        check("-c|select 1", variables, "evil.example");
        check("-Uadmin|-dmain", own, "a.example");
        let address = "postgresql://a.example/x?user=me@contoso.example";
        check(address, none, "a.example");
        check("-c|select 1", none, "local");
    }

    #[test]
    fn what_is_not_plain_is_unclear() {
        let none: &[(&str, &'static str)] = &[];
        for words in [
            "-Ath|a.example",
            "-Uhans|-h|a.example",
            "-h",
            "host='a.example'",
            "host = a.example",
            "service=x",
            "host=a.example sslmode=disable",
            "-h|a.example|sslmode=prefer dbname=x",
            "postgresql://a.example/x?sslmode=allow",
            "postgresql://%61.example/x",
            "postgresql://[::1]/x",
            "postgresql:///x?host=a.example&sslmode=disable",
            "postgresql:///x?%68ost=evil.example",
            "postgresql://a.example?x@evil.example/x",
            "postgresql://me@evil.example,x@a.example/x",
            "postgresql://a.example/x?hostaddr=192.0.2.1",
            "host=a.example hostaddr=192.0.2.1",
            "-Atdservice=x",
            "--host",
        ] {
            check(words, none, "unclear");
        }
        check("-h|a.example", &[("PGSSLMODE", "disable")], "unclear");
        check("-h|a.example", &[("PGSERVICE", "x")], "unclear");
        check("-h|a.example", &[("PGHOSTADDR", "192.0.2.1")], "unclear");
        check("-h|a.example", &[("PGSSLMODE", "verify-full")], "a.example");
    }
}
