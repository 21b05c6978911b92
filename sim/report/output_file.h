// Output files that are there whole or not at all: written under a temporary name in the same
// folder, renamed at the end.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "sim/base/problems.h"

namespace muster {

enum class Compression { None, Zstd };

// Zstd when the name ends in .zstd or .zst.
Compression compression_by_name(std::string_view path);

class OutputFile {
 public:
  // Opens the temporary file. What goes wrong here or in write() is kept for commit(). A path that
  // exists and is no regular file (a pipe, /dev/null) is written to directly.
  explicit OutputFile(std::string path, Compression compression = Compression::None);
  // Removes the temporary file unless commit() succeeded.
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  // Large pieces are best, since each may become a system call: this large or larger.
  static constexpr std::size_t kPieceBytes = 1 << 18;
  void write(std::string_view bytes);
  // Finishes and renames. Nothing on success; else the first thing that went wrong, and the file
  // that was there before is untouched.
  std::optional<Problem> commit();

 private:
  struct Encoder;
  void fail(const char* action);
  void write_plain(std::string_view bytes);
  void encode(std::string_view bytes, bool last);

  std::string path_;
  std::string temporary_;  // empty: written to directly
  int file_ = -1;
  std::unique_ptr<Encoder> encoder_;
  std::optional<Problem> problem_;
};

// The same for a text that is ready.
std::optional<Problem> write_file(const std::string& path, std::string_view text);

}  // namespace muster
