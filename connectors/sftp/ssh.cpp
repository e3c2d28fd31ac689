#include "connectors/sftp/ssh.hpp"

#include <libssh/libssh.h>
#include <libssh/sftp.h>

namespace usersync::sftp {

// Without ssh_disconnect: it leaves a descriptor that was set from outside open, while ssh_free closes it.
void FreeSsh::operator()(ssh_session_struct* session) const { ssh_free(session); }

void FreeSftp::operator()(sftp_session_struct* session) const { sftp_free(session); }

}  // namespace usersync::sftp
