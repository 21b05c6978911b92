#include "sim/scenario/shell_words.h"

#include <algorithm>

#include "sim/scenario/quote.h"

namespace muster {
namespace {

bool separates_words(char c) { return c == ' ' || c == '\t' || c == '\r'; }

class Splitter {
 public:
  explicit Splitter(std::string_view text) : rest_(text) {}

  // False: there is no further word.
  bool next(std::string& word) {
    word.clear();
    if (!skip_to_word()) return false;
    while (!rest_.empty() && !separates_words(rest_.front()) && rest_.front() != '\n') {
      const char c = take();
      if (c == '\'')
        single_quoted(word);
      else if (c == '"')
        double_quoted(word);
      else if (c == '\\')
        escaped(word);
      else
        word += c;
    }
    return true;
  }

  // What follows the quote that did not end; empty: all did.
  std::string_view open_quote() const { return open_quote_; }

 private:
  char take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  bool skip_to_word() {
    for (;;) {
      while (!rest_.empty() && (separates_words(rest_.front()) || rest_.front() == '\n')) take();
      if (rest_.starts_with('#')) {
        rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
      } else if (rest_.starts_with('\\') && continues(1)) {
        continue_line();
      } else {
        return !rest_.empty();
      }
    }
  }

  // Only blanks between `from` and the end of the line, and the line has an end or the text stops.
  bool continues(std::size_t from) const {
    while (from < rest_.size() && separates_words(rest_[from])) ++from;
    return from == rest_.size() || rest_[from] == '\n';
  }

  void continue_line() {
    const std::size_t end = rest_.find('\n');
    rest_.remove_prefix(end == rest_.npos ? rest_.size() : end + 1);
  }

  void escaped(std::string& word) {
    if (continues(0))
      continue_line();  // and the word goes on there
    else
      word += take();
  }

  void single_quoted(std::string& word) {
    const std::string_view from = rest_;
    while (!rest_.empty()) {
      const char c = take();
      if (c == '\'') return;
      word += c;
    }
    open_quote_ = from.empty() ? std::string_view("'") : from;
  }

  void double_quoted(std::string& word) {
    const std::string_view from = rest_;
    while (!rest_.empty()) {
      const char c = take();
      if (c == '"') return;
      if (c == '\\' && !rest_.empty() &&
          std::string_view("$`\"\\\n").find(rest_.front()) != std::string_view::npos) {
        if (const char next = take(); next != '\n') word += next;
      } else {
        word += c;
      }
    }
    open_quote_ = from.empty() ? std::string_view("\"") : from;
  }

  std::string_view rest_;
  std::string_view open_quote_;
};

}  // namespace

std::optional<std::vector<std::string>> shell_words(std::string_view text, Problems& problems) {
  Splitter splitter(text);
  std::vector<std::string> words;
  for (std::string word; splitter.next(word);) words.push_back(word);
  if (splitter.open_quote().empty()) return words;
  problems.add("", "",
               "a quote does not end: it begins before " + in_quotes(splitter.open_quote()));
  return std::nullopt;
}

}  // namespace muster
