#include "tests/connectors/sftp/password_server.hpp"

#include "tests/support/listener.hpp"
#include "tests/support/sshd.hpp"

#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <libssh/server.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <utility>

namespace usersync::test {
namespace {

struct FreeBind {
    void operator()(ssh_bind_struct* bind) const { ssh_bind_free(bind); }
};
struct FreeSession {
    void operator()(ssh_session_struct* session) const { ssh_free(session); }
};
struct FreeMessage {
    void operator()(ssh_message_struct* message) const { ssh_message_free(message); }
};
using Message = std::unique_ptr<ssh_message_struct, FreeMessage>;

int check_password(ssh_session, const char*, const char* given, void* password) {
    return *static_cast<const std::string*>(password) == given ? SSH_AUTH_SUCCESS : SSH_AUTH_DENIED;
}

void answer_questions(ssh_session session, ssh_message message, const std::string& password) {
    if (ssh_message_auth_kbdint_is_response(message) == 0) {
        const char* prompts[] = {"Password: "};
        char echo[] = {0};
        ssh_message_auth_interactive_request(message, "login", "", 1, prompts, echo);
        return;
    }
    const char* given = ssh_userauth_kbdint_getanswer(session, 0);
    if (given != nullptr && password == given) {
        ssh_message_auth_reply_success(message, 0);
    } else {
        ssh_message_reply_default(message);
    }
}

}  // namespace

PasswordServer::PasswordServer(PasswordWay way, std::string password) : way_(way), password_(std::move(password)) {
    make_key_pair(dir_ / "host", {"-t", "ed25519", "-N", ""});
    listener_ = listen_on_loopback(port_);
    thread_ = std::thread([this] { serve(); });
}

PasswordServer::~PasswordServer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
}

std::string PasswordServer::host_key() const { return fingerprint_of_key(dir_ / "host.pub"); }

void PasswordServer::serve() const {
    while (true) {
        const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (connection < 0 && errno == EINTR) continue;
        if (connection < 0) return;
        serve_one(connection);
    }
}

void PasswordServer::serve_one(int connection) const {
    const std::unique_ptr<ssh_bind_struct, FreeBind> bind(ssh_bind_new());
    const std::unique_ptr<ssh_session_struct, FreeSession> session(ssh_new());
    const bool process_config = false;
    ssh_bind_options_set(bind.get(), SSH_BIND_OPTIONS_PROCESS_CONFIG, &process_config);
    ssh_bind_options_set(bind.get(), SSH_BIND_OPTIONS_HOSTKEY, (dir_ / "host").c_str());
    if (ssh_bind_accept_fd(bind.get(), session.get(), connection) != SSH_OK) return;
    const int method = way_ == PasswordWay::password ? SSH_AUTH_METHOD_PASSWORD : SSH_AUTH_METHOD_INTERACTIVE;
    ssh_set_auth_methods(session.get(), method);
    std::string password = password_;
    ssh_server_callbacks_struct callbacks{};
    callbacks.userdata = &password;
    callbacks.auth_password_function = check_password;
    callbacks.size = sizeof callbacks;
    // With callbacks, libssh itself refuses whatever they do not answer; questions go by messages.
    if (way_ == PasswordWay::password) ssh_set_server_callbacks(session.get(), &callbacks);
    if (ssh_handle_key_exchange(session.get()) != SSH_OK) return;
    while (const Message message{ssh_message_get(session.get())}) {
        const bool is_login = ssh_message_type(message.get()) == SSH_REQUEST_AUTH;
        const int subtype = ssh_message_subtype(message.get());
        if (is_login && subtype == SSH_AUTH_METHOD_INTERACTIVE && way_ == PasswordWay::questions) {
            answer_questions(session.get(), message.get(), password_);
        } else {
            if (is_login) ssh_message_auth_set_methods(message.get(), method);
            ssh_message_reply_default(message.get());
        }
    }
}

}  // namespace usersync::test
