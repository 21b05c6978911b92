// Inside the HTML writer: the page's data as JSON, compact. Keys are the page's own business.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/units.h"
#include "sim/report/html.h"

namespace muster::html {

// JSON straight into a buffer, commas set by itself.
class PageJson {
 public:
  PageJson& open(char bracket);   // '{' or '['
  PageJson& close(char bracket);  // '}' or ']'
  PageJson& key(std::string_view name);
  PageJson& text(std::string_view value);
  PageJson& number(std::int64_t value);
  PageJson& real(double value);  // null where it is not finite
  PageJson& flag(bool value);
  PageJson& null();
  PageJson& raw(std::string_view json);

  PageJson& field(std::string_view name, std::string_view value) { return key(name).text(value); }
  PageJson& field(std::string_view name, const char* value) { return key(name).text(value); }
  PageJson& field(std::string_view name, std::int64_t value) { return key(name).number(value); }
  PageJson& field(std::string_view name, std::uint64_t value) {
    return key(name).number(static_cast<std::int64_t>(value));
  }
  PageJson& field(std::string_view name, std::int32_t value) { return key(name).number(value); }
  PageJson& field(std::string_view name, std::uint32_t value) { return key(name).number(value); }
  PageJson& field(std::string_view name, double value) { return key(name).real(value); }
  PageJson& field(std::string_view name, bool value) { return key(name).flag(value); }
  PageJson& field(std::string_view name, Duration value) {
    return key(name).number(value.in_millis());
  }

  const std::string& str() const { return out_; }

 private:
  void comma();
  std::string out_;
};

// Numbers as base64 of zigzag LEB128, which JSON numbers would take three times the room of. Delta:
// each is stored as its difference from the one before.
enum class Coding { Plain, Delta };
std::string packed(const std::vector<std::int64_t>& values, Coding coding);

// What packed() made; nothing: it is damaged.
std::optional<std::vector<std::int64_t>> unpacked(std::string_view text, Coding coding);

std::string base64(std::string_view bytes);

// Nothing in it ends the script element or reads as anything but JSON: < > & and the line ends
// U+2028 and U+2029 become escapes, which only strings can hold.
std::string safe_in_script(std::string_view json);
// For text between tags.
std::string safe_in_text(std::string_view text);

// Whole milliseconds from the application's start; null: has not happened.
class PageClock {
 public:
  // `submitted`: counts from there where the application never starts.
  PageClock(const Timeline& timeline, Time submitted);
  std::int64_t operator()(Time t) const { return (t - start_).in_millis(); }
  void field(PageJson& out, std::string_view name, Time t) const;

 private:
  Time start_;
};

// The parts of one side: html_side.cpp, html_tasks.cpp.
void add_side(PageJson& out, const HtmlSide& side);
void add_pace(PageJson& out, const HtmlSide& side);
void add_tasks(PageJson& out, const Timeline& timeline, const Explanation& explanation,
               const PageClock& clock);

}  // namespace muster::html
