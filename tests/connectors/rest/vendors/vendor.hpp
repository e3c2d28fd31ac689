#pragma once
// HR systems of invented people, which speak the shapes that their vendors document. Plain values in and out: a
// request, and what that system would answer. The same vendors stand behind an HTTPS server and are asked without one.

#include "connectors/http/message.hpp"
#include "core/base/time.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace usersync::vendors {

struct Person {
    std::string id;  ///< "1001"
    std::string first;
    std::string infix;  ///< "van der", or empty
    std::string last;
    std::string email;
    std::string job;
    std::string phone;
    std::string location;
    std::string department;
    std::string manager;
    std::string start;  ///< "2020-03-01"
    std::string end;    ///< likewise, or empty

    std::string whole_last() const { return infix.empty() ? last : infix + " " + last; }
};

/// The same people for the same count. Ids ascend.
std::vector<Person> invented_people(std::size_t count);

using nlohmann::json;

/// A request taken apart.
struct Asked {
    const http::Request& request;
    std::string path;
    std::map<std::string, std::string> query;
    std::map<std::string, std::string> form;  ///< of a body that is one

    std::string of(const std::string& parameter) const;
    std::size_t number(const std::string& parameter, std::size_t otherwise) const;
    std::string header(std::string_view name) const;
    json body() const;
    bool is(std::string_view method, std::string_view path_of) const;
};

http::Response reply(int status, const json& body, std::vector<http::Header> headers = {});

class Vendor {
public:
    explicit Vendor(std::vector<Person> staff) : people(std::move(staff)) {}
    virtual ~Vendor() = default;

    http::Response answer(const http::Request& request);

    std::vector<Person> people;
    std::string origin = "https://vendor.example";  ///< where links of answers lead
    std::deque<http::Response> instead;             ///< what the next calls for people get
    std::size_t answered_first = 0;                 ///< so many calls for people are answered before those
    std::deque<http::Response> instead_of_tokens;   ///< what the next logins get
    std::size_t page_max = 1000;                    ///< more than this nobody gets at once
    std::size_t logins = 0;
    std::vector<std::string> targets;  ///< what was asked for, without logins

    // Of clients that sign in place of a secret.
    std::function<Time()> clock = [] { return default_now(); };
    /// Of a JWT and of XML, where the client has given its certificate; without, only what is signed is looked at.
    std::function<bool(std::string_view text, std::string_view signature)> verifies;
    std::function<bool(const std::string& xml)> verifies_xml;
    std::set<std::string> seen;  ///< ids of what was signed

    /// By which the pure engine asks.
    static Time default_now();

protected:
    /// A call for a token; status 0: it is none.
    virtual http::Response log_in(const Asked& asked);
    virtual http::Response speak(const Asked& asked) = 0;
};

/// The reply to a client that proves itself by id and secret in a form, "client" and "secret".
http::Response client_credentials(const Asked& asked);
bool has_bearer(const Asked& asked);
bool has_basic(const Asked& asked, std::string_view user, std::string_view password);

/// From `skip` on, at most `take`.
std::vector<Person> part_of(const std::vector<Person>& people, std::size_t skip, std::size_t take);
/// null where there is no text.
json text_or_null(const std::string& text);
/// "/Date(1772323200000)/"; null where there is no day.
json ticks(const std::string& day);

}  // namespace usersync::vendors
