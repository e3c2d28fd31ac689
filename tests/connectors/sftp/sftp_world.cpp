#include "tests/connectors/sftp/sftp_world.hpp"

#include "connectors/sftp/sftp_source.hpp"

#include <filesystem>

namespace usersync::test {

SftpWorld::SftpWorld(const SshdOptions& server) : sshd_(server), peer_(sshd_.port()), files_(sshd_.folder()) {
    options_.host = "127.0.0.1";
    options_.port = peer_.port();
    options_.user = sshd_.user();
    options_.private_key = Secret(sshd_.private_key());
    options_.host_keys = {sshd_.host_key(server.host_key_types.front())};
    options_.folder = sshd_.folder().string();
    options_.pickup.pattern = "*.csv";
    options_.pickup.bytes_max = 1 << 20;
}

sftp::SftpOptions& SftpWorld::options() {
    source_.reset();
    return options_;
}

Source& SftpWorld::source() {
    if (!source_) source_ = sftp::make_sftp_source(options_, clock_, lane_.get_executor());
    return *source_;
}

void SftpWorld::put(const std::string& name, const std::string& bytes) {
    files_.put(name, bytes);
    if (growing_ == name) growing_.reset();
}

void SftpWorld::put_growing(const std::string& name, const std::string& bytes) {
    files_.put(name, bytes);
    growing_ = name;
}

void SftpWorld::while_waiting() {
    if (growing_) files_.grow(*growing_);
}

bool SftpWorld::put_folder_and_link() {
    files_.put_folder_and_link();
    return true;
}

bool SftpWorld::take_folder_away() { return std::filesystem::remove(files_.path()); }

}  // namespace usersync::test
