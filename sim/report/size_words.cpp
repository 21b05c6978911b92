#include "sim/report/size_words.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/report/quantities.h"

namespace muster {
namespace {

std::string change_text(double before, double now) {
  if (before <= 0) return "";
  return " (" + error_text(now / before - 1) + ")";
}

std::string wall_text(const SizePoint& given, const SizePoint& other) {
  if (duration_text(other.wall) == duration_text(given.wall))
    return "the same " + duration_text(given.wall);
  return fmt::format("{} instead of {}{}", duration_text(other.wall), duration_text(given.wall),
                     change_text(given.wall.in_seconds(), other.wall.in_seconds()));
}

std::string cost_text(const SizePoint& given, const SizePoint& other) {
  if (given.cost == Money() && other.cost == Money())
    return fmt::format("executors' core time {} instead of {}{}; no machine here has a price",
                       duration_text(other.core_time), duration_text(given.core_time),
                       change_text(given.core_time.in_seconds(), other.core_time.in_seconds()));
  if (money_text(given.cost) == money_text(other.cost))
    return "cost the same " + money_text(given.cost);
  return fmt::format("cost {} instead of {}{}", money_text(other.cost), money_text(given.cost),
                     change_text(given.cost.in_dollars(), other.cost.in_dollars()));
}

// Why it is not another time, where the executors are what it is about.
std::string arrival_text(const SizePoint& given, const SizePoint& other) {
  const auto asked = static_cast<std::uint64_t>(other.executors);
  if (other.registered >= asked) return "";
  if (other.registered <= given.registered && other.executors > given.executors)
    return fmt::format(" None of them comes: no more than {} are there at the same time.",
                       other.registered);
  return fmt::format(" No more than {} are there at the same time.", other.registered);
}

std::string count_words(std::int32_t more) {
  constexpr const char* kWords[] = {"No", "One", "Two", "Three", "Four"};
  const std::int32_t count = more < 0 ? -more : more;
  const std::string number = count < 5 ? kWords[count] : std::to_string(count);
  const std::string noun = count == 1 ? " executor" : " executors";
  if (more < 0) return number + noun + " fewer";
  return number + " more" + noun;
}

}  // namespace

std::string words_of_more(const SizeCurve& curve, std::int32_t more) {
  const std::string who = count_words(more);
  if (!curve.why_not.empty()) return who + ": cannot be answered, because " + curve.why_not + ".";
  const auto given = std::ranges::find(curve.points, true, &SizePoint::given);
  if (given == curve.points.end()) return {};
  const auto other =
      std::ranges::find(curve.points, given->executors + more, &SizePoint::executors);
  if (other == curve.points.end()) return {};
  std::string out = fmt::format("{} ({} instead of {}): ", who, other->executors, given->executors);
  if (!given->succeeded) return out + "the run fails as it is; a time would say how soon.";
  if (!other->succeeded) return out + "it fails.";
  out += wall_text(*given, *other) + ", " + cost_text(*given, *other) + ".";
  out += arrival_text(*given, *other);
  return curve.assumed.empty() ? out : out + " " + curve.assumed + ".";
}

}  // namespace muster
