//! `arm DELETE - --in-order`: the order, the rounds, and the reasons of what is left.

use std::sync::Mutex;

use crate::support::answer::Answer;
use crate::support::run::Run;
use crate::support::server::{Received, Server};

const GROUP: &str = "/subscriptions/s/resourceGroups/g/providers";

fn ids(server: &Server, paths: &[&str]) -> String {
    let url = |path: &&str| server.url(&format!("{GROUP}/{path}?api-version=1\n"));
    paths.iter().map(url).collect()
}

fn in_use(code: &str) -> Answer {
    let body = format!("{{\"error\":{{\"code\":\"{code}\",\"message\":\"it is in use\"}}}}");
    Answer::error(400, body)
}

fn is_about(request: &Received, name: &str) -> bool {
    request.target.contains(&format!("/{name}?"))
}

#[test]
fn what_is_in_use_goes_after_what_uses_it() {
    let gone = Mutex::new(Vec::<&str>::new());
    let server = Server::with(move |request| {
        let mut gone = gone.lock().unwrap();
        // A type that nobody knows uses the machine, which uses the interface.
        let uses = [("vm", "thing"), ("nic", "vm")];
        for (used, user) in uses {
            if is_about(request, used) && !gone.contains(&user) {
                return in_use("NicInUse");
            }
        }
        for name in ["vm", "nic", "thing", "vnet"] {
            if is_about(request, name) {
                gone.push(name);
            }
        }
        Answer::status(204)
    });
    let paths = [
        "Microsoft.Network/virtualNetworks/vnet",
        "Microsoft.Network/networkInterfaces/nic",
        "Microsoft.Compute/virtualMachines/vm",
        "Contoso.Own/things/thing",
    ];
    let run = Run::arm(["DELETE", "-", "--in-order", "--yes", "--no-auth"]);
    let outcome = run.stdin(ids(&server, &paths)).run().exits(0);
    let lines: Vec<&str> = outcome.text().lines().collect();
    assert_eq!(lines.len(), 4);
    let asked: Vec<String> = server.lines();
    let names: Vec<&str> = asked
        .iter()
        .filter_map(|line| line.rsplit('/').next()?.split('?').next())
        .collect();
    assert_eq!(names, ["vm", "nic", "thing", "vnet", "vm", "nic"]);
}

#[test]
fn what_nothing_frees_is_left_with_its_reason() {
    let server = Server::with(|request| {
        if is_about(request, "nic") {
            in_use("NicInUse")
        } else {
            Answer::status(204)
        }
    });
    let paths = [
        "Microsoft.Network/networkInterfaces/nic",
        "Microsoft.Network/virtualNetworks/vnet",
    ];
    let run = Run::arm(["DELETE", "-", "--in-order", "--yes", "--no-auth"]);
    let outcome = run.stdin(ids(&server, &paths)).run();
    let outcome = outcome
        .exits(4)
        .says(&["NicInUse", "1 of 2 requests failed"]);
    assert_eq!(outcome.text().lines().count(), 2);
    // Once more after the network is gone, and then no more.
    let of_nic = server
        .lines()
        .iter()
        .filter(|line| line.contains("/nic?"))
        .count();
    assert_eq!(of_nic, 2);
}

#[test]
fn it_is_for_deletions_of_many() {
    let run = Run::arm(["POST", "-/start", "--in-order"]);
    run.run()
        .exits(2)
        .says(&["`--in-order` is for many deletions"]);
    let run = Run::arm(["DELETE", "/subscriptions/s", "--in-order"]);
    run.run()
        .exits(2)
        .says(&["`--in-order` is for many deletions"]);
}
