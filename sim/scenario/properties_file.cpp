#include "sim/scenario/properties_file.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace muster {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\f'; }

std::string_view skip_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  return text;
}

std::string trimmed(std::string_view text) {
  const auto space = [](char c) { return is_blank(c) || c == '\r' || c == '\n'; };
  while (!text.empty() && space(text.front())) text.remove_prefix(1);
  while (!text.empty() && space(text.back())) text.remove_suffix(1);
  return std::string(text);
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// An odd number of backslashes at the end: the last one is not itself escaped.
bool continues(std::string_view line) {
  std::size_t n = 0;
  while (n < line.size() && line[line.size() - 1 - n] == '\\') ++n;
  return n % 2 == 1;
}

void append_utf8(std::uint32_t code, std::string& out) {
  const auto byte = [&](std::uint32_t b) { out += static_cast<char>(b); };
  if (code < 0x80) return byte(code);
  if (code < 0x800) return byte(0xc0 | code >> 6), byte(0x80 | (code & 63));
  byte(0xe0 | code >> 12), byte(0x80 | (code >> 6 & 63)), byte(0x80 | (code & 63));
}

// False: a \u that is none.
bool unescape(std::string_view text, std::string& out) {
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c != '\\' || text.empty()) {
      out += c;
      continue;
    }
    const char escaped = text.front();
    text.remove_prefix(1);
    const std::size_t control = std::string_view("tnrf").find(escaped);
    if (escaped == 'u') {
      std::uint32_t code = 0;
      const std::string_view digits = text.substr(0, 4);
      const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16).ptr;
      if (digits.size() < 4 || end != digits.data() + 4) return false;
      append_utf8(code, out);
      text.remove_prefix(4);
    } else {
      out += control == std::string_view::npos ? escaped : "\t\n\r\f"[control];
    }
  }
  return true;
}

// Where the key ends: at the first blank, = or : that no backslash precedes.
std::size_t key_end(std::string_view line) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\')
      ++i;
    else if (is_blank(line[i]) || line[i] == '=' || line[i] == ':')
      return i;
  }
  return line.size();
}

}  // namespace

std::vector<Property> parse_properties(std::string_view text, const std::string& file,
                                       Problems& problems) {
  std::vector<Property> properties;
  for (int line = 1; !text.empty(); ++line) {
    std::string logical(skip_blanks(take_line(text)));
    if (logical.empty() || logical.front() == '#' || logical.front() == '!') continue;
    Property property{.key = {}, .value = {}, .line = line};
    for (; continues(logical); ++line) {
      logical.pop_back();
      if (text.empty()) break;
      logical += skip_blanks(take_line(text));
    }
    const std::size_t end = key_end(logical);
    std::string_view rest = skip_blanks(std::string_view(logical).substr(end));
    if (rest.starts_with('=') || rest.starts_with(':')) rest = skip_blanks(rest.substr(1));
    std::string value;
    if (!unescape(std::string_view(logical).substr(0, end), property.key) || !unescape(rest, value))
      problems.add(file, "line " + std::to_string(property.line),
                   "expected four hexadecimal digits after \\u");
    property.value = trimmed(value);
    properties.push_back(std::move(property));
  }
  return properties;
}

}  // namespace muster
