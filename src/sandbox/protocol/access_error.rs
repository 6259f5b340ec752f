//! What can be wrong about roles, locks, tags, policies and management groups, with the codes and texts of their
//! provider (recorded exchanges and public issue threads). All other refusals: `error`.

use http::StatusCode;

/// A refusal by the provider of access and policies.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AccessError {
    /// Azure/Azure-Landing-Zones#3419.
    #[error("The role assignment ID '{name}' is not valid. The role assignment ID must be a GUID.")]
    RoleAssignmentName { name: String },
    #[error("The role definition ID '{name}' is not valid. The role definition ID must be a GUID.")]
    RoleDefinitionName { name: String },
    /// Azure/azure-powershell#16627.
    #[error("The Principal ID '{principal}' is not valid. Principal ID must be a GUID.")]
    PrincipalName { principal: String },
    /// Azure/HubAndSpokeResearchEnclave#50.
    #[error(
        "Principal {principal} does not exist in the directory {tenant}. Check that you have the correct principal ID. If you are creating this principal and then immediately assigning a role, this error might be related to a replication delay. In this case, set the role assignment principalType property to a value, such as ServicePrincipal, User, or Group.  See https://aka.ms/docs-principaltype"
    )]
    PrincipalNotFound {
        /// The id without its hyphens, as the service writes it.
        principal: String,
        tenant: &'static str,
    },
    #[error(
        "The role assignment already exists. The ID of the existing role assignment is {name}."
    )]
    RoleAssignmentExists {
        /// The name without its hyphens, as the service writes it.
        name: String,
    },
    #[error("Tenant ID, application ID, principal ID, and scope are not allowed to be updated.")]
    RoleAssignmentUpdate,
    #[error("The role assignment '{name}' is not found.")]
    RoleAssignmentNotFound { name: String },
    #[error("The specified role definition with ID '{name}' does not exist.")]
    RoleDefinitionNotFound { name: String },
    #[error("The role definition with ID '{name}' has role assignments: it cannot be deleted.")]
    RoleDefinitionInUse { name: String },
    #[error(
        "A custom role with the name '{role}' exists already in this directory. Use a different name."
    )]
    RoleNameTaken { role: String },
    #[error("The following policy rules failed: [\"{rule}\"]")]
    RoleRule { rule: &'static str },
    #[error("The Role assignment does not exist.")]
    NotActivated,
    #[error("The subject is not found.")]
    SubjectNotFound,
    /// Azure/azure-cli#20232.
    #[error(
        "The scope '{scope}' cannot perform {act} operation because following scope(s) are locked: '{locked}'. Please remove the lock and try again."
    )]
    Locked {
        scope: String,
        act: &'static str,
        locked: String,
    },
    #[error("The policy definition '{definition}' could not be found.")]
    PolicyDefinitionNotFound { definition: String },
    #[error("The management group '{name}' cannot be found.")]
    ManagementGroupNotFound { name: String },
    #[error("The management group '{name}' has children: it cannot be deleted.")]
    ManagementGroupInUse { name: String },
}

impl AccessError {
    /// Returns the status and the `code` member.
    pub(crate) fn status_and_code(&self) -> (StatusCode, &'static str) {
        match self {
            Self::RoleAssignmentName { .. } => (StatusCode::BAD_REQUEST, "InvalidRoleAssignmentId"),
            Self::RoleDefinitionName { .. } => (StatusCode::BAD_REQUEST, "InvalidRoleDefinitionId"),
            Self::PrincipalName { .. } => (StatusCode::BAD_REQUEST, "InvalidPrincipalId"),
            Self::PrincipalNotFound { .. } => (StatusCode::BAD_REQUEST, "PrincipalNotFound"),
            Self::RoleAssignmentExists { .. } => (StatusCode::CONFLICT, "RoleAssignmentExists"),
            Self::RoleAssignmentUpdate => {
                (StatusCode::BAD_REQUEST, "RoleAssignmentUpdateNotPermitted")
            }
            Self::RoleAssignmentNotFound { .. } => {
                (StatusCode::NOT_FOUND, "RoleAssignmentNotFound")
            }
            Self::RoleDefinitionNotFound { .. } => {
                (StatusCode::NOT_FOUND, "RoleDefinitionDoesNotExist")
            }
            Self::RoleDefinitionInUse { .. } => {
                (StatusCode::BAD_REQUEST, "RoleDefinitionHasAssignments")
            }
            Self::RoleNameTaken { .. } => {
                (StatusCode::CONFLICT, "RoleDefinitionWithSameNameExists")
            }
            Self::RoleRule { .. } => (
                StatusCode::BAD_REQUEST,
                "RoleAssignmentRequestPolicyValidationFailed",
            ),
            Self::NotActivated => (StatusCode::BAD_REQUEST, "RoleAssignmentDoesNotExist"),
            Self::SubjectNotFound => (StatusCode::BAD_REQUEST, "SubjectNotFound"),
            Self::Locked { .. } => (StatusCode::CONFLICT, "ScopeLocked"),
            Self::PolicyDefinitionNotFound { .. } => {
                (StatusCode::NOT_FOUND, "PolicyDefinitionNotFound")
            }
            Self::ManagementGroupNotFound { .. } => (StatusCode::NOT_FOUND, "NotFound"),
            Self::ManagementGroupInUse { .. } => (StatusCode::BAD_REQUEST, "BadRequest"),
        }
    }
}
