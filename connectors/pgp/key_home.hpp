#pragma once
// A GnuPG home folder that lives as long as its object, and the agent that comes with it.

#include "core/base/result.hpp"

#include <string>

namespace usersync::pgp {

/// A new folder, mode 0700, with settings that ask nobody, look nothing up and keep no passphrase. When it dies, the
/// gpg-agent that worked in it is told to end and the folder is removed.
class KeyHome {
public:
    /// `broken`/"pgp_folder_unusable".
    static Result<KeyHome> make(const std::string& folder);

    KeyHome(KeyHome&& other) noexcept;
    KeyHome& operator=(KeyHome&&) = delete;
    ~KeyHome();

    const std::string& path() const { return path_; }

private:
    explicit KeyHome(std::string path);

    std::string path_;
};

}  // namespace usersync::pgp
