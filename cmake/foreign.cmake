# Foreign libraries, each found once. Rooms name the targets below; the architecture test says who may.
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED CONFIG)
find_package(OpenSSL REQUIRED)
find_package(libssh REQUIRED CONFIG)
find_package(nlohmann_json REQUIRED CONFIG)
find_package(spdlog REQUIRED CONFIG)
find_package(fmt REQUIRED CONFIG)
find_package(SQLite3 REQUIRED)
find_package(SQLiteCpp REQUIRED CONFIG)
find_package(CLI11 REQUIRED CONFIG)
find_package(tomlplusplus REQUIRED CONFIG)
find_package(date REQUIRED CONFIG)
find_package(zstd REQUIRED CONFIG)
find_package(PkgConfig REQUIRED)
# libzstd, libsystemd, libuchardet and libre2 have no usable CMake package in Debian 12.
pkg_check_modules(SYSTEMD REQUIRED IMPORTED_TARGET libsystemd)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
# Reading records. libzip has a CMake package, but it demands programs that are packaged apart.
find_package(EXPAT REQUIRED)
find_package(ZLIB REQUIRED)
find_package(simdjson REQUIRED CONFIG)
find_package(ICU REQUIRED COMPONENTS uc i18n data)
pkg_check_modules(LIBZIP REQUIRED IMPORTED_TARGET libzip)
pkg_check_modules(UCHARDET REQUIRED IMPORTED_TARGET uchardet)
# Rules: patterns that never take longer than the text is long.
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)
pkg_check_modules(GPGME REQUIRED IMPORTED_TARGET gpgme)
# Directories: the LDAP library of OpenLDAP, with liblber, which its messages are made of.
pkg_check_modules(LDAP REQUIRED IMPORTED_TARGET ldap lber)
# XML signatures of SAML assertions.
pkg_check_modules(XMLSEC REQUIRED IMPORTED_TARGET xmlsec1-openssl)
# libphonenumber brings neither a CMake package nor a pkg-config file, and its development package cannot be installed
# beside Boost 1.81: script/bootstrap unpacks it here. It is linked whole, with what it stands on, because loading its
# shared libraries takes longer than a day's work for a small tenant (docs/decisions/0009).
set(PHONENUMBER_PREFIX ${CMAKE_CURRENT_LIST_DIR}/../.unpacked/libphonenumber-dev/usr)
find_path(PHONENUMBER_INCLUDE phonenumbers/phonenumberutil.h REQUIRED HINTS ${PHONENUMBER_PREFIX}/include)
find_library(PHONENUMBER_LIBRARY libphonenumber.a REQUIRED
             HINTS ${PHONENUMBER_PREFIX}/lib/${CMAKE_LIBRARY_ARCHITECTURE})
add_library(phonenumber INTERFACE)
target_include_directories(phonenumber SYSTEM INTERFACE ${PHONENUMBER_INCLUDE})
target_link_libraries(phonenumber INTERFACE ${PHONENUMBER_LIBRARY})
foreach(archive IN ITEMS protobuf-lite absl_raw_hash_set absl_hash absl_city absl_low_level_hash absl_strings
                         absl_strings_internal absl_throw_delegate absl_raw_logging_internal absl_int128)
  find_library(PHONENUMBER_${archive} lib${archive}.a REQUIRED)
  target_link_libraries(phonenumber INTERFACE ${PHONENUMBER_${archive}})
endforeach()

# Asio is compiled once, in asio_compiled; every other unit only declares it. Whoever links `asio` gets both the
# switch and the compiled part, which must never be apart. Beast and Asio's TLS half are compiled in connectors/http.
add_library(asio_compiled STATIC ${CMAKE_CURRENT_LIST_DIR}/../connectors/http/asio.cpp)
target_link_libraries(asio_compiled PUBLIC Boost::headers Threads::Threads)
target_compile_definitions(asio_compiled PUBLIC BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
                                                BOOST_ASIO_NO_DEPRECATED)
# Memory that Asio keeps for its next coroutine is memory whose wrong use no sanitizer sees.
target_compile_definitions(asio_compiled PUBLIC $<$<CONFIG:Debug>:BOOST_ASIO_DISABLE_SMALL_BLOCK_RECYCLING>
                                                $<$<CONFIG:Debug>:BOOST_ASIO_DISABLE_AWAITABLE_FRAME_RECYCLING>)
add_library(asio INTERFACE)
target_link_libraries(asio INTERFACE asio_compiled)
