#include "core/ingest/csv.hpp"

#include <algorithm>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace usersync::ingest {
namespace {

bool is_line_break(char c) { return c == '\n' || c == '\r'; }

// Cells are short, but there are millions of them: sixteen bytes at a time is three times as fast as one.
const char* find_cell_end(const char* at, const char* end, char delimiter) {
#if defined(__SSE2__)
    const __m128i delimiters = _mm_set1_epi8(delimiter);
    const __m128i feeds = _mm_set1_epi8('\n');
    const __m128i returns = _mm_set1_epi8('\r');
    for (; end - at >= 16; at += 16) {
        const __m128i block = _mm_loadu_si128(static_cast<const __m128i*>(static_cast<const void*>(at)));
        const __m128i breaks = _mm_or_si128(_mm_cmpeq_epi8(block, feeds), _mm_cmpeq_epi8(block, returns));
        const __m128i hits = _mm_or_si128(breaks, _mm_cmpeq_epi8(block, delimiters));
        const int mask = _mm_movemask_epi8(hits);
        if (mask != 0) return at + __builtin_ctz(static_cast<unsigned>(mask));
    }
#endif
    while (at != end && *at != delimiter && !is_line_break(*at)) ++at;
    return at;
}

const char* find_line_end(const char* at, const char* end) { return find_cell_end(at, end, '\n'); }

const char* find_quote(const char* at, const char* end) {
    if (at >= end) return nullptr;
    return static_cast<const char*>(std::memchr(at, '"', static_cast<std::size_t>(end - at)));
}

std::size_t count_line_breaks(std::string_view text) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool first_half = text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
        if (is_line_break(text[i]) && !first_half) ++count;
    }
    return count;
}

std::string with_single_quotes(std::string_view doubled) {
    std::string text;
    text.reserve(doubled.size());
    for (std::size_t i = 0; i < doubled.size(); ++i) {
        text += doubled[i];
        if (doubled[i] == '"') ++i;
    }
    return text;
}

std::string_view between(const char* first, const char* last) {
    return {first, static_cast<std::size_t>(last - first)};
}

}  // namespace

CsvScanner::CsvScanner(std::string_view bytes, char delimiter, std::size_t row_bytes_max, std::size_t first_line)
    : begin_(bytes.data()),
      end_(bytes.data() + bytes.size()),
      at_(begin_),
      row_start_(begin_),
      doubt_until_(begin_),
      delimiter_(delimiter),
      row_bytes_max_(row_bytes_max),
      line_(first_line) {}

bool CsvScanner::next(Row& row) {
    if (at_ == end_) return false;
    unescaped_.clear();
    row.cells.clear();
    row.line = line_;
    row.flaw = at_ < doubt_until_ ? RowFlaw::in_doubt : RowFlaw::none;
    row.terminated = true;
    row_start_ = at_;
    cells_on_first_line_ = 0;
    read_cells(row);
    return true;
}

void CsvScanner::read_cells(Row& row) {
    for (;;) {
        if (at_ != end_ && *at_ == '"') {
            if (!quoted_cell(row)) return;
        } else {
            plain_cell(row);
        }
        if (line_ == row.line) cells_on_first_line_ = row.cells.size();
        if (at_ == end_ || *at_ != delimiter_) break;
        ++at_;
    }
    row.bytes = between(row_start_, at_);
    if (row.bytes.size() > row_bytes_max_) row.flaw = RowFlaw::too_long;
    row.terminated = at_ != end_;
    pass_line_break();
}

void CsvScanner::plain_cell(Row& row) {
    const char* const cell_end = find_cell_end(at_, end_, delimiter_);
    row.cells.push_back(between(at_, cell_end));
    at_ = cell_end;
}

bool CsvScanner::quoted_cell(Row& row) {
    const auto room = std::min(row_bytes_max_, static_cast<std::size_t>(end_ - row_start_));
    const char* const limit = row_start_ + room;
    const char* const open = at_ + 1;
    bool doubled = false;
    const char* close = find_quote(open, limit);
    while (close != nullptr && close + 1 != end_ && close[1] == '"') {
        doubled = true;
        close = find_quote(close + 2, limit);
    }
    if (close == nullptr) {
        give_up(row, RowFlaw::quote_left_open, limit);
        return false;
    }
    const char* const after = close + 1;
    if (after != end_ && *after != delimiter_ && !is_line_break(*after)) {
        give_up(row, RowFlaw::text_after_quote, after);
        return false;
    }
    const auto cell = between(open, close);
    row.cells.push_back(doubled ? std::string_view(unescaped_.emplace_back(with_single_quotes(cell))) : cell);
    line_ += count_line_breaks(cell);
    at_ = after;
    return true;
}

// Nobody knows where the broken quote was meant to end. Taking one line away, and doubting the rest that it could
// have covered, keeps every later person visible; swallowing the lines would make them look as if they had left.
void CsvScanner::give_up(Row& row, RowFlaw flaw, const char* reach) {
    row.flaw = flaw;
    row.cells.resize(cells_on_first_line_);
    at_ = find_line_end(row_start_, end_);
    line_ = row.line;
    row.bytes = between(row_start_, at_);
    row.terminated = at_ != end_;
    pass_line_break();
    doubt_until_ = std::max(doubt_until_, reach);
}

void CsvScanner::pass_line_break() {
    if (at_ == end_) return;
    const bool pair = *at_ == '\r' && end_ - at_ > 1 && at_[1] == '\n';
    at_ += pair ? 2 : 1;
    ++line_;
}

}  // namespace usersync::ingest
