// Which line of a file each value stands on, so that findings made later can still name it.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace muster {

class SourceLines {
 public:
  void add(std::string path, int line) { lines_.emplace_back(std::move(path), line); }
  void sort();

  // "line 12 /a/b" for a value that is in the file, or whose parent is (a field left out); just
  // the path where nothing is known.
  std::string where(const std::string& path) const;

 private:
  std::vector<std::pair<std::string, int>> lines_;
};

}  // namespace muster
