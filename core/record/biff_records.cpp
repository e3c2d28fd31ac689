#include "core/record/biff_records.hpp"

#include "core/record/little_endian.hpp"

namespace usersync::record {

bool BiffCursor::next(BiffRecord& record) {
    constexpr std::size_t head_bytes = 4;
    if (at_ > stream_.size() || stream_.size() - at_ < head_bytes) return false;
    const std::size_t length = u16_at(stream_, at_ + 2);
    if (stream_.size() - at_ - head_bytes < length) return false;
    record.type = u16_at(stream_, at_);
    record.body = stream_.substr(at_ + head_bytes, length);
    record.offset = at_;
    at_ += head_bytes + length;
    return true;
}

}  // namespace usersync::record
