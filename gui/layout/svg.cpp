#include "gui/layout/svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "sim/report/json_text.h"

namespace muster::gui {
namespace {

// Text as XML: markup escaped; what XML cannot hold, and what is no UTF-8, is replaced.
void append_escaped(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const char c = text.front();
    const std::size_t bytes = utf8_length(text);
    if (bytes == 0) {
      out += "\xef\xbf\xbd";
    } else if (bytes > 1) {
      const std::string_view character = text.substr(0, bytes);
      const bool no_character = character == "\xef\xbf\xbe" || character == "\xef\xbf\xbf";
      out += no_character ? "\xef\xbf\xbd" : character;
    } else if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else {
      out += static_cast<unsigned char>(c) < 32 ? ' ' : c;
    }
    text.remove_prefix(std::max<std::size_t>(bytes, 1));
  }
}

// Tenths of a pixel, without a needless ".0".
void append_px(std::string& out, float value) {
  const auto tenths = static_cast<long long>(std::llround(static_cast<double>(value) * 10));
  fmt::format_to(std::back_inserter(out), "{}{}", tenths < 0 ? "-" : "", std::abs(tenths) / 10);
  if (tenths % 10 != 0) fmt::format_to(std::back_inserter(out), ".{}", std::abs(tenths) % 10);
}

void append_colour(std::string& out, const char* attribute, Colour c) {
  fmt::format_to(std::back_inserter(out), " {}=\"#{:02x}{:02x}{:02x}\"", attribute, c.r, c.g, c.b);
  if (c.a != 255)
    fmt::format_to(std::back_inserter(out), " {}-opacity=\"{:.2f}\"", attribute, c.a / 255.0);
}

void append_box(std::string& out, const Shape& s) {
  out += 'M';
  append_px(out, s.x0);
  out += ' ';
  append_px(out, s.y0);
  out += 'h';
  append_px(out, s.x1 - s.x0);
  out += 'v';
  append_px(out, s.y1 - s.y0);
  out += 'h';
  append_px(out, s.x0 - s.x1);
  out += 'z';
}

void append_line(std::string& out, const Shape& s) {
  out += "<path d=\"M";
  append_px(out, s.x0);
  out += ' ';
  append_px(out, s.y0);
  out += 'L';
  append_px(out, s.x1);
  out += ' ';
  append_px(out, s.y1);
  out += "\" fill=\"none\" stroke-width=\"";
  append_px(out, s.size);
  out += '"';
  append_colour(out, "stroke", s.colour);
  out += "/>\n";
}

void append_frame(std::string& out, const Shape& s) {
  Shape inner = s;  // the border lies inside
  inner.x0 += s.size / 2, inner.y0 += s.size / 2, inner.x1 -= s.size / 2, inner.y1 -= s.size / 2;
  out += "<path d=\"";
  append_box(out, inner);
  out += "\" fill=\"none\" stroke-width=\"";
  append_px(out, s.size);
  out += '"';
  append_colour(out, "stroke", s.colour);
  out += "/>\n";
}

void append_text(std::string& out, const Shape& s, std::string_view words) {
  out += "<text x=\"";
  append_px(out, s.x0);
  out += "\" y=\"";
  append_px(out, s.y0 + s.size * 0.85F);  // the base line
  out += "\" font-size=\"";
  append_px(out, s.size);
  out += '"';
  if (s.bold) out += " font-weight=\"bold\"";
  append_colour(out, "fill", s.colour);
  out += '>';
  append_escaped(out, words);
  out += "</text>\n";
}

}  // namespace

std::string to_svg(const DisplayList& list, std::string_view title) {
  std::string out;
  out += fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" "
      "viewBox=\"0 0 {0:.0f} {1:.0f}\" font-family=\"'DejaVu Sans', Verdana, sans-serif\" "
      "shape-rendering=\"crispEdges\" role=\"img\">\n<title>",
      list.width, list.height);
  append_escaped(out, title);
  out += "</title>\n";
  bool open = false;  // a path of boxes of one colour
  Colour colour;
  const auto close = [&] {
    if (!open) return;
    out += '"';
    append_colour(out, "fill", colour);
    out += "/>\n";
    open = false;
  };
  for (const Shape& shape : list.shapes) {
    const bool box = shape.kind == Shape::Kind::Fill;
    if (!box || !open || shape.colour != colour) close();
    switch (shape.kind) {
      case Shape::Kind::Fill:
        if (!open) out += "<path d=\"", open = true, colour = shape.colour;
        append_box(out, shape);
        break;
      case Shape::Kind::Frame:
        append_frame(out, shape);
        break;
      case Shape::Kind::Line:
        append_line(out, shape);
        break;
      case Shape::Kind::Text:
        append_text(out, shape, list.texts[shape.text]);
        break;
    }
  }
  close();
  out += "</svg>\n";
  return out;
}

}  // namespace muster::gui
