// Errors in what the user gave us. They are collected, never thrown: the user sees all of them at
// once, each with its place, what was expected and the nearest valid name.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

struct Problem {
  std::string file;   // as the user named it; "-" is standard input; empty: the command line
  std::string where;  // "line 12", a JSON path such as "/cluster/executors", or empty
  std::string what;   // what is wrong and what was expected, one sentence without a full stop
};

class Problems {
 public:
  void add(std::string file, std::string where, std::string what);
  bool empty() const { return list_.empty(); }
  const std::vector<Problem>& list() const { return list_; }
  // One line each: "FILE: WHERE: WHAT".
  std::string text() const;

 private:
  std::vector<Problem> list_;
};

// The candidate closest to `name` by edit distance (transpositions count one), or empty when none
// is close enough to be a likely slip (more than a third of the letters differ).
std::string_view nearest_name(std::string_view name, std::span<const std::string_view> candidates);

// ": did you mean `X`?" or nothing.
std::string did_you_mean(std::string_view name, std::span<const std::string_view> candidates);

}  // namespace muster
