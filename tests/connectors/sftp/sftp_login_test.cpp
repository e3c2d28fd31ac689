#include "tests/connectors/sftp/password_server.hpp"
#include "tests/connectors/sftp/sftp_world.hpp"
#include "tests/support/show_result.hpp"
#include "tests/support/temp_dir.hpp"

#include <catch2/catch.hpp>

#include <filesystem>

using namespace usersync;
using namespace usersync::test;

namespace {

SshdOptions with_keys(std::vector<std::string> types) {
    SshdOptions options;
    options.host_key_types = std::move(types);
    return options;
}

void check_blocked(const Result<Fetched>& fetched, const std::string& code) {
    REQUIRE_FALSE(fetched);
    CHECK(fetched.error().kind == FailureKind::blocked);
    CHECK(fetched.error().code == code);
    CHECK(fetched.error().where == "sftp");
}

/// A pin that has the right form and is nobody's.
const std::string strange_pin = "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

}  // namespace

TEST_CASE("a server whose host key is not pinned is not spoken to, and its fingerprint is told", "[connectors][sftp]") {
    SftpWorld world;
    world.options().host_keys = {strange_pin};

    const auto fetched = fetch(world);

    check_blocked(fetched, "host_key_mismatch");
    CHECK(fetched.error().detail.find(world.sshd().host_key()) != std::string::npos);
    CHECK(world.sshd().log().find("Accepted") == std::string::npos);
}

TEST_CASE("without a pinned host key nothing is connected to", "[connectors][sftp]") {
    SftpWorld world;
    world.options().host_keys.clear();

    const auto fetched = fetch(world);

    check_blocked(fetched, "host_key_not_pinned");
    CHECK(world.peer().connections() == 0);
}

TEST_CASE("one of several pinned host keys is enough, so that a key can be changed in peace", "[connectors][sftp]") {
    SftpWorld world;
    world.options().host_keys = {strange_pin, world.sshd().host_key() + "="};

    const auto fetched = fetch(world);

    CHECK(fetched);
}

TEST_CASE("the pinned host key is found whatever type the server prefers, and is asked for first from then on",
          "[connectors][sftp]") {
    const auto type = GENERATE(as<std::string>{}, "ed25519", "ecdsa", "rsa");
    SftpWorld world(with_keys({"rsa", "ecdsa", "ed25519"}));
    world.options().host_keys = {world.sshd().host_key(type)};
    CAPTURE(type);

    const auto first = fetch(world);
    const auto connections = world.peer().connections();
    const auto second = fetch(world);

    CHECK(first);
    CHECK(second);
    CHECK(world.peer().connections() == connections + 1);
}

TEST_CASE("a pinned host key of a type that the server no longer has is a mismatch", "[connectors][sftp]") {
    SftpWorld world(with_keys({"ecdsa"}));
    world.options().host_keys = {strange_pin};

    const auto fetched = fetch(world);

    check_blocked(fetched, "host_key_mismatch");
    CHECK(fetched.error().detail.find(world.sshd().host_key("ecdsa")) != std::string::npos);
}

TEST_CASE("a key that the server does not know is refused", "[connectors][sftp]") {
    const TempDir dir;
    SftpWorld world;
    world.options().private_key = Secret(make_key_pair(dir / "other", {"-t", "ed25519", "-N", ""}));

    const auto fetched = fetch(world);

    check_blocked(fetched, "login_refused");
}

TEST_CASE("a wrong password is refused, and does not appear in the failure", "[connectors][sftp]") {
    SftpWorld world;
    world.options().private_key = Secret();
    world.options().password = Secret("correct horse battery staple");

    const auto fetched = fetch(world);

    check_blocked(fetched, "login_refused");
    CHECK(describe(fetched.error()).find("horse") == std::string::npos);
}

TEST_CASE("an account without key and password is refused", "[connectors][sftp]") {
    SftpWorld world;
    world.options().private_key = Secret();

    const auto fetched = fetch(world);

    check_blocked(fetched, "login_refused");
}

TEST_CASE("private keys are accepted in the forms that ssh-keygen writes", "[connectors][sftp]") {
    const auto arguments = GENERATE(values<std::vector<std::string>>({
        {"-t", "ed25519", "-N", "open sesame"},
        {"-t", "ecdsa", "-N", "open sesame"},
        {"-t", "rsa", "-N", "open sesame"},
        {"-t", "rsa", "-m", "PEM", "-N", "open sesame"},
        {"-t", "rsa", "-m", "PEM", "-N", ""},
    }));
    const TempDir dir;
    SftpWorld world;
    world.options().private_key = Secret(make_key_pair(dir / "client", arguments));
    world.options().private_key_passphrase = Secret(arguments.back());
    world.sshd().let_in(dir / "client.pub");
    CAPTURE(arguments);

    CHECK(fetch(world));
}

TEST_CASE("a private key that cannot be read is our mistake to mend, and is not shown", "[connectors][sftp]") {
    const TempDir dir;
    SftpWorld world;
    SECTION("it is not a key at all") { world.options().private_key = Secret("a key once stood here"); }
    SECTION("it is damaged") { world.options().private_key = Secret(world.sshd().private_key().substr(0, 150)); }
    SECTION("its passphrase is wrong") {
        world.options().private_key = Secret(make_key_pair(dir / "client", {"-t", "ed25519", "-N", "open sesame"}));
        world.options().private_key_passphrase = Secret("open barley");
    }
    SECTION("its passphrase is missing, and nobody is asked for it") {
        world.options().private_key =
            Secret(make_key_pair(dir / "client", {"-t", "rsa", "-m", "PEM", "-N", "open sesame"}));
    }

    const auto fetched = fetch(world);

    check_blocked(fetched, "bad_private_key");
    CHECK(describe(fetched.error()).find("sesame") == std::string::npos);
    CHECK(world.sshd().log().find("Accepted") == std::string::npos);
}

TEST_CASE("an account that may log in but has no file transfer blocks", "[connectors][sftp]") {
    SshdOptions options;
    options.file_transfer = FileTransfer::refused;
    SftpWorld world(options);

    const auto fetched = fetch(world);

    check_blocked(fetched, "sftp_refused");
}

TEST_CASE("a password opens the door, by either way a server may ask for it", "[connectors][sftp]") {
    const auto way = GENERATE(PasswordWay::password, PasswordWay::questions);
    const PasswordServer server(way, "correct horse");
    SftpWorld world;
    world.options().port = server.port();
    world.options().host_keys = {server.host_key()};
    world.options().private_key = Secret();

    SECTION("the right one: the server, which has no file transfer, is reached") {
        world.options().password = Secret("correct horse");
        const auto fetched = fetch(world);
        check_blocked(fetched, "sftp_refused");
    }
    SECTION("a wrong one") {
        world.options().password = Secret("wrong horse");
        const auto fetched = fetch(world);
        check_blocked(fetched, "login_refused");
    }
}
