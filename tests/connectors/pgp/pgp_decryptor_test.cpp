#include "connectors/pgp/pgp_decryptor.hpp"

#include "tests/connectors/pgp/key_owner.hpp"
#include "tests/support/show_result.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include <chrono>
#include <thread>

using namespace usersync;
using namespace usersync::pgp;
using namespace usersync::test;

namespace {

const std::string us = "sync@shop.example";
const std::string record = "Employee ID;E-mail\n000123;j.jansen@shop.example\n";

PgpOptions with_key(std::string key) { return PgpOptions{.private_key = Secret(std::move(key)), .passphrase = {}}; }

PgpOptions with_key(std::string key, std::string passphrase) {
    return PgpOptions{.private_key = Secret(std::move(key)), .passphrase = Secret(std::move(passphrase))};
}

PgpSurroundings in(const TempDir& folder, std::size_t bytes_max = 1 << 20) {
    return PgpSurroundings{.folder = folder.path(), .unpacked_bytes_max = bytes_max, .program = {}};
}

PgpDecryptor opened(const PgpOptions& options, const TempDir& folder, std::size_t bytes_max = 1 << 20) {
    auto decryptor = PgpDecryptor::open(options, in(folder, bytes_max));
    INFO((decryptor ? std::string() : describe(decryptor.error())));
    REQUIRE(decryptor.has_value());
    return std::move(*decryptor);
}

void check_failure(const Failure& failure, FailureKind kind, const std::string& code) {
    CAPTURE(failure);
    CHECK(failure.kind == kind);
    CHECK(failure.code == code);
    CHECK(failure.where == "pgp");
}

void check_refused(const Result<std::string>& plain, FailureKind kind, const std::string& code) {
    REQUIRE_FALSE(plain);
    check_failure(plain.error(), kind, code);
}

bool is_a_number(const std::string& name) { return name.find_first_not_of("0123456789") == std::string::npos; }

/// Programs that were started with a path within this folder as an argument, and have not ended.
std::vector<std::string> programs_at_work_in(const TempDir& folder) {
    std::vector<std::string> found;
    for (const auto& process : std::filesystem::directory_iterator("/proc")) {
        if (!is_a_number(process.path().filename())) continue;
        const auto command = TempDir::read(process.path() / "cmdline");
        if (command.find(folder.path().string()) != std::string::npos) found.push_back(command);
    }
    return found;
}

/// An agent that was told to end needs a moment for it.
bool all_end_in(const TempDir& folder) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!programs_at_work_in(folder).empty()) {
        if (std::chrono::steady_clock::now() > until) return false;
        std::this_thread::yield();
    }
    return true;
}

}  // namespace

TEST_CASE("a record that is encrypted for us is read, armoured or binary, the key armoured or binary",
          "[connectors][pgp]") {
    const auto armour = GENERATE(Armour::yes, Armour::no);
    const TempDir folder;
    const KeyOwner customer;
    customer.make_key(us);
    auto decryptor = opened(with_key(customer.private_key(us, "", armour)), folder);

    const auto binary = decryptor.decrypt(customer.encrypt(record, us));
    const auto armoured = decryptor.decrypt(customer.encrypt(record, us, {"--armor"}));

    REQUIRE(binary);
    CHECK(*binary == record);
    REQUIRE(armoured);
    CHECK(*armoured == record);
}

TEST_CASE("a record that is signed before it is encrypted is read, though we do not know the signer",
          "[connectors][pgp]") {
    const TempDir folder;
    const KeyOwner we;
    const KeyOwner customer;
    we.make_key(us);
    customer.make_key("hr@shop.example");
    customer.know(we.public_key(us));
    auto decryptor = opened(with_key(we.private_key(us)), folder);

    const auto plain = decryptor.decrypt(customer.encrypt(record, us, {"--sign", "--local-user", "hr@shop.example"}));

    REQUIRE(plain);
    CHECK(*plain == record);
}

TEST_CASE("a private key that is protected is used with its passphrase", "[connectors][pgp]") {
    const TempDir folder;
    const KeyOwner customer;
    customer.make_key(us, "open sésame");
    auto decryptor = opened(with_key(customer.private_key(us, "open sésame"), "open sésame"), folder);
    const auto message = customer.encrypt(record, us);

    const auto first = decryptor.decrypt(message);
    const auto second = decryptor.decrypt(message);

    REQUIRE(first);
    CHECK(*first == record);
    CHECK(second == first);
}

TEST_CASE("a wrong or missing passphrase is our fault, not the record's", "[connectors][pgp]") {
    const TempDir folder;
    const KeyOwner customer;
    customer.make_key(us, "open sesame");
    const auto key = customer.private_key(us, "open sesame");
    const auto message = customer.encrypt(record, us);

    SECTION("wrong") {
        check_refused(opened(with_key(key, "open barley"), folder).decrypt(message), FailureKind::blocked,
                      "pgp_bad_passphrase");
    }
    SECTION("missing") {
        check_refused(opened(with_key(key), folder).decrypt(message), FailureKind::blocked, "pgp_bad_passphrase");
    }
}

TEST_CASE("a record for another key is refused, and the key that it is for is named", "[connectors][pgp]") {
    const TempDir folder;
    const KeyOwner customer;
    customer.make_key(us);
    customer.make_key("other@shop.example");
    const auto listing = customer.run({"--with-colons", "--list-keys", "other@shop.example"});
    auto decryptor = opened(with_key(customer.private_key(us)), folder);

    const auto plain = decryptor.decrypt(customer.encrypt(record, "other@shop.example"));

    check_refused(plain, FailureKind::rejected, "pgp_wrong_key");
    CHECK(plain.error().detail.find("encrypted for other keys than ours: ") != std::string::npos);
    const auto key_id = plain.error().detail.substr(plain.error().detail.rfind(' ') + 1);
    CHECK(key_id.size() == 16);
    CHECK(listing.find(":" + key_id + ":") != std::string::npos);
}

TEST_CASE("a record that is encrypted with a password is refused, even when it is our passphrase",
          "[connectors][pgp]") {
    const TempDir folder;
    const KeyOwner customer;
    customer.make_key(us, "open sesame");
    const auto message = customer.run({"--passphrase", "open sesame", "--symmetric"}, record);
    const auto key = customer.private_key(us, "open sesame");

    check_refused(opened(with_key(key, "open sesame"), folder).decrypt(message), FailureKind::rejected,
                  "pgp_wrong_key");
    check_refused(opened(with_key(key, "open barley"), folder).decrypt(message), FailureKind::rejected,
                  "pgp_wrong_key");
    check_refused(opened(with_key(key), folder).decrypt(message), FailureKind::rejected, "pgp_wrong_key");
}

TEST_CASE("a damaged message is refused as a whole", "[connectors][pgp]") {
    const TempDir folder;
    const KeyOwner customer;
    customer.make_key(us);
    auto decryptor = opened(with_key(customer.private_key(us)), folder);
    std::string long_record;
    for (int row = 0; row < 5000; ++row) long_record += std::to_string(row * 7919) + ";" + record;
    const auto message = customer.encrypt(long_record, us);
    const auto damaged = [&](const std::string& bytes) {
        check_refused(decryptor.decrypt(bytes), FailureKind::rejected, "damaged_pgp");
    };

    SECTION("cut off") {
        damaged(message.substr(0, message.size() / 2));
        damaged(message.substr(0, message.size() - 1));
        damaged(message.substr(0, 100));
        damaged(message.substr(0, 3));
    }
    SECTION("cut off within its armour") {
        const auto armoured = customer.encrypt(long_record, us, {"--armor"});
        damaged(armoured.substr(0, armoured.size() / 2));
    }
    SECTION("one bit changed") {
        auto changed = message;
        changed[changed.size() - 40] ^= 1;
        damaged(changed);
    }
    SECTION("without integrity protection") {
        const auto old = customer.encrypt(record, us, {"--rfc2440", "--disable-mdc", "--cipher-algo", "3DES"});
        damaged(old);
        CHECK(decryptor.decrypt(old).error().detail.find("integrity protection") != std::string::npos);
    }
    SECTION("no message at all") {
        damaged("");
        damaged(record);
        damaged("-----BEGIN PGP MESSAGE-----\n\n-----END PGP MESSAGE-----\n");
    }
    SECTION("signed only, in the clear otherwise") { damaged(customer.run({"--local-user", us, "--sign"}, record)); }

    const auto afterwards = decryptor.decrypt(message);
    REQUIRE(afterwards);
    CHECK(*afterwards == long_record);
}

TEST_CASE("what is encrypted may be as large as the limit and no larger, however small it was packed",
          "[connectors][pgp]") {
    const TempDir folder;
    const KeyOwner customer;
    customer.make_key(us);
    constexpr std::size_t limit = 1 << 20;
    auto decryptor = opened(with_key(customer.private_key(us)), folder, limit);
    const auto at_the_limit = customer.encrypt(std::string(limit, 'x'), us);
    const auto bomb = customer.encrypt(std::string(200 * limit, 'x'), us, {"--compress-algo", "zlib"});
    REQUIRE(bomb.size() < limit);

    const auto whole = decryptor.decrypt(at_the_limit);
    REQUIRE(whole);
    CHECK(whole->size() == limit);
    check_refused(decryptor.decrypt(bomb), FailureKind::rejected, "too_large_unpacked");
    check_refused(decryptor.decrypt(customer.encrypt(std::string(limit + 1, 'x'), us)), FailureKind::rejected,
                  "too_large_unpacked");
    CHECK(decryptor.decrypt(at_the_limit).has_value());
}

TEST_CASE("while a key is replaced, records for the old and for the new one are both read", "[connectors][pgp]") {
    const TempDir folder;
    const KeyOwner customer;
    customer.make_key("old@sync.example");
    customer.make_key("new@sync.example");
    const auto both = GENERATE(as<int>{}, 0, 1, 2);
    const auto armour = both == 2 ? Armour::no : Armour::yes;
    const auto keys = both == 0 ? customer.private_key("sync.example")
                                : customer.private_key("old@sync.example", "", armour) +
                                      customer.private_key("new@sync.example", "", armour);
    CAPTURE(both);
    auto decryptor = opened(with_key(keys), folder);

    const auto old_one = decryptor.decrypt(customer.encrypt(record, "old@sync.example"));
    const auto new_one = decryptor.decrypt(customer.encrypt(record, "new@sync.example"));

    REQUIRE(old_one);
    CHECK(*old_one == record);
    REQUIRE(new_one);
    CHECK(*new_one == record);
}

TEST_CASE("a configured key that cannot decrypt anything is said at once", "[connectors][pgp]") {
    const TempDir folder;
    const KeyOwner customer;
    customer.make_key(us);
    customer.make_signing_key("signs@shop.example");
    const auto check_bad = [&](const std::string& key) {
        const auto decryptor = PgpDecryptor::open(with_key(key), in(folder));
        REQUIRE_FALSE(decryptor.has_value());
        check_failure(decryptor.error(), FailureKind::blocked, "pgp_bad_key");
        CHECK(decryptor.error().detail.find("BEGIN") == std::string::npos);
    };
    const auto key = customer.private_key(us);

    SECTION("not a key") {
        check_bad("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n");
    }
    SECTION("empty") { check_bad(""); }
    SECTION("cut off") { check_bad(key.substr(0, key.size() / 3)); }
    SECTION("public") { check_bad(customer.public_key(us)); }
    SECTION("only for signing") { check_bad(customer.private_key("signs@shop.example")); }
    CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("without a private key there is nothing to decrypt with", "[connectors][pgp]") {
    const TempDir folder;

    const auto decryptor = PgpDecryptor::open(PgpOptions{}, in(folder));

    REQUIRE_FALSE(decryptor.has_value());
    check_failure(decryptor.error(), FailureKind::blocked, "pgp_no_key");
}

TEST_CASE("a missing gpg program and an unusable folder are told apart from a bad key", "[connectors][pgp]") {
    const TempDir folder;
    const KeyOwner customer;
    customer.make_key(us);
    const auto options = with_key(customer.private_key(us));
    const auto code_in = [&](PgpSurroundings surroundings) {
        const auto decryptor = PgpDecryptor::open(options, surroundings);
        REQUIRE_FALSE(decryptor.has_value());
        CHECK(decryptor.error().kind == FailureKind::broken);
        return decryptor.error().code;
    };

    auto surroundings = in(folder);
    surroundings.program = "/nonexistent/gpg";
    CHECK(code_in(surroundings) == "gpg_missing");
    surroundings = in(folder);
    surroundings.folder = "/nonexistent/folder";
    CHECK(code_in(surroundings) == "pgp_folder_unusable");
    surroundings.folder = folder / std::string(100, 'x');
    std::filesystem::create_directory(surroundings.folder);
    CHECK(code_in(surroundings) == "pgp_folder_unusable");
}

TEST_CASE("the key ring is private to us while it lives, and neither it nor its agent stays behind",
          "[connectors][pgp]") {
    const TempDir folder;
    const KeyOwner customer;
    customer.make_key(us, "open sesame");
    {
        auto decryptor = opened(with_key(customer.private_key(us, "open sesame"), "open sesame"), folder);
        REQUIRE(decryptor.decrypt(customer.encrypt(record, us)).has_value());

        const auto home = std::filesystem::directory_iterator(folder.path())->path();
        struct stat status {};
        REQUIRE(::stat(home.c_str(), &status) == 0);
        CHECK((status.st_mode & 0777) == 0700);
        const auto programs = programs_at_work_in(folder);
        REQUIRE(programs.size() == 1);
        CHECK(programs[0].find("gpg-agent") != std::string::npos);
    }

    CHECK(std::filesystem::is_empty(folder.path()));
    CHECK(all_end_in(folder));
}

TEST_CASE("an agent that was lost is started again", "[connectors][pgp]") {
    const TempDir folder;
    const KeyOwner customer;
    customer.make_key(us);
    auto decryptor = opened(with_key(customer.private_key(us)), folder);
    const auto message = customer.encrypt(record, us);
    REQUIRE(decryptor.decrypt(message).has_value());
    const auto home = std::filesystem::directory_iterator(folder.path())->path();

    std::filesystem::remove(home / "S.gpg-agent");
    REQUIRE(all_end_in(folder));

    const auto plain = decryptor.decrypt(message);
    REQUIRE(plain);
    CHECK(*plain == record);
}
