#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "sim/scenario/checker.h"
#include "sim/scenario/json_tree.h"
#include "sim/scenario/quote.h"

namespace muster {
namespace {

// For each node, the nodes it waits for.
using Waits = std::vector<std::vector<std::size_t>>;

// The nodes of one cycle, each followed by one that it waits for; empty where there is none.
// Not recursive: chains may be as long as a scenario likes.
std::vector<std::size_t> find_cycle(const Waits& waits) {
  enum class State : char { New, Open, Done };
  std::vector<State> state(waits.size(), State::New);
  for (std::size_t start = 0; start < waits.size(); ++start) {
    if (state[start] != State::New) continue;
    std::vector<std::size_t> path = {start};  // open nodes, each waiting for the next
    std::vector<std::size_t> next = {0};      // for each, which of its edges to follow next
    state[start] = State::Open;
    while (!path.empty()) {
      const std::size_t at = path.back();
      if (next.back() == waits[at].size()) {
        state[at] = State::Done;
        path.pop_back(), next.pop_back();
        continue;
      }
      const std::size_t to = waits[at][next.back()++];
      if (state[to] == State::Open) return {std::ranges::find(path, to), path.end()};
      if (state[to] == State::Done) continue;
      state[to] = State::Open;
      path.push_back(to), next.push_back(0);
    }
  }
  return {};
}

// "`a` waits for `b` waits for `a`"; nodes without a name by their position.
std::string cycle_text(const std::vector<std::size_t>& cycle,
                       const std::vector<std::string_view>& names) {
  constexpr std::size_t kMostShown = 8;
  std::string text;
  for (std::size_t i = 0; i <= cycle.size(); ++i) {
    if (i > 0) text += " waits for ";
    if (i == kMostShown && cycle.size() > kMostShown)
      return text + "... (" + std::to_string(cycle.size()) + " in all)";
    const std::size_t node = cycle[i % cycle.size()];
    text +=
        names[node].empty() ? "number " + std::to_string(node) : "`" + printable(names[node]) + "`";
  }
  return text;
}

// Names to positions; a name that is not there, or there more than once, is a problem.
class Names {
  using Entry = std::pair<std::string_view, std::size_t>;

 public:
  Names(std::string_view kind, std::vector<std::string_view> names)
      : kind_(kind), names_(std::move(names)) {
    for (std::size_t i = 0; i < names_.size(); ++i) sorted_.emplace_back(names_[i], i);
    std::ranges::sort(sorted_);
  }

  const std::vector<std::string_view>& list() const { return names_; }

  std::vector<std::size_t> resolve(const Checker& checker, const std::string& path,
                                   const std::vector<std::string>& wanted) const {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      const std::string at = json_path(path, std::to_string(i));
      const std::string_view name = wanted[i];
      const auto first = std::ranges::lower_bound(sorted_, name, {}, &Entry::first);
      const auto last = std::ranges::upper_bound(sorted_, name, {}, &Entry::first);
      if (last - first == 1)
        found.push_back(first->second);
      else if (first == last)
        checker.add(at,
                    "there is no " + kind_ + " " + in_quotes(name) + did_you_mean(name, names_));
      else
        checker.add(
            at, "there are " + std::to_string(last - first) + " of the name " + in_quotes(name));
    }
    return found;
  }

 private:
  std::string kind_;
  std::vector<std::string_view> names_;
  std::vector<Entry> sorted_;
};

void check_stage(const Checker& checker, const std::string& path, const StageSpec& stage) {
  const auto tasks = static_cast<std::size_t>(std::max(stage.tasks, 0));
  const std::string of_tasks = " for " + std::to_string(tasks) + (tasks == 1 ? " task" : " tasks");
  if (const auto* listed = std::get_if<ListedDurations>(&stage.duration))
    if (listed->values.size() != tasks)
      checker.add(path + "/duration",
                  std::to_string(listed->values.size()) + " durations" + of_tasks);
  const std::size_t hosts = stage.preferred_hosts.size();
  if (hosts > 1 && hosts != tasks)
    checker.add(path + "/preferred_hosts", std::to_string(hosts) + " hosts" + of_tasks +
                                               ": give none, one for all tasks, or one for each");
}

void check_stages(const Checker& checker, const std::string& path, const JobSpec& job) {
  if (job.stages.empty()) return checker.add(path + "/stages", "a job needs at least one stage");
  std::vector<std::string_view> list;
  for (const StageSpec& stage : job.stages) list.push_back(stage.name);
  const Names names("stage", std::move(list));
  Waits waits;
  for (std::size_t i = 0; i < job.stages.size(); ++i) {
    const std::string at = path + "/stages/" + std::to_string(i);
    check_stage(checker, at, job.stages[i]);
    waits.push_back(names.resolve(checker, at + "/parents", job.stages[i].parents));
  }
  const auto cycle = find_cycle(waits);
  if (!cycle.empty())
    checker.add(path + "/stages", "stages in a cycle: " + cycle_text(cycle, names.list()));
}

}  // namespace

void check_jobs(const Checker& checker, const JobsWorkload& workload, const std::string& where) {
  if (workload.jobs.empty())
    return checker.add(where, where == "/workload"
                                  ? "no workload given: name an `event_log`, or write out `jobs`"
                                  : "no workload given: write out `jobs`");
  std::vector<std::string_view> list;
  for (const JobSpec& job : workload.jobs) list.push_back(job.name);
  const Names names("job", std::move(list));
  Waits waits;
  for (std::size_t i = 0; i < workload.jobs.size(); ++i) {
    const JobSpec& job = workload.jobs[i];
    const std::string path = where + "/jobs/" + std::to_string(i);
    check_stages(checker, path, job);
    waits.push_back(names.resolve(checker, path + "/after", job.after));
    if (job.concurrent && !job.after.empty())
      checker.add(path + "/concurrent", "has no effect on a job that names what it comes `after`");
    if (job.after.empty() && !job.concurrent && i > 0) waits.back().push_back(i - 1);
  }
  const auto cycle = find_cycle(waits);
  if (!cycle.empty())
    checker.add(where + "/jobs", "jobs in a cycle: " + cycle_text(cycle, names.list()) +
                                     "; a job without `after` waits for the one before it");
}

}  // namespace muster
