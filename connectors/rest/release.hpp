#pragma once
// Owners for what C libraries hand out.

namespace usersync::rest_api {

/// The deleter of a std::unique_ptr that lets go by calling `release`.
template <auto release>
struct Release {
    template <class T>
    void operator()(T* owned) const {
        release(owned);
    }
};

}  // namespace usersync::rest_api
