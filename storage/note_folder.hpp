#pragma once
// Notes about refused deliveries as files: NAME.txt and NAME.json.

#include "core/ports/notes.hpp"

#include <string>

namespace usersync::storage {

/// Makes the folder (mode 0750) and what it stands in when the first note is put. Files have mode 0640 and appear
/// under their names only when all their bytes are on disk; the text comes last, so that whoever sees it finds the JSON
/// beside it.
class NoteFolder final : public NoteBox {
public:
    explicit NoteFolder(std::string folder);

    Result<bool> put(const BounceNote& note) override;

    const std::string& folder() const { return folder_; }

private:
    std::string folder_;
};

}  // namespace usersync::storage
