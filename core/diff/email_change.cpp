#include "core/diff/email_change.hpp"

namespace usersync::diff {
namespace {

/// They come in by a letter to this address.
bool is_asked_by_email(const DesiredUser& wanted) {
    const auto& placement = *wanted.placement;
    return !placement.not_invited &&
           (!placement.invitation.channel || *placement.invitation.channel == InviteChannel::email);
}

bool is_time(const Policy& policy, const ActualUser& account, const OwnedUser& owned) {
    return account.invited_at && owned.invited_again < policy.invite_again_before.size() &&
           *account.invited_at < policy.invite_again_before[owned.invited_again];
}

}  // namespace

std::vector<Time> invite_again_before(const AskAgain& ask, Day today) {
    std::vector<Time> before;
    if (ask.after <= std::chrono::days(0)) return before;
    for (std::size_t time = 1; time <= ask.times; ++time) {
        before.emplace_back(today - ask.after * static_cast<std::int64_t>(time));
    }
    return before;
}

void keep_address_in_use(const Comparison& compare, const EmployeeKey& person, const ActualUser& account,
                         Profile& target) {
    if (compare.policy.active_email == ActiveEmail::follows || account.state != UserState::active) return;
    const auto& there = account.profile.email;
    if (!there || there->empty() || target.email == there) return;
    target.email = there;
    compare.note(Note::Kind::by_hand, person,
                 "has another e-mail address in the record: whoever has accepted changes it themselves");
}

void invite_again(const Comparison& compare, const DesiredUser& wanted, const ActualUser& account,
                  const OwnedUser& owned, Decided& decided) {
    if (account.state != UserState::invited || !is_asked_by_email(wanted)) return;
    auto email = account.profile.email;
    if (const auto* update = decided.find<UpdateProfile>()) {
        const bool is_new = update->before.email && update->before.email != update->after.email;
        email = update->after.email;
        if (is_new && email && !email->empty()) {
            return compare.change(wanted.key, InviteAgain{*email}, because("the address has changed"));
        }
    }
    if (!owned.user || !email || email->empty() || !is_time(compare.policy, account, owned)) return;
    compare.change(wanted.key, InviteAgain{*email}, because("has not accepted yet"));
}

}  // namespace usersync::diff
