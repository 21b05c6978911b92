#include "sim/scenario/text_file.h"

#include <array>
#include <filesystem>

namespace muster {

std::optional<std::string> read_all(std::istream& in) {
  std::string text;
  std::array<char, 1 << 14> block;
  while (in) {
    in.read(block.data(), block.size());
    text.append(block.data(), static_cast<std::size_t>(in.gcount()));
  }
  return in.eof() && !in.bad() ? std::optional(text) : std::nullopt;
}

std::string file_name(const std::string& path) {
  const std::filesystem::path whole(path);
  return (whole.has_filename() ? whole : whole.parent_path()).filename().string();
}

}  // namespace muster
