//! What a command needs to do the same as this run: the options that decide who asks, and whom.
//! Writes no hint: `error` does.

use http::header;

use crate::azure::{CloudName, HostKind, host_kind};
use crate::error::{Run, Signature};
use crate::plan::{Registering, RequestPlan};

/// What hints need to know of the run of a plan.
pub(super) fn run_of(plan: &RequestPlan) -> Run {
    let target = &plan.target;
    let signature = if plan.headers.contains_key(header::AUTHORIZATION) {
        Signature::Header
    } else if target.audience.is_none() {
        Signature::None
    } else {
        Signature::Credential
    };
    let mut run = Run {
        signature,
        is_sandbox: plan.sandbox,
        is_resource_manager: host_kind(&target.cloud, &target.url) == HostKind::ResourceManager,
        registers: plan.registering == Registering::OnDemand,
        ..Run::default()
    };
    let is_named = !matches!(target.cloud.name, CloudName::Public | CloudName::Custom(_));
    if is_named && !plan.sandbox {
        run = run.with_value("--cloud", &target.cloud.name.to_string());
    }
    if let (Some(audience), false) = (&target.audience, target.allowed.is_empty()) {
        run = run.with_value("--audience", audience.as_str());
        for host in &target.allowed {
            run = run.with_value("--allow-host", &host.to_string());
        }
    }
    if let Some(tenant_id) = &plan.tenant_id {
        run = run.with_value("--tenant", tenant_id);
    }
    for tenant_id in &plan.auxiliary_tenants {
        run = run.with_value("--aux-tenant", tenant_id);
    }
    if let (Some(auth), false) = (plan.auth, plan.sandbox) {
        run = run.with(&format!("--auth {}", auth.name()));
    }
    if plan.sandbox {
        run.with("--sandbox")
    } else if target.audience.is_none() {
        run.with("--no-auth")
    } else {
        run
    }
}
