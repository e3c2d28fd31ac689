#include "connectors/ldap/directory.hpp"
#include "connectors/ldap/failures.hpp"
#include "connectors/ldap/meaning.hpp"

#include <ldap.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace usersync::ldap {
namespace {

struct FreeMessage {
    void operator()(LDAPMessage* message) const { ::ldap_msgfree(message); }
};
using Message = std::unique_ptr<LDAPMessage, FreeMessage>;

struct FreeControl {
    void operator()(LDAPControl* control) const { ::ldap_control_free(control); }
};
struct FreeControls {
    void operator()(LDAPControl** controls) const { ::ldap_controls_free(controls); }
};
struct FreeBer {
    void operator()(BerElement* element) const { ::ber_free(element, 0); }
};
struct FreeTexts {
    void operator()(char** texts) const { ::ber_memvfree(reinterpret_cast<void**>(texts)); }
};

std::string text_of(const berval& value) {
    return value.bv_val == nullptr ? "" : std::string(value.bv_val, value.bv_len);
}

/// What is looked for, and where.
struct Search {
    std::string base;
    int scope = LDAP_SCOPE_BASE;
    std::string filter;
    std::vector<std::string> attributes;
    std::uint32_t page_size = 0;
};

struct Page {
    std::vector<Entry> entries;
    std::vector<std::string> referrals;
    std::string cookie;  ///< empty: it was the last one
};

/// Also when the library cannot make sense of it: that is no entry without values.
Result<Entry> entry_of(::ldap* session, LDAPMessage* message) {
    BerElement* raw = nullptr;
    berval name{};
    if (::ldap_get_dn_ber(session, message, &raw, &name) != LDAP_SUCCESS) return connection_lost();
    const std::unique_ptr<BerElement, FreeBer> element(raw);
    Entry entry{.dn = text_of(name), .attributes = {}};
    while (true) {
        berval* values = nullptr;
        if (::ldap_get_attribute_ber(session, message, raw, &name, &values) != LDAP_SUCCESS) return connection_lost();
        if (name.bv_val == nullptr) return entry;
        Attribute attribute{.name = text_of(name), .values = {}};
        for (auto* value = values; value != nullptr && value->bv_val != nullptr; ++value) {
            attribute.values.push_back(text_of(*value));
        }
        if (values != nullptr) ::ber_memfree(values);
        entry.attributes.push_back(std::move(attribute));
    }
}

/// "ldap://dc2.shop.example" of "ldap://dc2.shop.example/DC=shop": what stands behind it may be anything.
std::string server_of(const std::string& referral) {
    const auto scheme = referral.find("://");
    const auto end = scheme == std::string::npos ? std::string::npos : referral.find('/', scheme + 3);
    return referral.substr(0, end);
}

std::vector<std::string> referrals_of(::ldap* session, LDAPMessage* message) {
    char** raw = nullptr;
    if (::ldap_parse_reference(session, message, &raw, nullptr, 0) != LDAP_SUCCESS || raw == nullptr)
        return {"elsewhere"};
    const std::unique_ptr<char*, FreeTexts> texts(raw);
    std::vector<std::string> servers;
    for (char** text = raw; *text != nullptr; ++text) servers.push_back(server_of(*text));
    return servers;
}

/// The server's last word on a page: how to go on, or why not.
Result<std::string> end_of_page(::ldap* session, LDAPMessage* message, bool in_pages) {
    int code = LDAP_OTHER;
    LDAPControl** raw = nullptr;
    if (::ldap_parse_result(session, message, &code, nullptr, nullptr, nullptr, &raw, 0) != LDAP_SUCCESS) {
        return connection_lost();
    }
    const std::unique_ptr<LDAPControl*, FreeControls> controls(raw);
    if (code != LDAP_SUCCESS) return search_failure(code, in_pages);
    auto* control = ::ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, raw, nullptr);
    if (control == nullptr) return std::string();
    ber_int_t estimate = 0;
    berval cookie{};
    if (::ldap_parse_pageresponse_control(session, control, &estimate, &cookie) != LDAP_SUCCESS) {
        return connection_lost();
    }
    std::string text = text_of(cookie);
    ::ber_memfree(cookie.bv_val);
    return text;
}

Result<int> send(::ldap* session, const Search& search, const std::string& cookie) {
    std::vector<char*> names;
    for (const auto& name : search.attributes) names.push_back(const_cast<char*>(name.c_str()));
    names.push_back(nullptr);
    LDAPControl* raw = nullptr;
    if (search.page_size > 0) {
        berval place{cookie.size(), const_cast<char*>(cookie.data())};
        const int made = ::ldap_create_page_control(session, static_cast<ber_int_t>(search.page_size), &place, 1, &raw);
        if (made != LDAP_SUCCESS) return search_failure(made, true);
    }
    const std::unique_ptr<LDAPControl, FreeControl> control(raw);
    LDAPControl* controls[] = {raw, nullptr};
    int number = 0;
    const int code =
        ::ldap_search_ext(session, search.base.c_str(), search.scope, search.filter.c_str(), names.data(), 0,
                          raw == nullptr ? nullptr : controls, nullptr, nullptr, LDAP_NO_LIMIT, &number);
    if (code != LDAP_SUCCESS) return search_failure(code, search.page_size > 0);
    return number;
}

/// Why no answer came.
Failure lost(::ldap* session, bool in_pages) {
    int code = LDAP_SERVER_DOWN;
    ::ldap_get_option(session, LDAP_OPT_RESULT_CODE, &code);
    return code == LDAP_SUCCESS ? connection_lost() : search_failure(code, in_pages);
}

/// Reads one page to its end. `entries_max` bounds what a server may send that knows no pages.
Result<Page> read_page(::ldap* session, const Search& search, const std::string& cookie, std::uint64_t entries_max,
                       session::Breaker& breaker) {
    const auto number = send(session, search, cookie);
    if (!number) return number.error();
    Page page;
    while (true) {
        LDAPMessage* raw = nullptr;
        const int type = ::ldap_result(session, *number, LDAP_MSG_ONE, nullptr, &raw);
        const Message message(raw);
        if (type <= 0 || breaker.is_cut())
            return breaker.is_cut() ? connection_lost() : lost(session, search.page_size > 0);
        breaker.bump();
        const auto kind = static_cast<ber_tag_t>(type);
        if (kind == LDAP_RES_SEARCH_ENTRY) {
            auto entry = entry_of(session, raw);
            if (!entry) return entry.error();
            page.entries.push_back(std::move(*entry));
            if (page.entries.size() > entries_max) {
                return blocked("too_many_entries", "there are more entries than source.entries_max allows");
            }
        } else if (kind == LDAP_RES_SEARCH_REFERENCE) {
            for (auto& server : referrals_of(session, raw)) page.referrals.push_back(std::move(server));
        } else if (kind == LDAP_RES_SEARCH_RESULT) {
            auto next = end_of_page(session, raw, search.page_size > 0);
            if (!next) return next.error();
            page.cookie = std::move(*next);
            return page;
        }
    }
}

Failure changed_while_reading() {
    return transient("changed_while_reading", "an entry with many values changed while they were read");
}

/// The values from `first` on, as far as the server gives them at once.
Result<Attribute> next_part(::ldap* session, const Entry& entry, const Range& range, session::Breaker& breaker) {
    const Search search{.base = entry.dn,
                        .scope = LDAP_SCOPE_BASE,
                        .filter = "(objectClass=*)",
                        .attributes = {range_from(range.name, *range.next)}};
    auto page = read_page(session, search, "", 1, breaker);
    if (!page && page.error().code == "base_missing") return changed_while_reading();
    if (!page) return page.error();
    if (page->entries.size() != 1) return changed_while_reading();
    for (auto& attribute : page->entries.front().attributes) {
        const auto part = range_of(attribute.name);
        if (part && same_name(part->name, range.name) && part->first == *range.next && !attribute.values.empty()) {
            return std::move(attribute);
        }
    }
    return changed_while_reading();
}

/// Active Directory gives 1500 values of an attribute, and the others to whom asks for them.
Result<void> complete(::ldap* session, Entry& entry, session::Breaker& breaker) {
    for (auto& attribute : entry.attributes) {
        auto range = range_of(attribute.name);
        if (!range) continue;
        if (range->first != 0) return changed_while_reading();
        while (range->next) {
            auto part = next_part(session, entry, *range, breaker);
            if (!part) return part.error();
            for (auto& value : part->values) attribute.values.push_back(std::move(value));
            range = range_of(part->name);
        }
        attribute.name = range->name;
    }
    return Result<void>();
}

int scope_of(Scope scope) {
    switch (scope) {
        case Scope::subtree: return LDAP_SCOPE_SUBTREE;
        case Scope::one_level: return LDAP_SCOPE_ONELEVEL;
        case Scope::base: return LDAP_SCOPE_BASE;
    }
    return LDAP_SCOPE_SUBTREE;
}

Result<void> add_page(::ldap* session, Page& page, const LdapOptions& options, session::Breaker& breaker,
                      Found& found) {
    for (auto& entry : page.entries) {
        if (const auto done = complete(session, entry, breaker); !done) return done.error();
        const auto line = line_of(entry, options.attributes);
        if (!line) return line.error();
        if (found.record.size() + line->size() > options.bytes_max) {
            return blocked("record_too_large", "the record has more bytes than source.bytes_max allows");
        }
        found.record += *line;
    }
    for (const auto& server : page.referrals) {
        const std::string told = server + ": a referral, not followed";
        const bool is_known = std::find(found.referrals.begin(), found.referrals.end(), told) != found.referrals.end();
        constexpr std::size_t told_max = 20;
        if (!is_known && found.referrals.size() < told_max) found.referrals.push_back(told);
    }
    return Result<void>();
}

}  // namespace

Result<Found> read_directory(::ldap* session, const LdapOptions& options, session::Breaker& breaker) {
    const Search search{.base = options.base,
                        .scope = scope_of(options.scope),
                        .filter = options.filter,
                        .attributes = options.attributes,
                        .page_size = options.page_size};
    Found found;
    std::string cookie;
    std::uint64_t entries_left = options.entries_max;
    while (true) {
        auto page = read_page(session, search, cookie, entries_left, breaker);
        if (!page) return page.error();
        entries_left -= page->entries.size();
        if (const auto done = add_page(session, *page, options, breaker, found); !done) return done.error();
        if (page->cookie.empty()) return found;
        // An empty page is allowed, but one that leads to itself never ends.
        if (page->entries.empty() && page->cookie == cookie) {
            return blocked("paging_in_circles", "the server sent the same empty page twice");
        }
        cookie = std::move(page->cookie);
    }
}

}  // namespace usersync::ldap
