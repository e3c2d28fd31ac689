#pragma once
// Each preset with a tenant's settings, and the vendor that answers it.

#include "core/rest/template_text.hpp"
#include "tests/connectors/rest/vendors/vendors.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace usersync::test {

/// What of a person a preset brings by itself.
struct Brings {
    bool job = true;
    bool phone = true;
    bool location = true;
    bool department = true;
    bool start = true;
    bool end = true;
};

struct Settled {
    std::string preset;
    rest::Values values;
    std::function<std::unique_ptr<vendors::Vendor>(std::vector<vendors::Person>)> vendor;
    Brings brings;
};

const std::vector<Settled>& all_settled();
const Settled& settled(const std::string& preset);

}  // namespace usersync::test
