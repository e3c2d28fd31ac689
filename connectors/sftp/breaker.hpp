#pragma once
// What an SFTP session is cut with: libssh has no time limit of its own for any file operation.

#include "connectors/session/breaker.hpp"

namespace usersync::sftp {

using session::Breaker;
using session::CutReason;
using session::Descriptor;
using session::make_breaker;

}  // namespace usersync::sftp
