#pragma once
// The ids of the domain, each its own type.

#include "core/base/strong.hpp"

#include <cstdint>

namespace usersync {

using TenantId = Strong<struct TenantIdTag>;  ///< the tenant's folder name, e.g. "shop"

/// The customer's employee id. It is the XID of the person in Speakap, the userName and the externalId in
/// SCIM: "unique across the whole network, should never change; the anchor for every mutation".
using EmployeeKey = Strong<struct EmployeeKeyTag>;

// Speakap's ids. An EID is an opaque string, printed as 16 hexadecimal digits; SCIM ids are another space.
using NetworkEid = Strong<struct NetworkEidTag>;
using UserEid = Strong<struct UserEidTag>;
using GroupEid = Strong<struct GroupEidTag>;
using MembershipEid = Strong<struct MembershipEidTag>;
using ScimId = Strong<struct ScimIdTag>;

/// A role in the network: a built-in key ("member", "admin") or the EID of a custom role.
using RoleId = Strong<struct RoleIdTag>;

using SnapshotId = Strong<struct SnapshotIdTag, std::int64_t>;  ///< 1, 2, 3 … within a tenant; 0 is none
using RunId = Strong<struct RunIdTag, std::int64_t>;            ///< 1, 2, 3 … within a tenant; 0 is none

using PlanId = Strong<struct PlanIdTag>;              ///< the plan's fingerprint in hexadecimal
using OperationKey = Strong<struct OperationKeyTag>;  ///< the same plan always gives the same keys

}  // namespace usersync
