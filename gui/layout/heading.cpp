#include "gui/layout/heading.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gui/layout/display_list.h"
#include "sim/report/quantities.h"
#include "sim/report/run_words.h"

namespace muster::gui {
namespace {

constexpr std::size_t kMostLines = 3;
constexpr float kSlack = 1.03F;  // letters may be a little wider than display_list.cpp says

// Broken at blanks; the last line holds all that is left.
std::vector<std::string> broken(const std::string& words, float font, float room) {
  std::vector<std::string> out = {""};
  for (std::size_t at = 0; at < words.size();) {
    if (out.size() == kMostLines) {
      out.back() += (out.back().empty() ? "" : " ") + words.substr(at);
      break;
    }
    const std::size_t end = std::min(words.find(' ', at), words.size());
    const std::string word = words.substr(at, end - at);
    const std::string longer = out.back() + (out.back().empty() ? "" : " ") + word;
    const bool fits = out.back().empty() || text_width(longer, font) * kSlack <= room;
    if (fits) out.back() = longer;
    else out.push_back(word);
    at = end + 1;
  }
  return out;
}

}  // namespace

std::string heading_words(const Scene& scene) {
  const Totals& totals = scene.result->totals;
  const std::uint32_t attempts = scene.result->milestones.attempts;
  std::string words =
      attempts > 1 && !scene.of ? fmt::format("attempt {}, ", attempts) : std::string();
  words += duration_text(totals.wall);
  if (scene.reference) {
    const double other = scene.reference->totals.wall.in_seconds();
    if (other > 0)
      words += fmt::format(" ({} against {})", error_text(totals.wall.in_seconds() / other - 1),
                           duration_text(scene.reference->totals.wall));
  }
  words += fmt::format(", {} on {}", counted(totals.tasks, "task"), executors_text(totals));
  const double available = totals.available.in_seconds();
  if (available > 0)
    words += fmt::format(", cores {} busy", share_text(totals.busy.in_seconds() / available));
  if (totals.failed_attempts > 0)
    words += ", " + counted(totals.failed_attempts, "failed attempt");
  if (scene.result->cost != Money()) words += ", cost " + money_text(scene.result->cost);
  words += ", driver " + muster::words_of(scene.driver_place);
  if (!scene.result->succeeded)
    words = (scene.result->waits_for_ever ? "WAITS FOR EVER: " : "FAILED: ") +
            failure_line(scene.result->failure) + "; " + words;
  return words;
}

Heading heading_of(const Scene& scene, float width, float scale) {
  constexpr float kBold = 1.12F;  // see DisplayList::text
  const float font = std::round(12 * scale);
  const std::string words = heading_words(scene);
  const float room = width - 30 * scale - text_width(scene.title, font) * kBold;
  if (text_width(words, font) * kSlack <= room) return {.lines = {words}};
  return {.beside = false, .lines = broken(words, font, width - 16 * scale)};
}

}  // namespace muster::gui
