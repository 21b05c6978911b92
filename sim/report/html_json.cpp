#include "sim/report/html_json.h"

#include <fmt/format.h>

#include <cmath>

#include "sim/report/json_text.h"

namespace muster::html {

void PageJson::comma() {
  if (out_.empty()) return;
  const char last = out_.back();
  if (last != '{' && last != '[' && last != ':') out_ += ',';
}

PageJson& PageJson::open(char bracket) {
  comma();
  out_ += bracket;
  return *this;
}

PageJson& PageJson::close(char bracket) {
  out_ += bracket;
  return *this;
}

PageJson& PageJson::key(std::string_view name) {
  comma();
  append_quoted(out_, name);
  out_ += ':';
  return *this;
}

PageJson& PageJson::text(std::string_view value) {
  comma();
  append_quoted(out_, value);
  return *this;
}

PageJson& PageJson::number(std::int64_t value) {
  comma();
  append_number(out_, value);
  return *this;
}

PageJson& PageJson::real(double value) {
  if (!std::isfinite(value)) return null();
  return raw(fmt::format("{}", value));
}

PageJson& PageJson::flag(bool value) { return raw(value ? "true" : "false"); }

PageJson& PageJson::null() { return raw("null"); }

PageJson& PageJson::raw(std::string_view json) {
  comma();
  out_ += json;
  return *this;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = bytes.size() - i;
    const auto byte = [&](std::size_t k) -> std::uint32_t {
      return k < left ? static_cast<unsigned char>(bytes[i + k]) : 0U;
    };
    const std::uint32_t three = byte(0) << 16 | byte(1) << 8 | byte(2);
    out += kDigits[three >> 18];
    out += kDigits[three >> 12 & 63];
    out += left > 1 ? kDigits[three >> 6 & 63] : '=';
    out += left > 2 ? kDigits[three & 63] : '=';
  }
  return out;
}

std::string packed(const std::vector<std::int64_t>& values, Coding coding) {
  std::string bytes;
  bytes.reserve(values.size() * 2);
  std::int64_t before = 0;
  for (const std::int64_t value : values) {
    const std::int64_t stored = coding == Coding::Delta ? value - before : value;
    before = value;
    std::uint64_t left =
        (static_cast<std::uint64_t>(stored) << 1) ^ static_cast<std::uint64_t>(stored >> 63);
    for (; left >= 0x80; left >>= 7) bytes += static_cast<char>((left & 0x7f) | 0x80);
    bytes += static_cast<char>(left);
  }
  return base64(bytes);
}

namespace {

std::optional<std::string> from_base64(std::string_view text) {
  const auto digit = [](char c) -> std::uint32_t {
    if (c >= 'A' && c <= 'Z') return static_cast<std::uint32_t>(c - 'A');
    if (c >= 'a' && c <= 'z') return static_cast<std::uint32_t>(c - 'a' + 26);
    if (c >= '0' && c <= '9') return static_cast<std::uint32_t>(c - '0' + 52);
    return c == '+' ? 62 : c == '/' ? 63 : 64;
  };
  if (text.size() % 4 != 0) return std::nullopt;
  while (text.ends_with('=')) text.remove_suffix(1);
  std::string out;
  std::uint32_t held = 0, bits = 0;
  for (const char c : text) {
    if (digit(c) == 64) return std::nullopt;
    held = (held << 6 | digit(c)) & 0xffff, bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out += static_cast<char>(held >> bits & 0xff);
  }
  return out;
}

}  // namespace

std::optional<std::vector<std::int64_t>> unpacked(std::string_view text, Coding coding) {
  const std::optional<std::string> bytes = from_base64(text);
  if (!bytes) return std::nullopt;
  std::vector<std::int64_t> out;
  std::uint64_t left = 0, before = 0;  // sums of what was packed fit; of what is damaged may wrap
  int shift = 0;
  for (const char c : *bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (shift > 63) return std::nullopt;
    left |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    shift += 7;
    if (byte & 0x80) continue;
    const std::uint64_t value = (left >> 1) ^ (0 - (left & 1));
    before = coding == Coding::Delta ? before + value : value;
    out.push_back(static_cast<std::int64_t>(before));
    left = 0, shift = 0;
  }
  if (shift != 0) return std::nullopt;
  return out;
}

std::string safe_in_script(std::string_view json) {
  std::string out;
  out.reserve(json.size() + json.size() / 64);
  for (std::size_t i = 0; i < json.size(); ++i) {
    const std::string_view rest = json.substr(i, 3);
    if (json[i] == '<') out += "\\u003c";
    else if (json[i] == '>') out += "\\u003e";
    else if (json[i] == '&') out += "\\u0026";
    else if (rest == "\xe2\x80\xa8") out += "\\u2028", i += 2;
    else if (rest == "\xe2\x80\xa9") out += "\\u2029", i += 2;
    else out += json[i];
  }
  return out;
}

std::string safe_in_text(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const char c = text.front();
    const auto code = static_cast<unsigned char>(c);
    if (length == 0 || (code < 0x20 && c != '\n' && c != '\t')) out += "\xef\xbf\xbd";
    else if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else if (c == '&') out += "&amp;";
    else if (c == '"') out += "&quot;";
    else out += text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

PageClock::PageClock(const Timeline& timeline, Time submitted)
    : start_(timeline.application.start.happened() ? timeline.application.start
             : submitted.happened()                ? submitted
                                                   : Time()) {}

void PageClock::field(PageJson& out, std::string_view name, Time t) const {
  out.key(name);
  if (t.happened()) out.number((*this)(t));
  else out.null();
}

}  // namespace muster::html
