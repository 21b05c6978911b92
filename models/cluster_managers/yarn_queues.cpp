#include "models/cluster_managers/yarn_queues.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <tuple>

#include "sim/base/problems.h"
#include "sim/scenario/quantity_text.h"

namespace muster {
namespace {

// Cuts the first piece off; pieces are separated by any of `separators`.
std::string_view yarn_piece(std::string_view& text, std::string_view separators) {
  const std::size_t start = std::min(text.find_first_not_of(separators), text.size());
  text.remove_prefix(start);
  const std::string_view piece = text.substr(0, text.find_first_of(separators));
  text.remove_prefix(piece.size());
  return piece;
}

bool yarn_number(std::string_view text, double& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && value >= 0;
}

// A part of the cluster or of a queue.
bool yarn_per_cent(std::string_view text, double& value) {
  double given = 0;
  if (!yarn_number(text, given) || given > 100) return false;
  value = given;
  return true;
}

struct YarnQueueSetting {
  std::string_view name, expected;
  bool (*set)(YarnQueue&, std::string_view);
};

constexpr std::string_view kYarnPerCent = "a number of per cent from 0 to 100";
constexpr std::array kYarnQueueSettings = {
    YarnQueueSetting{"capacity", kYarnPerCent,
                     [](YarnQueue& q, std::string_view v) { return yarn_per_cent(v, q.capacity); }},
    YarnQueueSetting{"maximum", kYarnPerCent,
                     [](YarnQueue& q, std::string_view v) { return yarn_per_cent(v, q.maximum); }},
    YarnQueueSetting{"am_percent", kYarnPerCent,
                     [](YarnQueue& q, std::string_view v) {
                       return yarn_per_cent(v, q.am_percent);
                     }},
    YarnQueueSetting{"user_limit", "a number, how often one user may have the queue's capacity",
                     [](YarnQueue& q, std::string_view v) {
                       return yarn_number(v, q.user_limit);
                     }},
    YarnQueueSetting{"weight", "a number above 0",
                     [](YarnQueue& q, std::string_view v) {
                       double weight = 0;
                       if (!yarn_number(v, weight) || weight <= 0) return false;
                       return q.weight = weight, true;
                     }},
    YarnQueueSetting{"min_share", "a size such as 4g",
                     [](YarnQueue& q, std::string_view v) {
                       const auto bytes = parse_bytes(v);
                       if (bytes) q.min_share = bytes->count();
                       return bytes.has_value();
                     }},
    YarnQueueSetting{"label", "a node label",
                     [](YarnQueue& q, std::string_view v) {
                       return q.label = v, !v.empty();
                     }},
};

// What is wrong with "capacity=60"; empty: nothing, and the queue has it.
std::string set_yarn_queue(YarnQueue& queue, std::string_view setting) {
  const std::size_t equal = std::min(setting.find('='), setting.size());
  const std::string_view key = setting.substr(0, equal);
  const std::string_view value = setting.substr(std::min(equal + 1, setting.size()));
  std::vector<std::string_view> names;
  for (const YarnQueueSetting& row : kYarnQueueSettings) {
    names.push_back(row.name);
    if (row.name != key) continue;
    if (equal < setting.size() && row.set(queue, value)) return "";
    return fmt::format("{}: expected {}, got `{}`", key, row.expected, value);
  }
  const std::string near = did_you_mean(key, names);
  return fmt::format("no setting `{}`{}", key,
                     near.empty() ? fmt::format("; there are: {}", fmt::join(names, ", ")) : near);
}

}  // namespace

std::vector<YarnQueue> parse_yarn_queues(std::string_view text, std::vector<std::string>& faults) {
  std::vector<YarnQueue> queues;
  while (!text.empty()) {
    std::string_view one = yarn_piece(text, ";");
    YarnQueue queue;
    queue.name = yarn_queue_name(yarn_piece(one, " "));
    if (queue.name.empty()) continue;
    if (queue.name.find('=') != std::string::npos)
      faults.push_back("`" + queue.name + "`: expected the name of a queue, then its settings");
    for (std::string_view setting; !(setting = yarn_piece(one, " ")).empty();)
      if (const std::string fault = set_yarn_queue(queue, setting); !fault.empty())
        faults.push_back("queue " + queue.name + ": " + fault);
    if (std::ranges::find(queues, queue.name, &YarnQueue::name) != queues.end())
      faults.push_back("queue " + queue.name + " is there twice");
    queues.push_back(queue);
  }
  if (queues.empty()) queues.push_back(YarnQueue());
  return queues;
}

std::string_view yarn_queue_name(std::string_view name) {
  if (name.starts_with("root.")) name.remove_prefix(5);
  return name;
}

std::vector<std::string> yarn_capacity_faults(const std::vector<YarnQueue>& queues) {
  constexpr double kPrecision = 0.05;  // CSQueueUtils.PRECISION, in per cent
  std::vector<std::string> faults;
  double sum = 0;
  std::string parts;
  for (const YarnQueue& queue : queues) {
    sum += queue.capacity;
    parts += fmt::format("{}{} {:g}", parts.empty() ? "" : ", ", queue.name, queue.capacity);
    if (queue.capacity > queue.maximum)
      faults.push_back(fmt::format("queue {}: its capacity, {:g}, is more than its maximum, {:g}",
                                   queue.name, queue.capacity, queue.maximum));
  }
  if (sum < 100 - kPrecision || sum > 100 + kPrecision)
    faults.push_back(fmt::format("capacities add up to {:g} ({}), expected 100: the "
                                 "CapacityScheduler does not start (\"Illegal capacity of {:g} for "
                                 "children of queue root\")",
                                 sum, parts, sum / 100));
  return faults;
}

YarnQueues::YarnQueues(std::vector<YarnQueue> queues, Rules rules)
    : queues_(std::move(queues)), rules_(rules), used_(queues_.size()), masters_(queues_.size()),
      active_(queues_.size()) {}

std::uint32_t YarnQueues::find(std::string_view name) const {
  const auto found = std::ranges::find(queues_, yarn_queue_name(name), &YarnQueue::name);
  return static_cast<std::uint32_t>(found - queues_.begin());
}

void YarnQueues::count(std::int64_t cluster, const std::vector<YarnClaim>& claims) {
  cluster_ = cluster;
  std::ranges::fill(used_, 0);
  std::ranges::fill(masters_, 0);
  active_.assign(queues_.size(), false);
  by_user_.clear();
  for (const YarnClaim& claim : claims) {
    used_[claim.queue] += claim.used;
    masters_[claim.queue] += claim.master;
    active_[claim.queue] = true;
    const auto same = std::ranges::find_if(by_user_, [&](const YarnClaim& u) {
      return u.queue == claim.queue && u.user == claim.user;
    });
    if (same == by_user_.end())
      by_user_.push_back(claim);
    else
      same->used += claim.used;
  }
}

std::int64_t YarnQueues::share(double per_cent, std::int64_t of) const {
  return static_cast<std::int64_t>(per_cent / 100 * static_cast<double>(of) + 0.5);
}

// Smallest first. A fair queue below its minimum share comes before all that have theirs.
double YarnQueues::turn(std::uint32_t queue) const {
  const YarnQueue& q = queues_[queue];
  const auto used = static_cast<double>(used_[queue]);
  if (rules_.fair) {
    const auto least = static_cast<double>(q.min_share);
    return used < least ? used / least - 2 : used / q.weight;
  }
  return q.capacity > 0 ? used / q.capacity : used * 1e6;
}

void YarnQueues::sort(std::vector<YarnClaim>& claims) const {
  std::ranges::sort(claims, {}, [&](const YarnClaim& claim) {
    return std::tuple(turn(claim.queue), claim.queue, rules_.fair ? claim.used : 0,
                      claim.application);
  });
}

YarnVerdict YarnQueues::executor(const YarnClaim& claim, std::int64_t bytes) const {
  const YarnQueue& queue = queues_[claim.queue];
  if (used_[claim.queue] + bytes > share(queue.maximum, cluster_)) return YarnVerdict::QueueFull;
  if (rules_.fair) return YarnVerdict::Fine;
  std::int64_t user = 0;
  for (const YarnClaim& u : by_user_)
    if (u.queue == claim.queue && u.user == claim.user) user = u.used;
  // [K] canAssignToUser: a user who is not above the limit gets one more container.
  const std::int64_t limit = share(queue.capacity * queue.user_limit, cluster_);
  return user > limit ? YarnVerdict::UserFull : YarnVerdict::Fine;
}

// FSLeafQueue.getFairShare [K]: its part by weight among the active queues, those that have
// applications, if only such as wait for their masters. Shares are computed every half second,
// which is left out here: a queue that asks counts as active.
double YarnQueues::fair_share(std::uint32_t queue) const {
  double weights = queues_[queue].weight;
  for (std::uint32_t q = 0; q < size(); ++q)
    weights += active_[q] && q != queue ? queues_[q].weight : 0;
  return 100 * queues_[queue].weight / weights;
}

std::int64_t YarnQueues::master_limit(std::uint32_t queue, std::int64_t partition) const {
  const YarnQueue& q = queues_[queue];
  const double per_cent = q.am_percent >= 0 ? q.am_percent : rules_.am_percent;
  const double part = rules_.fair ? fair_share(queue) : q.capacity;
  const std::int64_t bytes = share(per_cent, share(part, partition));
  if (rules_.fair) return bytes;
  return (bytes + rules_.unit - 1) / rules_.unit * rules_.unit;
}

YarnVerdict YarnQueues::master(const YarnClaim& claim, std::int64_t bytes,
                               std::int64_t partition) const {
  const std::int64_t masters = masters_[claim.queue];
  const bool first = masters == 0 && !rules_.fair;
  if (!first && masters + bytes > master_limit(claim.queue, partition))
    return YarnVerdict::MastersFull;
  return executor(claim, bytes);
}

}  // namespace muster
