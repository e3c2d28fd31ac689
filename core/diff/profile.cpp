#include "core/diff/profile.hpp"

namespace usersync::diff {
namespace {

bool is_nothing(const std::string& text) { return text.empty(); }
bool is_nothing(const PersonName& name) { return joined(name) == PersonName{}; }

template <class Text>
void hold_back(std::optional<Text>& wanted, const std::optional<Text>& there, Fill fill) {
    switch (fill) {
        case Fill::always: return;
        case Fill::on_invite: wanted.reset(); return;
        case Fill::if_empty:
            // What the network does not show may well be filled.
            if (!there || !is_nothing(*there)) wanted.reset();
            return;
    }
}

}  // namespace

Profile still_filled(Profile wanted, const Profile& there, const ProfileFill& fill) {
    hold_back(wanted.name, there.name, fill.name);
    hold_back(wanted.email, there.email, fill.email);
    hold_back(wanted.job_title, there.job_title, fill.job_title);
    hold_back(wanted.phone, there.phone, fill.phone);
    return wanted;
}

Profile merged(const Profile& wanted, const Profile& there) {
    Profile result;
    // An account cannot be without an address.
    result.email = wanted.email && !wanted.email->empty() ? wanted.email : there.email;
    result.job_title = wanted.job_title ? wanted.job_title : there.job_title;
    result.phone = wanted.phone ? wanted.phone : there.phone;
    result.name = there.name;
    if (wanted.name && joined(*wanted.name) != PersonName{}) result.name = joined(*wanted.name);
    return result;
}

Profile to_begin_with(const Profile& wanted) {
    auto profile = merged(wanted, Profile{});
    for (auto* text : {&profile.email, &profile.job_title, &profile.phone}) {
        if (*text && (*text)->empty()) text->reset();
    }
    return profile;
}

std::string fields_that_differ(const Profile& there, const Profile& wanted) {
    std::string fields;
    const auto compare = [&](const auto& seen, const auto& target, const char* field) {
        if (!seen || seen == target) return;
        if (!fields.empty()) fields += ',';
        fields += field;
    };
    compare(there.email, wanted.email, "email");
    compare(there.name, wanted.name, "name");
    compare(there.job_title, wanted.job_title, "job_title");
    compare(there.phone, wanted.phone, "phone");
    return fields;
}

}  // namespace usersync::diff
