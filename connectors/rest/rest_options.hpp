#pragma once
// A declaration with what a tenant filled in.

#include "connectors/rest/turns.hpp"
#include "core/base/fingerprint.hpp"
#include "core/base/secret.hpp"
#include "core/base/time.hpp"
#include "core/rest/connector.hpp"

#include <cstddef>
#include <memory>
#include <string>

namespace usersync::rest_api {

struct RestOptions {
    rest::Connector connector;
    rest::Values values;
    Fingerprint declaration;       ///< of the declaration and the settings, as they are written
    std::string ca_file;           ///< PEM bundle instead of the system's; for a proxy or a test
    std::string certificate_file;  ///< PEM chain that says who we are; empty: nobody
    Secret certificate_key;        ///< its private key, PEM
    std::string state_folder;      ///< this source's own; empty: nothing is kept from one process to the next
    std::shared_ptr<Turns> turns;  ///< of all who ask with this folder; null: nobody else does
    Duration read_max = std::chrono::hours(1);  ///< for reading everything
    bool keeps_record = true;  ///< false: a look beside the runs, which must not change what they rest on
    std::size_t bytes_max = std::size_t{1} << 30;  ///< of a record; a larger one is a failure
};

}  // namespace usersync::rest_api
