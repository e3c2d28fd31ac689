#include "core/model/employee.hpp"

#include "core/model/employee_bytes.hpp"

#include <array>
#include <cstddef>
#include <utility>

namespace usersync {
namespace {

// Length-prefixed texts and one byte of presence: no separator can occur in a value, none needs escaping.
class Writer {
public:
    explicit Writer(std::string& bytes) : bytes_(bytes) {}
    void number(std::uint32_t value) {
        const std::array<char, 4> bytes = {static_cast<char>(value & 0xff), static_cast<char>((value >> 8) & 0xff),
                                           static_cast<char>((value >> 16) & 0xff),
                                           static_cast<char>((value >> 24) & 0xff)};
        bytes_.append(bytes.data(), bytes.size());
    }
    void text(const std::string& value) {
        number(static_cast<std::uint32_t>(value.size()));
        bytes_ += value;
    }
    void maybe(const std::optional<std::string>& value) {
        bytes_ += value ? '\1' : '\0';
        if (value) text(*value);
    }
    void presence(bool present) { bytes_ += present ? '\1' : '\0'; }
    void byte(std::uint8_t value) { bytes_ += static_cast<char>(value); }
    void texts(const std::vector<std::string>& values) {
        number(static_cast<std::uint32_t>(values.size()));
        for (const auto& value : values) text(value);
    }

private:
    std::string& bytes_;
};

class Reader {
public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) {}

    std::uint32_t number() {
        if (bytes_.size() < 4) return fail(), 0;
        std::uint32_t value = 0;
        for (unsigned i = 0; i < 4; ++i) {
            value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes_[i])) << (8 * i);
        }
        bytes_.remove_prefix(4);
        return value;
    }
    std::string_view view() {
        const auto size = number();
        if (size > bytes_.size()) return fail(), std::string_view();
        const auto value = bytes_.substr(0, size);
        bytes_.remove_prefix(size);
        return value;
    }
    std::string text() { return std::string(view()); }
    std::uint8_t byte() {
        if (bytes_.empty()) return fail(), 0;
        const auto value = static_cast<std::uint8_t>(bytes_.front());
        bytes_.remove_prefix(1);
        return value;
    }
    bool presence() { return byte() != 0; }
    // What was there before leaves its memory behind: whoever reads a million employees one after another into one
    // variable takes little from the heap.
    void text_into(std::string& value) { value = view(); }
    void maybe_into(std::optional<std::string>& value) {
        if (!presence()) return value.reset();
        if (!value) value.emplace();
        text_into(*value);
    }
    void texts_into(std::vector<std::string>& values) {
        std::size_t at = 0;
        for (auto left = number(); left > 0 && good_; --left, ++at) {
            if (at == values.size()) values.emplace_back();
            text_into(values[at]);
        }
        values.resize(at);
    }
    bool ended_well() const { return good_ && bytes_.empty(); }
    bool good() const { return good_; }

private:
    void fail() {
        good_ = false;
        bytes_ = {};
    }
    std::string_view bytes_;
    bool good_ = true;
};

// One byte says which of the six texts follow, and that lists were emptied: most records have none of them.
constexpr std::array employment_texts = {&Employment::upn,      &Employment::language, &Employment::start_date,
                                         &Employment::end_date, &Employment::status,   &Employment::manager};
constexpr unsigned locations_bit = 6;
constexpr unsigned departments_bit = 7;

void write_employment(Writer& out, const Employee& employee) {
    unsigned there = 0;
    for (unsigned i = 0; i < employment_texts.size(); ++i) {
        if (employee.employment.*employment_texts[i]) there |= 1u << i;
    }
    there |= static_cast<unsigned>(employee.locations_emptied) << locations_bit;
    there |= static_cast<unsigned>(employee.departments_emptied) << departments_bit;
    out.byte(static_cast<std::uint8_t>(there));
    for (const auto text : employment_texts) {
        if (const auto& value = employee.employment.*text) out.text(*value);
    }
}

void read_employment(Reader& in, Employee& employee) {
    const unsigned there = in.byte();
    for (unsigned i = 0; i < employment_texts.size(); ++i) {
        auto& value = employee.employment.*employment_texts[i];
        if ((there >> i & 1u) == 0) {
            value.reset();
        } else {
            in.text_into(value ? *value : value.emplace());
        }
    }
    employee.locations_emptied = (there >> locations_bit & 1u) != 0;
    employee.departments_emptied = (there >> departments_bit & 1u) != 0;
}

void read_employee(Reader& in, Employee& employee) {
    employee.key = EmployeeKey(in.text());
    auto& profile = employee.profile;
    in.maybe_into(profile.email);
    if (in.presence()) {
        auto& name = profile.name ? *profile.name : profile.name.emplace();
        in.text_into(name.first);
        in.text_into(name.infix);
        in.text_into(name.last);
    } else {
        profile.name.reset();
    }
    in.maybe_into(profile.job_title);
    in.maybe_into(profile.phone);
    in.texts_into(employee.locations);
    in.texts_into(employee.departments);
    employee.extra.clear();
    for (auto left = in.number(); left > 0 && in.good(); --left) {
        auto field = in.text();
        employee.extra.emplace_hint(employee.extra.end(), std::move(field), in.text());
    }
    read_employment(in, employee);
}

}  // namespace

PersonName joined(const PersonName& name) {
    const bool both = !name.infix.empty() && !name.last.empty();
    return PersonName{.first = name.first, .infix = {}, .last = name.infix + (both ? " " : "") + name.last};
}

std::string canonical_bytes(const Employee& employee) {
    std::string bytes;
    append_canonical_bytes(employee, bytes);
    return bytes;
}

void append_canonical_bytes(const Employee& employee, std::string& bytes) {
    Writer out(bytes);
    out.text(employee.key.value());
    out.maybe(employee.profile.email);
    out.presence(employee.profile.name.has_value());
    if (const auto& name = employee.profile.name) {
        out.text(name->first);
        out.text(name->infix);
        out.text(name->last);
    }
    out.maybe(employee.profile.job_title);
    out.maybe(employee.profile.phone);
    out.texts(employee.locations);
    out.texts(employee.departments);
    out.number(static_cast<std::uint32_t>(employee.extra.size()));
    for (const auto& [field, value] : employee.extra) {
        out.text(field);
        out.text(value);
    }
    write_employment(out, employee);
}

std::optional<std::string_view> key_in_bytes(std::string_view bytes) {
    Reader in(bytes);
    const auto key = in.view();
    const auto skip = [&] {
        if (in.presence()) in.view();
    };
    const auto skip_several = [&](std::uint32_t texts_each) {
        for (std::uint64_t left = std::uint64_t{in.number()} * texts_each; left > 0 && in.good(); --left) in.view();
    };
    skip();  // address
    if (in.presence()) {
        for (int part = 0; part < 3; ++part) in.view();
    }
    skip();  // job title
    skip();  // phone
    skip_several(1);
    skip_several(1);
    skip_several(2);
    const unsigned there = in.byte();
    for (unsigned i = 0; i < employment_texts.size(); ++i) {
        if ((there >> i & 1u) != 0) in.view();
    }
    return in.ended_well() ? std::optional(key) : std::nullopt;
}

void read_sound_bytes(std::string_view bytes, Employee& employee) {
    Reader in(bytes);
    read_employee(in, employee);
    USERSYNC_INVARIANT(in.ended_well(), "bytes that were found sound are an employee");
}

Result<Employee> employee_from_bytes(std::string_view bytes) {
    Reader in(bytes);
    Employee employee;
    read_employee(in, employee);
    if (!in.ended_well()) {
        return Failure{.kind = FailureKind::broken,
                       .code = "bad_stored_employee",
                       .where = "core.model",
                       .detail = "the stored bytes of an employee are not what this program writes"};
    }
    return employee;
}

}  // namespace usersync
