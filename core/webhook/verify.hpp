#pragma once
// Does this event come from where it says, and is it new? Pure: values in, values out.

#include "core/base/fingerprint.hpp"
#include "core/base/secret.hpp"
#include "core/webhook/rule.hpp"

#include <cstddef>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace usersync::webhook {

/// An event as it came in.
struct Event {
    std::vector<std::pair<std::string, std::string>> headers;
    std::vector<std::pair<std::string, std::string>> query;  ///< decoded
    std::string body;
};

/// What was agreed with the other side.
struct Secrets {
    /// Of a signature or a value in the body: each that counts now, two while one takes the place of the other. Of
    /// headers: one for each header, in their order.
    std::vector<Secret> values;
};

enum class Judgement {
    accepted,
    echo,         ///< the webhook is being set up: `text` is sent back
    doubled,      ///< genuine, and seen before
    unproven,     ///< no proof, or another one
    out_of_time,  ///< genuine, and its time lies outside the window
    too_large,
};
std::string_view to_string(Judgement judgement);

struct Verified {
    Judgement judgement = Judgement::unproven;
    std::optional<std::string> person;  ///< of an accepted one: the one id that it is about
    std::string text;                   ///< of an echo
    Fingerprint proof;                  ///< of an accepted or doubled one that is signed
};

/// The newest signatures, so that an event that comes twice is known. As many as fit: what is older is judged by its
/// time, where it has one, and does no harm where it has none.
class SeenProofs {
public:
    explicit SeenProofs(std::size_t max = 4096) : max_(max) {}
    bool has(const Fingerprint& proof) const { return seen_.contains(proof); }
    void add(const Fingerprint& proof);
    std::size_t size() const { return seen_.size(); }

private:
    std::size_t max_;
    std::deque<Fingerprint> order_;
    std::set<Fingerprint> seen_;
};

struct Limits {
    std::size_t body_max = 256u << 10;
    std::size_t echo_max = 2048;
    std::size_t person_max = 256;  ///< a longer id is nobody's
};

/// Looks at everything that it compares with a secret in a time that does not depend on where the two differ. The
/// person is absent when the rule does not say where it stands, and when the event is about several or about nobody.
Verified verify(const Event& event, const Rule& rule, const Secrets& secrets, const SeenProofs& seen, Time now,
                const Limits& limits = {});

/// Whether two texts are equal, in a time that depends on their lengths alone.
bool same_secret(std::string_view a, std::string_view b);

/// What the other side would send: for tests, and for people who try out their webhook.
std::string sign(const Signature& how, const Secret& secret, std::string_view body, std::string_view timestamp);

}  // namespace usersync::webhook
