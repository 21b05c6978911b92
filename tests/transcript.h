// A terminal session as text: command lines and what they print.
//
//   # Words about the next command, on lines of their own.
//   $ muster run scenarios/hello.json
//   what it prints, standard output and standard error as they come
//   [exit 2]                                    where the exit code is not 0
//
// A command goes on after a backslash at the line's end, and on lines that begin with "> ".
// A blank line before the next command (or the words about it) is not part of the output. An
// expected line "..." stands for any number of lines.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace muster {

struct Step {
  std::string before;   // words and blank lines in front of the command, as they stand
  std::string command;  // as it stands, without "$ " and the last line's end
  std::string output;   // whole lines
};

struct Transcript {
  std::vector<Step> steps;
  std::string after;  // what is left of a text without commands
};

// What the shell is to run for a step's command.
std::string script_of(std::string_view command);

Transcript parse_transcript(std::string_view text);
// parse_transcript() of it gives the same.
std::string print_transcript(const Transcript& transcript);

// Whether `actual` is what was expected, "..." taken into account.
bool matches(std::string_view expected, std::string_view actual);

// `actual` shortened as `expected` is: where that has one "..." with some lines before and after,
// so has this.
std::string shortened_like(std::string_view expected, std::string_view actual);

// Both texts as one, line by line: "- " only expected, "+ " only there, "  " in both. Long equal
// stretches are left out.
std::string difference(std::string_view expected, std::string_view actual);

// The command blocks of a Markdown page: fences named "console" whose first line runs muster. Each
// is the range of its text in `page`.
struct Fence {
  std::size_t begin = 0;
  std::size_t end = 0;
};
std::vector<Fence> console_fences(std::string_view page);

}  // namespace muster
