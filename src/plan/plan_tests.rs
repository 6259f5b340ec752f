//! Tables of what a command line is planned as. URLs, bodies and patterns have tables of their own.

use super::{Confirmation, Defaults, Inputs, Preview, Registering, RequestPlan, Waiting, plan};
use crate::azure::Cloud;
use crate::cli::{Command, parse};
use crate::env::Env;

const GROUP: &str = "/subscriptions/s/resourceGroups/g";

fn plan_of(line: &str, variables: &[(&str, &str)]) -> RequestPlan {
    let words = std::iter::once("arm").chain(line.split(' '));
    let Ok(Command::Request(args)) = parse(words.map(Into::into)) else {
        panic!("{line}");
    };
    let env = Env::with_variables(variables.iter().copied());
    let defaults = Defaults {
        client_request_id: "id-1".to_owned(),
        correlation_request_id: "run-1".to_owned(),
        ..Defaults::default()
    };
    plan(&args, &Inputs::default(), &Cloud::public(), &defaults, &env).unwrap()
}

#[test]
fn a_delete_is_confirmed_unless_yes_was_given() {
    for (line, expected) in [
        ("GET", Confirmation::NotNeeded),
        ("DELETE", Confirmation::Needed),
        ("DELETE --yes", Confirmation::NotNeeded),
    ] {
        let plan = plan_of(&format!("{line} {GROUP}"), &[]);
        assert_eq!(plan.confirmation, expected, "{line}");
    }
}

#[test]
fn what_happens_after_the_first_response() {
    let resource = format!("{GROUP}/providers/Microsoft.Compute/virtualMachines/v");
    for (line, waiting, registering) in [
        ("GET", Waiting::No, Registering::Never),
        ("DELETE --wait", Waiting::Operation, Registering::Never),
        ("DELETE --register", Waiting::No, Registering::OnDemand),
        ("wait", Waiting::Address { until: None }, Registering::Never),
    ] {
        let plan = plan_of(&format!("{line} {resource}"), &[]);
        assert_eq!(
            (plan.waiting, plan.registering),
            (waiting, registering),
            "{line}"
        );
    }
    let elsewhere = plan_of("GET https://kv.vault.azure.net/secrets --register", &[]);
    assert_eq!(elsewhere.registering, Registering::Never);
}

#[test]
fn a_server_may_be_silent_as_long_as_the_user_waits() {
    for (options, seconds) in [("", 0), (" --timeout 5s", 5), (" --timeout 3m", 180)] {
        let plan = plan_of(&format!("GET {GROUP}{options}"), &[]);
        assert_eq!(plan.patience().as_secs(), seconds, "{options}");
    }
}

#[test]
fn the_tenant_and_the_subscription_are_those_of_the_request() {
    let tenant = |line: &str| plan_of(line, &[("ARMCLI_TENANT", "fabrikam.example")]).tenant_id;
    let given = format!("GET {GROUP} --tenant contoso.example");
    assert_eq!(tenant(&given).as_deref(), Some("contoso.example"));
    assert_eq!(
        tenant(&format!("GET {GROUP}")).as_deref(),
        Some("fabrikam.example")
    );
    assert_eq!(plan_of(&format!("GET {GROUP}"), &[]).tenant_id, None);

    let filled = plan_of(
        "GET /subscriptions/{sub}/resourceGroups",
        &[("ARMCLI_SUBSCRIPTION", "s-1")],
    );
    assert_eq!(filled.subscription_id.as_deref(), Some("s-1"));
    assert_eq!(plan_of("GET /tenants", &[]).subscription_id, None);
}

#[test]
fn no_auth_leaves_the_audience_out() {
    assert!(
        plan_of(&format!("GET {GROUP}"), &[])
            .target
            .audience
            .is_some()
    );
    assert!(
        plan_of(&format!("GET {GROUP} --no-auth"), &[])
            .target
            .audience
            .is_none()
    );
}

#[test]
fn what_needs_no_decision_passes_through() {
    let plan = plan_of(
        &format!("GET {GROUP} --retry 7 --max-pages 2 --expect 404 -o compact -n"),
        &[],
    );
    assert_eq!(plan.options.network.retry, 7);
    assert_eq!(plan.options.paging.most_pages(), Some(2));
    assert_eq!(plan.options.exit.expect.len(), 1);
    assert_eq!(plan.preview, Preview::DryRun);
    assert_eq!(plan.headers["x-ms-client-request-id"], "id-1");
}
