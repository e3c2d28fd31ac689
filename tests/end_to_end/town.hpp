#pragma once
// A whole environment as an operator has it: the real program, a sandbox network, files on disk.

#include "tests/support/program.hpp"
#include "tests/support/temp_dir.hpp"

#include <memory>
#include <string>
#include <vector>

namespace usersync::test {

/// One tenant "shop" with a folder as its source and a sandbox as its network.
class Town {
public:
    /// `sandbox_arguments`: e.g. {"--fault", "POST:/scim/Users:1:lost"}.
    explicit Town(std::vector<std::string> sandbox_arguments = {});

    /// Starts the sandbox again on its state; the addresses change, so the configuration is written anew.
    void restart_sandbox(std::vector<std::string> sandbox_arguments = {});

    void deliver(const std::string& name, const std::vector<std::string>& lines);
    void deliver_bytes(const std::string& name, const std::string& bytes);
    Finished usersyncd(std::vector<std::string> arguments, ProgramOptions options = {});
    std::unique_ptr<Program> serve();

    /// The id of the plan that waits; empty when none does.
    std::string held_plan();

    /// "well", "attention" or "failed".
    std::string health();

    // ---- the network, from the sandbox's state file ----
    int invitations(const std::string& key) const;
    std::size_t people() const;
    std::string shown() const;          ///< `usersyncd sandbox show`
    std::string sandbox_state() const;  ///< all of it, as JSON

    std::string binary() const { return binary_; }
    const TempDir& dir() const { return dir_; }
    std::string config_folder() const { return (dir_ / "env").string(); }
    Program& sandbox() { return *sandbox_; }
    std::string rest_url() const { return rest_; }

    std::string schedule = "daily";
    std::string extra_target;   ///< further lines of [target]
    std::string extra_tables;   ///< further tables of tenant.toml
    std::string extra_service;  ///< further tables of usersync.toml

    void write_configuration();

private:
    void start_sandbox(std::vector<std::string> arguments);

    std::string binary_;
    TempDir dir_;
    std::unique_ptr<Program> sandbox_;
    std::string rest_;
    std::string scim_;
    std::string network_;
    std::string token_;
    std::string scim_token_;
};

}  // namespace usersync::test
