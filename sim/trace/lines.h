// Cuts the pieces of a file into lines. Most lines are handed out where they lie; only one that
// crosses from piece to piece is put together in a buffer, so a line may be longer than a piece.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/trace/chunks.h"

namespace muster {

// Longer lines are told of as soon as they are too long, and skipped: the longest seen in real logs
// is about 1 MB (a query plan), and the parser needs several times a line's length.
inline constexpr std::size_t kLongestLine = std::size_t{64} << 20;

struct Line {
  std::string_view text;     // without its end; kParsePadding bytes behind it are readable
  std::uint64_t number = 0;  // from 1
  bool ended = true;         // false: the file stopped before a newline
  bool too_long = false;     // `text` is empty then
};

class Lines {
 public:
  explicit Lines(Chunks& chunks) : chunks_(chunks) {}
  // False at the end of the file. The line is valid until the next call. A carriage return before
  // the newline is taken off.
  bool next(Line& line);
  std::uint64_t text_bytes() const { return bytes_; }

 private:
  bool next_piece();
  bool next_across_pieces(Line& line);
  bool skip_rest_of_line();
  void give(Line& line, std::string_view text, bool ended);

  Chunks& chunks_;
  std::string_view rest_;   // of the current piece
  std::vector<char> kept_;  // the start of a line that crosses pieces
  std::uint64_t number_ = 0;
  std::uint64_t bytes_ = 0;
  bool skipping_ = false;  // what is left of a line that was too long
};

}  // namespace muster
