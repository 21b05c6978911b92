#include "tests/tidy_source.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <utility>

namespace muster::tidy {
namespace {

// What a raw string is blanked with: its lines are data, which a function may hold many of.
constexpr char kData = '"';

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
  return lines;
}

// Where the comment or literal that starts at `at` ends (one past it); `at` itself if none starts.
std::size_t end_of_non_code(std::string_view text, std::size_t at) {
  const auto after = [&](std::string_view mark, std::size_t from) {
    const std::size_t found = text.find(mark, from);
    return found == text.npos ? text.size() : found + mark.size();
  };
  const std::string_view rest = text.substr(at);
  const bool in_word = at > 0 && is_word(text[at - 1]);
  if (rest.starts_with("//")) return std::min(text.find('\n', at), text.size());
  if (rest.starts_with("/*")) return after("*/", at + 2);
  if (rest.starts_with("R\"") && !in_word) {
    const std::size_t open = rest.find('(');
    if (open == rest.npos) return text.size();
    return after(")" + std::string(rest.substr(2, open - 2)) + "\"", at + open);
  }
  const char quote = rest.front();
  if (quote != '"' && (quote != '\'' || in_word)) return at;  // 1'000: a quote inside a number
  for (++at; at < text.size() && text[at] != quote; ++at)
    if (text[at] == '\\') ++at;
  return std::min(at + 1, text.size());
}

std::string blank_non_code(std::string_view text) {
  std::string code(text);
  for (std::size_t at = 0; at < code.size();) {
    const std::size_t end = end_of_non_code(text, at);
    const char blank = text[at] == 'R' ? kData : ' ';
    for (std::size_t i = at; i < end; ++i)
      if (code[i] != '\n') code[i] = blank;
    at = end == at ? at + 1 : end;
  }
  return code;
}

// Lines of the preprocessor, blanked too: the braces of a macro need not match.
std::vector<std::string> without_directives(std::vector<std::string> code) {
  bool inside = false;
  for (std::string& line : code) {
    const std::size_t first = line.find_first_not_of(' ');
    inside = inside || (first != line.npos && line[first] == '#');
    const bool goes_on = line.ends_with('\\');
    if (inside) line.clear();
    inside = inside && goes_on;
  }
  return code;
}

// Drops every leading "template <...>" of a declaration.
std::string_view without_template(std::string_view head) {
  while (head.starts_with("template")) {
    std::size_t at = head.find('<');
    int depth = 0;
    for (; at < head.size(); ++at) {
      depth += head[at] == '<' ? 1 : head[at] == '>' ? -1 : 0;
      if (depth == 0) break;
    }
    head.remove_prefix(std::min(at + 1, head.size()));
    head.remove_prefix(std::min(head.find_first_not_of(' '), head.size()));
  }
  return head;
}

// What a brace opens: a namespace or type (whose inside is looked at), a function, a value.
enum class Scope { Outer, Function, Value };

// The text before the brace, outside parentheses: "static int f()" of "static int f(int a = 1)".
std::string outside_parentheses(std::string_view head) {
  std::string out;
  int depth = 0;
  for (const char c : head) {
    if (c == ')') --depth;
    if (depth == 0) out += c;
    if (c == '(') ++depth;
  }
  return out;
}

Scope classify(std::string_view text) {
  const std::string head = outside_parentheses(without_template(text));
  const bool parameters = head.find(')') != head.npos;
  if (has_word(head, "namespace") || head.starts_with("extern  ")) return Scope::Outer;
  for (const char* type : {"class", "struct", "union", "enum"})
    if (head.starts_with(type) || (has_word(head, type) && !parameters)) return Scope::Outer;
  if (head.find("](") != head.npos) return Scope::Function;  // a named lambda
  if (!parameters) return Scope::Value;
  const bool named_operator = has_word(head, "operator");
  if (!named_operator && head.find('=') != head.npos) return Scope::Value;
  // "Foo() : a_(1), b_{" opens a member's value; "Foo() : a_(1) {" and "f() const {" the body.
  const std::size_t colon = head.find(':', head.find(')'));
  const bool initialisers = colon != head.npos && head.find("::", colon) != colon;
  const char last = head[head.find_last_not_of(' ')];
  return initialisers && (is_word(last) || last == '>') ? Scope::Value : Scope::Function;
}

// Walks over the code, keeping the open braces and the declaration so far.
class FunctionFinder {
 public:
  std::vector<Function> functions;

  void take(char c, int line) {
    if (c == '{') return open(line);
    if (c == '}') return close(line);
    if (!open_.empty() && open_.back() != Scope::Outer) return;
    parentheses_ += c == '(' ? 1 : c == ')' ? -1 : 0;
    if (c == ';' && parentheses_ == 0) return head_.clear();
    if (c == ' ' && head_.empty()) return;
    if (head_.empty()) first_ = line;
    head_ += c;
    if (head_ == "public:" || head_ == "private:" || head_ == "protected:") head_.clear();
  }

 private:
  bool at_outer() const { return open_.empty() || open_.back() == Scope::Outer; }

  void open(int line) {
    if (head_.empty()) first_ = line;
    open_.push_back(!at_outer() || parentheses_ > 0 ? Scope::Value : classify(head_));
    if (open_.back() == Scope::Outer) head_.clear();
  }

  void close(int line) {
    if (open_.empty()) return;
    const Scope scope = open_.back();
    open_.pop_back();
    if (!at_outer()) return;
    if (scope == Scope::Function) functions.push_back({first_, line});
    if (scope == Scope::Value)
      head_ += '}';
    else
      head_.clear();
  }

  std::vector<Scope> open_;
  std::string head_;
  int first_ = 0;
  int parentheses_ = 0;
};

}  // namespace

Source parse(std::string path, std::string_view text) {
  return {std::move(path), split_lines(text), split_lines(blank_non_code(text))};
}

std::vector<Include> includes(const Source& source) {
  std::vector<Include> found;
  for (std::size_t i = 0; i < source.lines.size(); ++i) {
    const std::string& line = source.lines[i];
    if (source.code[i].find("#include") == std::string::npos) continue;
    const std::size_t open = line.find_first_of("\"<");
    const std::size_t close = line.find_first_of("\">", open + 1);
    if (open == line.npos || close == line.npos) continue;
    found.push_back(
        {static_cast<int>(i) + 1, line.substr(open + 1, close - open - 1), line[open] == '"'});
  }
  return found;
}

std::vector<Function> functions(const Source& source) {
  FunctionFinder finder;
  int number = 0;
  for (const std::string& line : without_directives(source.code)) {
    ++number;
    for (const char c : line) finder.take(c, number);
    finder.take(' ', number);
  }
  return finder.functions;
}

int length(const Source& source, const Function& function) {
  int lines = 0;
  for (int number = function.first; number <= function.last; ++number) {
    const std::string& code = source.code[static_cast<std::size_t>(number - 1)];
    const bool data = !code.empty() && code.find_first_not_of(kData) == code.npos;
    lines += data ? 0 : 1;
  }
  return lines;
}

bool has_word(std::string_view text, std::string_view word) {
  for (std::size_t at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool starts = at == 0 || !is_word(text[at - 1]);
    if (starts && (end == text.size() || !is_word(text[end]))) return true;
  }
  return false;
}

}  // namespace muster::tidy
