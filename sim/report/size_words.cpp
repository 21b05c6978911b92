#include "sim/report/size_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/report/compare.h"
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

// A gain that is none.
constexpr double kNothing = 0.02;
// An error of the simulation that is none.
constexpr double kRight = 0.005;

using Points = std::vector<const SizePoint*>;

std::string enough_text(const SizePoint* given, const Points& points) {
  const SizePoint& last = *points.back();
  const Duration best = (*std::ranges::min_element(points, {}, &SizePoint::wall))->wall;
  const SizePoint& enough = **std::ranges::find_if(points, [&](const SizePoint* point) {
    return point->wall.in_seconds() <= best.in_seconds() * (1 + kNothing);
  });
  if (&enough == &last)
    return fmt::format("The more the faster, up to {}, the most that was simulated: {}.",
                       last.executors, duration_text(last.wall));
  std::string out = fmt::format(
      "More than {} buy{} nothing: {} with {}, {} with {}, the most that was simulated.",
      enough.executors, enough.executors == 1 ? "s" : "", duration_text(enough.wall),
      enough.executors, duration_text(last.wall), last.executors);
  if (given && given->executors > enough.executors)
    out += fmt::format(" {} of the {} could go: {}, {}.", given->executors - enough.executors,
                       given->executors, wall_text(*given, enough), cost_text(*given, enough));
  return out;
}

std::string cheapest_text(const SizePoint* given, const Points& points) {
  const SizePoint& cheapest = **std::ranges::min_element(points, {}, &SizePoint::cost);
  if (cheapest.cost == Money()) return "";
  if (given && given->cost.in_dollars() <= cheapest.cost.in_dollars() * (1 + kNothing))
    return fmt::format("No number is cheaper than {}.", given->executors);
  return fmt::format("The cheapest is {}: {} and {}.", cheapest.executors,
                     money_text(cheapest.cost), duration_text(cheapest.wall));
}

std::string doubt_text(const SizeCurve& curve, const SizePoint* given) {
  if (!given) return "";
  std::string out;
  bool doubtful = false;
  if (curve.recorded) {
    const auto error = relative_error(*curve.recorded, given->wall);
    doubtful = error && std::fabs(*error) >= kRight;
    out = fmt::format("As it was, the simulation takes {} and the recording took {} ({})",
                      duration_text(given->wall), duration_text(*curve.recorded),
                      error_text(error));
  }
  if (!curve.repeats.empty()) {
    const auto [low, high] = std::ranges::minmax(curve.repeats);
    const Duration least = std::min(low, given->wall), most = std::max(high, given->wall);
    if (duration_text(least) != duration_text(most)) {
      doubtful = true;
      out += fmt::format("{}ith other draws of chance {} {} to {} ({} runs)",
                         out.empty() ? "W" : "; w",
                         out.empty() ? counted(given->executors, "executor") + " take" : "it takes",
                         duration_text(least), duration_text(most), curve.repeats.size() + 1);
    }
  }
  if (!doubtful) return out.empty() ? out : out + ".";
  return out + ". A smaller difference between two numbers says little.";
}

}  // namespace

std::vector<std::string> words_of_curve(const SizeCurve& curve) {
  Points points;
  const SizePoint* given = nullptr;
  for (const SizePoint& point : curve.points)
    if (point.succeeded) points.push_back(&point);
  for (const SizePoint* point : points)
    if (point->given) given = point;
  std::vector<std::string> out;
  if (points.size() < 2) return out;
  for (std::string& text :
       std::vector{enough_text(given, points), cheapest_text(given, points),
                   doubt_text(curve, given)})
    if (!text.empty()) out.push_back(std::move(text));
  return out;
}

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
