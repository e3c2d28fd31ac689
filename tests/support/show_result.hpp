#pragma once
// Lets Catch print a Result: its failure, if it is one. Catch alone cannot, since Boost's own operator wants to print
// the value too.

#include "core/base/result.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace Catch {

template <class T>
struct StringMaker<boost::system::result<T, usersync::Failure>> {
    static std::string convert(const boost::system::result<T, usersync::Failure>& result) {
        return result ? "a success" : usersync::describe(result.error());
    }
};

template <>
struct StringMaker<usersync::Failure> {
    static std::string convert(const usersync::Failure& failure) { return usersync::describe(failure); }
};

}  // namespace Catch
