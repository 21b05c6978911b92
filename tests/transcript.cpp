#include "tests/transcript.h"

#include <algorithm>

namespace muster {
namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1);
    out.push_back(text.substr(0, end + 1));
    text.remove_prefix(end + 1);
  }
  return out;
}

bool is_command(std::string_view line) { return line.starts_with("$ "); }
bool is_words(std::string_view line) { return line.starts_with("# ") || line == "#\n"; }

std::string joined(std::vector<std::string_view>::const_iterator from,
                   std::vector<std::string_view>::const_iterator to) {
  std::string out;
  for (; from != to; ++from) out += *from;
  return out;
}

bool matches_lines(const std::vector<std::string_view>& expected, std::size_t e,
                   const std::vector<std::string_view>& actual, std::size_t a) {
  for (; e < expected.size(); ++e, ++a) {
    if (expected[e] == "...\n") {
      for (std::size_t skip = a; skip <= actual.size(); ++skip)
        if (matches_lines(expected, e + 1, actual, skip)) return true;
      return false;
    }
    if (a == actual.size() || expected[e] != actual[a]) return false;
  }
  return a == actual.size();
}

// Lengths of the longest common subsequences of what is left of both.
std::vector<std::vector<std::size_t>> common_lengths(const std::vector<std::string_view>& left,
                                                     const std::vector<std::string_view>& right) {
  std::vector<std::vector<std::size_t>> length(left.size() + 1,
                                               std::vector<std::size_t>(right.size() + 1));
  for (std::size_t l = left.size(); l-- > 0;)
    for (std::size_t r = right.size(); r-- > 0;)
      length[l][r] = left[l] == right[r] ? length[l + 1][r + 1] + 1
                                         : std::max(length[l + 1][r], length[l][r + 1]);
  return length;
}

// Keeps three equal lines around each difference.
std::string without_long_equal_parts(const std::vector<std::string>& lines) {
  constexpr std::size_t kAround = 3;
  std::vector<bool> keep(lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].starts_with("  ")) continue;
    const std::size_t last = std::min(lines.size(), i + kAround + 1);
    for (std::size_t k = i - std::min(i, kAround); k < last; ++k) keep[k] = true;
  }
  std::string out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (keep[i])
      out += lines[i];
    else if (i == 0 || keep[i - 1])
      out += "  [equal lines]\n";
  }
  return out;
}

}  // namespace

std::string script_of(std::string_view command) {
  std::string out;
  for (std::string_view line : lines_of(command)) {
    if (!out.empty() && line.starts_with("> ")) line.remove_prefix(2);
    out += line;
  }
  return out;
}

Transcript parse_transcript(std::string_view text) {
  const std::vector<std::string_view> lines = lines_of(text);
  Transcript out;
  std::string before;
  std::size_t i = 0;
  while (i < lines.size() && !is_command(lines[i])) before += lines[i++];
  while (i < lines.size()) {
    Step step;
    step.before = std::move(before);
    before.clear();
    step.command = lines[i++].substr(2);
    while (i < lines.size() && (step.command.ends_with("\\\n") || lines[i].starts_with("> ")))
      step.command += lines[i++];
    if (step.command.ends_with('\n')) step.command.pop_back();
    std::size_t end = i;
    while (end < lines.size() && !is_command(lines[end])) ++end;
    std::size_t output_end = end;
    if (end < lines.size()) {
      while (output_end > i && is_words(lines[output_end - 1])) --output_end;
      if (output_end > i && lines[output_end - 1] == "\n") --output_end;
    }
    const auto at = [&](std::size_t n) { return lines.begin() + static_cast<std::ptrdiff_t>(n); };
    step.output = joined(at(i), at(output_end));
    before = joined(at(output_end), at(end));
    i = end;
    out.steps.push_back(std::move(step));
  }
  out.after = std::move(before);
  return out;
}

std::string print_transcript(const Transcript& transcript) {
  std::string out;
  for (const Step& step : transcript.steps)
    out += step.before + "$ " + step.command + "\n" + step.output;
  return out + transcript.after;
}

bool matches(std::string_view expected, std::string_view actual) {
  return matches_lines(lines_of(expected), 0, lines_of(actual), 0);
}

std::string shortened_like(std::string_view expected, std::string_view actual) {
  const std::vector<std::string_view> old = lines_of(expected), lines = lines_of(actual);
  const auto dots = std::find(old.begin(), old.end(), "...\n");
  if (dots == old.end() || lines.size() < old.size()) return std::string(actual);
  const auto tail = old.end() - dots - 1;
  return joined(lines.begin(), lines.begin() + (dots - old.begin())) + "...\n" +
         joined(lines.end() - tail, lines.end());
}

std::string difference(std::string_view expected, std::string_view actual) {
  const std::vector<std::string_view> left = lines_of(expected), right = lines_of(actual);
  const auto length = common_lengths(left, right);
  std::vector<std::string> out;
  const auto add = [&](const char* mark, std::string_view line) {
    out.push_back(mark + std::string(line) + (line.ends_with('\n') ? "" : "[no newline]\n"));
  };
  std::size_t l = 0, r = 0;
  while (l < left.size() || r < right.size()) {
    if (l < left.size() && r < right.size() && left[l] == right[r]) {
      add("  ", left[l++]), ++r;
    } else if (r == right.size() || (l < left.size() && length[l + 1][r] >= length[l][r + 1])) {
      add("- ", left[l++]);
    } else {
      add("+ ", right[r++]);
    }
  }
  return without_long_equal_parts(out);
}

std::vector<Fence> console_fences(std::string_view page) {
  constexpr std::string_view kOpen = "```console\n";
  std::vector<Fence> out;
  for (std::size_t at = page.find(kOpen); at != page.npos; at = page.find(kOpen, at + 1)) {
    if (at > 0 && page[at - 1] != '\n') continue;
    const std::size_t begin = at + kOpen.size();
    const std::string_view rest = page.substr(begin);
    if (!rest.starts_with("$ ./run ") && !rest.starts_with("$ muster ")) continue;
    const std::size_t end = page.find("\n```", begin);
    if (end != page.npos) out.push_back({begin, end + 1});
  }
  return out;
}

}  // namespace muster
