#pragma once
// A folder of this machine as a source.

#include "core/ingest/pickup.hpp"

#include <string>

namespace usersync::folder {

enum class AfterReading { archive, keep };

struct FolderOptions {
    std::string folder;
    AfterReading after_reading = AfterReading::archive;
    std::string archive_folder = "archive";  ///< within `folder`; made when it is missing
    ingest::PickupRules pickup;
};

}  // namespace usersync::folder
