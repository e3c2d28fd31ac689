#pragma once
// Whether an exception still does anything: for whoever keeps the mapping.

#include "core/model/snapshot.hpp"
#include "core/rules/rule_set.hpp"

#include <cstdint>

namespace usersync::rules {

enum class ExceptionUse : std::uint8_t {
    used,          ///< somebody's outcome would be another one without it
    ended,         ///< it does not hold any more
    about_nobody,  ///< its person is not in the record, or its expression matches nobody there
    in_vain,       ///< nothing is different by it
};

/// Pure. One that keeps the account or a membership of somebody who is named is used although they are not in the
/// record: whoever has left is whom it keeps. So is one that protects by an expression, whoever matches it now.
/// Somebody whose row is frozen is in the record, and what it says of them is not known: an exception that names them
/// counts as used. REQUIRES: the exception is one of the rules'.
ExceptionUse use_of(const Exception& exception, const Snapshot& snapshot, const RuleSet& rules, Day today);

}  // namespace usersync::rules
