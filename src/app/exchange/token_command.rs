//! The command that gets a token for a request, as it is in commands of other tools.

use crate::azure::{Audience, CloudName};
use crate::plan::RequestPlan;
use crate::shell::{CommandLine, Shell};

/// The command that gets a token of a tenant for the request, from the same source.
pub(super) fn token_command(
    plan: &RequestPlan,
    audience: &Audience,
    tenant_id: Option<&str>,
    shell: Shell,
) -> CommandLine {
    let command = CommandLine::arm("token")
        .in_shell(shell)
        .option("--audience", audience.as_str());
    let sign_in = &plan.options.sign_in;
    if sign_in.sandbox {
        return command.literal("--sandbox");
    }
    let command = match sign_in.source() {
        Some(source) => command.literal("--auth").literal(source.name()),
        None => command,
    };
    let identity = sign_in.identity.as_ref().map(ToString::to_string);
    let cloud = &plan.target.cloud.name;
    let is_named = !matches!(cloud, CloudName::Public | CloudName::Custom(_));
    command
        .optional("--identity", identity.as_deref())
        .optional("--tenant", tenant_id)
        .optional("--cloud", is_named.then(|| cloud.to_string()).as_deref())
}
