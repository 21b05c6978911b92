#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <numeric>
#include <utility>

#include "sim/scenario/json_tree.h"
#include "sim/scenario/quote.h"

namespace muster {
namespace {

using Json = nlohmann::json;

// Deeper nesting is no scenario, and trees are destroyed recursively.
constexpr std::size_t kDeepest = 64;

// How far the parser has read. It does not tell its callbacks, so its input iterator does.
struct Progress {
  int line = 1;
  char last = 0;
};

class CountingIterator {
 public:
  using iterator_category = std::forward_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator() = default;
  CountingIterator(const char* at, Progress* progress) : at_(at), progress_(progress) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    if (*at_ == '\n') ++progress_->line;
    progress_->last = *at_++;
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator before = *this;
    ++*this;
    return before;
  }
  bool operator==(const CountingIterator& other) const { return at_ == other.at_; }

 private:
  const char* at_ = nullptr;
  Progress* progress_ = nullptr;
};

constexpr int kNumberTooLarge = 406;  // the library's number for it

// Of "[...] parse error at line 1, column 2: syntax error while parsing value - invalid literal;
// last read: '...'; expected ..." what a reader needs besides the place.
std::string plain_words(std::string what) {
  constexpr std::string_view kBegin = "syntax error while parsing ";
  if (const std::size_t at = what.find(kBegin); at != what.npos)
    what.replace(0, at + kBegin.size(), "syntax error in ");
  if (const std::size_t at = what.find("; last read: "); at != what.npos) {
    const std::size_t end = what.rfind("'; expected");
    what.erase(at, end == what.npos || end < at ? what.npos : end + 1 - at);
  }
  if (const std::size_t dash = what.find(" - "); dash != what.npos) what.replace(dash, 3, ": ");
  return printable(what);
}

// Builds the tree from nlohmann's callbacks; false stops the parse.
class Builder {
 public:
  Builder(std::string_view text, const std::string& file, const Progress& progress,
          Problems& problems)
      : text_(text), file_(file), progress_(progress), problems_(problems) {}

  // Without the syntax error there may have been duplicates.
  bool syntax_ok() const { return ok_; }
  JsonNode take() { return std::move(root_); }

  bool null() { return put(JsonNode{}); }
  bool boolean(bool value) { return put(JsonNode::boolean(value)); }
  bool string(std::string& value) { return put(JsonNode::string(value)); }
  bool binary(Json::binary_t&) { return false; }
  bool number_integer(std::int64_t value) { return put_number(std::to_string(value)); }
  bool number_unsigned(std::uint64_t value) { return put_number(std::to_string(value)); }
  bool number_float(double, const std::string& written) { return put_number(written); }

  bool start_object(std::size_t) { return open(JsonNode::object()); }
  bool start_array(std::size_t) { return open(JsonNode::array()); }
  bool key(std::string& name) {
    open_.back()->keys.push_back(name);
    return true;
  }
  bool end_object() {
    note_duplicates(*open_.back());
    return close();
  }
  bool end_array() { return close(); }

  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception& error) {
    if (error.id == kNumberTooLarge)  // comes without a position: right behind the number
      syntax_error(0, "the number is too large");
    else
      syntax_error(position, plain_words(error.what()));
    return false;
  }

 private:
  void syntax_error(std::size_t position, const std::string& what) {
    ok_ = false;
    std::string place = "line " + std::to_string(progress_.line);
    if (position > 0) {
      const std::string_view before = text_.substr(0, std::min(position, text_.size()) - 1);
      const auto line = 1 + std::count(before.begin(), before.end(), '\n');
      const std::size_t column = before.size() - (before.rfind('\n') + 1) + 1;
      place = "line " + std::to_string(line) + ", column " + std::to_string(column);
    }
    problems_.add(file_, place, what);
  }

  bool put_number(std::string digits) {
    // The parser reads one character past a number to find its end.
    const int line = progress_.line - (progress_.last == '\n' ? 1 : 0);
    return put(JsonNode::number(std::move(digits)), line);
  }

  bool put(JsonNode node, int line = 0) {
    node.line = line > 0 ? line : progress_.line;
    place(std::move(node));
    return true;
  }

  JsonNode& place(JsonNode node) {
    if (open_.empty()) return root_ = std::move(node);
    return open_.back()->items.emplace_back(std::move(node));
  }

  bool open(JsonNode node) {
    if (open_.size() == kDeepest) {
      syntax_error(0, "nested more than " + std::to_string(kDeepest) + " deep");
      return false;
    }
    node.line = progress_.line;
    open_.push_back(&place(std::move(node)));
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  void note_duplicates(const JsonNode& object) {
    std::vector<std::size_t> order(object.keys.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return object.keys[i]; });
    for (std::size_t i = 1; i < order.size(); ++i) {
      const std::string& name = object.keys[order[i]];
      if (name != object.keys[order[i - 1]]) continue;
      const std::string line = std::to_string(object.items[order[i]].line);
      const std::string before = std::to_string(object.items[order[i - 1]].line);
      problems_.add(file_, "line " + line + " " + json_path(path_of_innermost(), name),
                    "duplicate field; it is already on line " + before);
    }
  }

  std::string path_of_innermost() const {
    std::string path;
    for (std::size_t i = 0; i + 1 < open_.size(); ++i)
      path = json_path(path, open_[i]->is(JsonNode::Kind::Object)
                                 ? open_[i]->keys.back()
                                 : std::to_string(open_[i]->items.size() - 1));
    return path;
  }

  std::string_view text_;
  const std::string& file_;
  const Progress& progress_;
  Problems& problems_;
  JsonNode root_;
  // Pointers stay good: only the last open node's items grow.
  std::vector<JsonNode*> open_;
  bool ok_ = true;
};

}  // namespace

std::optional<JsonNode> parse_json(std::string_view text, const std::string& file,
                                   Problems& problems) {
  // nlohmann takes a NUL for the end and would ignore what follows.
  if (const std::size_t at = text.find('\0'); at != text.npos) {
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<long>(at), '\n');
    problems.add(file, "line " + std::to_string(line), "a NUL character; this is no text file");
    return std::nullopt;
  }
  Progress progress;
  Builder builder(text, file, progress, problems);
  const char* begin = text.data();
  Json::sax_parse(CountingIterator(begin, &progress),
                  CountingIterator(begin + text.size(), &progress), &builder,
                  Json::input_format_t::json, /*strict=*/true, /*ignore_comments=*/true);
  if (!builder.syntax_ok()) return std::nullopt;
  return builder.take();
}

}  // namespace muster
