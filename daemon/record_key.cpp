#include "daemon/record_key.hpp"

#include "connectors/pgp/pgp_decryptor.hpp"

#include <memory>
#include <optional>
#include <string>

namespace usersync {
namespace {

/// Starting gpg takes longer than composing a hundred tenants, and most never need it.
class LazyKey {
public:
    LazyKey(pgp::PgpOptions options, pgp::PgpSurroundings surroundings)
        : options_(std::move(options)), surroundings_(std::move(surroundings)) {}

    Result<std::string> decrypt(std::string_view message) {
        if (!decryptor_) {
            auto opened = pgp::PgpDecryptor::open(options_, surroundings_);
            if (!opened) return opened.error();
            decryptor_.emplace(std::move(*opened));
        }
        return decryptor_->decrypt(message);
    }

private:
    pgp::PgpOptions options_;
    pgp::PgpSurroundings surroundings_;
    std::optional<pgp::PgpDecryptor> decryptor_;
};

}  // namespace

record::Decrypt decrypt_by(const pgp::PgpOptions& options, const std::filesystem::path& folder,
                           const record::RecordLimits& limits) {
    if (!options.private_key) return {};
    const pgp::PgpSurroundings surroundings{
        .folder = folder.string(), .unpacked_bytes_max = limits.unpacked_bytes_max, .program = {}};
    auto key = std::make_shared<LazyKey>(options, surroundings);
    return [key](std::string_view message) { return key->decrypt(message); };
}

}  // namespace usersync
