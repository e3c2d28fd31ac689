#include "core/rules/checking.hpp"

#include <utility>

namespace usersync::rules {
namespace {

void check_whom(const WrittenException& written, const At& at, Checking& checking) {
    if (!written.person.empty() && written.when) {
        checking.error(at, "exception_about_two", "an exception is about one person or about an expression, not both");
    }
    if (written.person.empty() && !written.when) {
        checking.error(at, "exception_about_nobody", "an exception needs a person or an expression");
    }
}

void check_effect(const WrittenException& written, const At& at, Checking& checking) {
    const bool in_groups =
        !written.add_groups.empty() || !written.keep_in_groups.empty() || !written.not_in_groups.empty();
    const bool otherwise = written.role || written.do_not_invite || written.never_remove || written.exclude;
    if (written.role_in && !written.role) {
        checking.error(at, "role_missing", "a group is named for a role, but the role is not");
    } else if (!in_groups && !otherwise) {
        checking.error(at, "exception_without_effect", "the exception changes nothing");
    }
}

void check_paper(const WrittenException& written, const Exception& exception, const At& at, Checking& checking) {
    if (written.reason.empty()) checking.error(at, "exception_without_reason", "an exception must say its reason");
    if (written.owner.empty()) {
        checking.warning(at, "exception_without_owner",
                         "the exception has no owner: nobody to ask whether it is needed");
    }
    if (exception.until && *exception.until < checking.today()) {
        checking.warning(at, "exception_ended", "the exception ended on " + to_string(*exception.until));
    }
}

Exception check_exception(const WrittenException& written, Checking& checking) {
    const At at{written.origin, written.id};
    check_whom(written, at, checking);
    check_effect(written, at, checking);
    Exception exception;
    exception.id = written.id;
    exception.origin = written.origin;
    if (!written.person.empty()) exception.person = EmployeeKey(written.person);
    exception.when = checking.expression(written.when, written.id);
    exception.add_groups = checking.groups(written.add_groups, at);
    exception.keep_in_groups = checking.groups(written.keep_in_groups, at);
    exception.not_in_groups = checking.groups(written.not_in_groups, at);
    if (written.role) exception.role = checking.role(*written.role, at);
    if (written.role_in) exception.role_in = checking.group(*written.role_in, at);
    exception.do_not_invite = written.do_not_invite;
    exception.never_remove = written.never_remove;
    exception.exclude = written.exclude;
    exception.reason = written.reason;
    exception.owner = written.owner;
    if (written.until) exception.until = checking.day(*written.until, written.id);
    check_paper(written, exception, at, checking);
    return exception;
}

}  // namespace

std::vector<Exception> check_exceptions(const std::vector<WrittenException>& written, Checking& checking) {
    std::vector<Exception> exceptions;
    for (const auto& one : written) exceptions.push_back(check_exception(one, checking));
    return exceptions;
}

}  // namespace usersync::rules
