#pragma once
// How to reach a tenant's directory, and what of it is the employee record.

#include "core/base/secret.hpp"
#include "core/base/time.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace usersync::ldap {

/// There is no third way: neither a password nor a person goes over the wire unencrypted.
enum class Encryption {
    from_the_start,  ///< ldaps://
    start_tls,       ///< ldap://, and nothing is sent before the connection is encrypted
};

enum class Scope {
    subtree,    ///< the base and all below it
    one_level,  ///< what stands directly below the base
    base,       ///< the base alone
};

struct LdapOptions {
    std::string host;
    std::uint16_t port = 636;
    Encryption encryption = Encryption::from_the_start;
    std::string ca_file;  ///< PEM; empty: the authorities that the system trusts
    std::string bind_dn;  ///< or what the directory takes in its place, such as "sync@shop.example"
    Secret password;
    std::string base;
    Scope scope = Scope::subtree;
    std::string filter;
    std::vector<std::string> attributes;    ///< the columns of the record, in this order
    std::uint32_t page_size = 500;          ///< entries asked for at once; 0: all, for servers without pages
    std::uint64_t entries_max = 1'000'000;  ///< more are no record of one tenant
    std::uint64_t bytes_max = std::uint64_t{256} << 20;
    Duration idle_max = std::chrono::seconds(60);  ///< without any answer for this long, the server is given up
};

}  // namespace usersync::ldap
