#include "tests/connectors/ldap/play_directory.hpp"

#include <lber.h>
#include <ldap.h>
#include <openldap.h>

#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>
#include <utility>

namespace usersync::test {
namespace {

void send(Sockbuf* wire, BerElement* message) { ber_flush2(wire, message, LBER_FLUSH_FREE_ALWAYS); }

void send_entry(Sockbuf* wire, ber_int_t number, const ldap::Entry& entry) {
    auto* message = ber_alloc_t(LBER_USE_DER);
    ber_printf(message, "{it{s{", number, LDAP_RES_SEARCH_ENTRY, entry.dn.c_str());
    for (const auto& attribute : entry.attributes) {
        ber_printf(message, "{s[", attribute.name.c_str());
        for (const auto& value : attribute.values) ber_printf(message, "o", value.data(), ber_len_t{value.size()});
        ber_printf(message, "]}");
    }
    ber_printf(message, "}}}");
    send(wire, message);
}

void send_referral(Sockbuf* wire, ber_int_t number, const std::string& url) {
    auto* message = ber_alloc_t(LBER_USE_DER);
    ber_printf(message, "{it{s}}", number, LDAP_RES_SEARCH_REFERENCE, url.c_str());
    send(wire, message);
}

void send_end(Sockbuf* wire, ber_int_t number, const Answer& answer) {
    auto* place = ber_alloc_t(LBER_USE_DER);
    ber_printf(place, "{io}", 0, answer.cookie.data(), ber_len_t{answer.cookie.size()});
    berval value{};
    ber_flatten2(place, &value, 0);
    auto* message = ber_alloc_t(LBER_USE_DER);
    ber_printf(message, "{it{ess}t{{sO}}}", number, LDAP_RES_SEARCH_RESULT, answer.code, "", "", LDAP_TAG_CONTROLS,
               LDAP_CONTROL_PAGEDRESULTS, &value);
    send(wire, message);
    ber_free(place, 1);
}

Asked read_search(BerElement* message) {
    Asked asked;
    berval base{};
    ber_int_t ignored = 0;
    berval filter{};
    ber_scanf(message, "{meeiib", &base, &ignored, &ignored, &ignored, &ignored, &ignored);
    asked.base = std::string(base.bv_val, base.bv_len);
    ber_skip_element(message, &filter);
    char** names = nullptr;
    ber_scanf(message, "{v}", &names);
    for (char** name = names; name != nullptr && *name != nullptr; ++name) asked.attributes.emplace_back(*name);
    ber_memvfree(reinterpret_cast<void**>(names));
    return asked;
}

}  // namespace

PlayDirectory::PlayDirectory(std::function<Answer(const Asked&)> answer) : answer_(std::move(answer)) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) throw std::runtime_error("no sockets");
    duplicate_ = session::Descriptor(::dup(ends[0]));
    ::ldap* session = nullptr;
    if (::ldap_init_fd(ends[0], LDAP_PROTO_TCP, "ldap://play", &session) != LDAP_SUCCESS) {
        throw std::runtime_error("no session");
    }
    session_.reset(session);
    const int version = LDAP_VERSION3;
    ::ldap_set_option(session, LDAP_OPT_PROTOCOL_VERSION, &version);
    thread_ = std::thread([this, connection = ends[1]] { serve(connection); });
}

PlayDirectory::~PlayDirectory() {
    session_.reset();
    ::shutdown(duplicate_.get(), SHUT_RDWR);
    thread_.join();
}

void PlayDirectory::serve(int connection) {
    auto* wire = ber_sockbuf_alloc();
    ber_sockbuf_add_io(wire, &ber_sockbuf_io_tcp, LBER_SBIOD_LEVEL_PROVIDER, nullptr);
    ber_sockbuf_ctrl(wire, LBER_SB_OPT_SET_FD, &connection);
    bool goes_on = true;
    while (goes_on) {
        auto* message = ber_alloc_t(LBER_USE_DER);
        ber_len_t length = 0;
        ber_int_t number = 0;
        if (ber_get_next(wire, &length, message) != LDAP_TAG_MESSAGE ||
            ber_scanf(message, "i", &number) == LBER_ERROR || ber_peek_tag(message, &length) != LDAP_REQ_SEARCH) {
            goes_on = false;
        } else {
            const auto answer = answer_(read_search(message));
            for (const auto& entry : answer.entries) send_entry(wire, number, entry);
            if (!answer.referral.empty()) send_referral(wire, number, answer.referral);
            goes_on = !answer.hang_up;
            if (goes_on) send_end(wire, number, answer);
        }
        ber_free(message, 1);
    }
    ber_sockbuf_free(wire);
}

}  // namespace usersync::test
