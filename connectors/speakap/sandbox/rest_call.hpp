#pragma once
// One REST call on its way through the sandbox, and the routes it may take.

#include "connectors/http/message.hpp"
#include "connectors/speakap/sandbox/lookup.hpp"
#include "connectors/speakap/sandbox/sandbox_state.hpp"
#include "core/base/time.hpp"

#include <boost/system/result.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace usersync::sandbox {

struct Call {
    SandboxState& state;
    const http::Request& request;
    std::string_view path;              ///< "/networks/{n}/users/"
    std::string_view query;             ///< without '?'
    std::vector<std::string> captured;  ///< what stood for each {} of the route
    Time now{};
    Lookup* lookup;  ///< of `state`; never null
};

/// Something read from a call, or the refusal to send back.
template <class T>
using Asked = boost::system::result<T, http::Response>;

// The routes, one function each; paths are relative to /networks/{n}/.
http::Response get_network(Call& call);              // GET  ""
http::Response list_users(Call& call);               // GET  users/
http::Response get_user(Call& call);                 // GET  users/{}/
http::Response get_user_status(Call& call);          // GET  users/{}/status
http::Response add_to_groups(Call& call);            // POST users/{}/groups/add
http::Response remove_from_groups(Call& call);       // POST users/{}/groups/remove
http::Response invite(Call& call);                   // POST invite
http::Response list_memberships(Call& call);         // GET  memberships/
http::Response get_membership(Call& call);           // GET  memberships/{}/
http::Response create_membership(Call& call);        // POST memberships/
http::Response delete_membership(Call& call);        // DELETE memberships/{}/
http::Response list_groups(Call& call);              // GET  groups/
http::Response get_group(Call& call);                // GET  groups/{}/
http::Response leave_as_person(Call& call);          // POST groups/{}/leave
http::Response create_basic_group(Call& call);       // POST groups/
http::Response create_business_unit(Call& call);     // POST business-units/
http::Response create_department(Call& call);        // POST departments/
http::Response create_local_department(Call& call);  // POST local-departments/
http::Response list_roles(Call& call);               // GET  roles/
http::Response get_role(Call& call);                 // GET  roles/{}/
http::Response create_role(Call& call);              // POST roles/
http::Response update_role(Call& call);              // PUT  roles/{}/
http::Response delete_role(Call& call);              // DELETE roles/{}/
http::Response change_roles(Call& call);             // POST changeroles
http::Response search(Call& call);                   // GET  search/
http::Response list_labels(Call& call);              // GET  labels/
http::Response get_label(Call& call);                // GET  labels/{}/
http::Response count_activated(Call& call);          // GET  stats/activated-users

/// True when the app was granted this permission, or everything.
bool permits(const SandboxState& state, std::string_view permission);

}  // namespace usersync::sandbox
