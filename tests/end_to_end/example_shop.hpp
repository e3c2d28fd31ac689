#pragma once
// The example that the pages show (docs/example), as it is when its first record has just been taken in.

#include "tests/support/program.hpp"
#include "tests/support/temp_dir.hpp"

#include <memory>
#include <string>
#include <vector>

namespace usersync::test {

/// The tenant "shop" alone, with a sandbox as its network and a folder in place of its SFTP server. Nothing else is
/// changed, and every rule stands in the line that it has in the example.
class ExampleShop {
public:
    /// `users`: who is in the network already, as network.json has them. Ids are the same each time.
    explicit ExampleShop(std::string users = "[]");

    /// The example's files as they were, without what commands have left beside them.
    void write_files();

    struct Answer {
        int exit_code = 0;
        std::vector<std::string> lines;  ///< of standard output and standard error
    };
    /// What a shell answers to each of these commands, one after the other, in the example's folder, which it calls
    /// /srv/example; the sandbox's files are ../sandbox.json and ../network.json. `usersyncd` is the real one, asked
    /// about this environment on this day, by root; $rest and $token are the network's address and its REST token.
    std::vector<Answer> type(const std::vector<std::string>& commands, const std::string& today);

    /// What a sandbox that is started with this command prints first, with its port as the command has it and without
    /// its tokens. It gets another port, and another state file than ../sandbox.json; it is stopped at once.
    std::string first_line_of(const std::string& command);

    /// The network and everything that ever happened in it.
    std::string network() const;

private:
    void start_sandbox(const std::string& users);

    TempDir dir_;
    std::unique_ptr<Program> sandbox_;
    std::string url_;
    std::string token_;
};

}  // namespace usersync::test
