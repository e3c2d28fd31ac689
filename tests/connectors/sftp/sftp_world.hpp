#pragma once
// An SFTP source before a real sshd, with a proxy between them that can fail.

#include "connectors/sftp/sftp_options.hpp"
#include "tests/contract/file_folder.hpp"
#include "tests/contract/source_contract.hpp"
#include "tests/support/sshd.hpp"
#include "tests/support/stalling_peer.hpp"

#include <boost/asio/thread_pool.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace usersync::test {

class SftpWorld final : public SourceWorld {
public:
    explicit SftpWorld(const SshdOptions& server = {});

    boost::asio::io_context& context() override { return context_; }
    ManualClock& clock() override { return clock_; }
    Source& source() override;

    /// What the source is made with at its first use, and again after each change.
    sftp::SftpOptions& options();
    Sshd& sshd() { return sshd_; }
    StallingPeer& peer() { return peer_; }
    FileFolder& files() { return files_; }
    boost::asio::any_io_executor lane() { return lane_.get_executor(); }

    void put(const std::string& name, const std::string& bytes) override;
    void put_growing(const std::string& name, const std::string& bytes) override;
    void while_waiting() override;
    bool has(const std::string& name) const override { return files_.has(name); }
    std::vector<std::string> archive() const override { return files_.archive(); }
    bool put_folder_and_link() override;
    bool take_folder_away() override;

private:
    Sshd sshd_;
    StallingPeer peer_;
    FileFolder files_;
    boost::asio::io_context context_;
    ManualClock clock_{context_};
    boost::asio::thread_pool lane_{1};
    sftp::SftpOptions options_;
    std::unique_ptr<Source> source_;
    std::optional<std::string> growing_;
};

}  // namespace usersync::test
