#include "core/diff/email_change.hpp"

namespace usersync::diff {
namespace {

/// They come in by a letter to this address.
bool is_asked_by_email(const DesiredUser& wanted) {
    const auto& placement = *wanted.placement;
    return !placement.not_invited &&
           (!placement.invitation.channel || *placement.invitation.channel == InviteChannel::email);
}

bool is_time(const Reminders& reminders, const ActualUser& account, const OwnedUser& owned) {
    return account.invited_at && reminders.before && *account.invited_at < *reminders.before &&
           owned.invited_again < reminders.times;
}

}  // namespace

Reminders reminders_on(const AskAgain& ask, Day today) {
    if (ask.after <= std::chrono::days(0)) return {};
    // An account shows its last invitation, so each wait counts from there.
    return {.before = today - ask.after, .times = ask.times};
}

void keep_address_in_use(const Comparison& compare, const DesiredUser& wanted, const ActualUser& account,
                         Profile& target) {
    const auto& there = account.profile.email;
    if (!there || there->empty() || target.email == there || !keeps_address(compare.policy, wanted, account)) return;
    target.email = there;
    compare.note(Note::Kind::by_hand, wanted.key,
                 "has another e-mail address in the record: whoever has accepted changes it themselves");
}

void invite_again(const Comparison& compare, const DesiredUser& wanted, const ActualUser& account,
                  const OwnedUser& owned, Decided& decided) {
    if (account.state != UserState::invited || !is_asked_by_email(wanted)) return;
    auto email = account.profile.email;
    bool is_due = owned.invite_due;
    if (auto* update = decided.find<UpdateProfile>()) {
        const bool is_new = update->before.email && update->before.email != update->after.email;
        email = update->after.email;
        update->asks_in_again = is_new && email && !email->empty();
        is_due = is_due || update->asks_in_again;
    }
    if (!email || email->empty()) return;
    if (is_due) return compare.change(wanted.key, InviteAgain{.email = *email}, because("the address has changed"));
    if (!owned.user || !is_time(compare.policy.reminders, account, owned)) return;
    compare.change(wanted.key, InviteAgain{.email = *email, .reminder = true}, because("has not accepted yet"));
}

}  // namespace usersync::diff
