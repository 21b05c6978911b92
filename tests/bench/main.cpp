// muster_bench: every workload against the yardstick K0, as ratios measured in one process.
//   --only NAME   workloads whose name starts so
//   --who NAME    contestants whose name is this, and K0 (for a profiler)
//   --rounds N    instead of 5
//   --smoke       tiny sizes, one round (so does MUSTER_BENCH_SMOKE in the environment)
// Exit code 1 if an answer is wrong. A missed goal is shown, not an error: machines are noisy.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "tests/bench/yardstick.h"

namespace muster::bench {
namespace {

constexpr Row kRows[] = {
    {"W1/100", "hold model: pop one, push one, 100 pending", hold_100},
    {"W1/1k", "1000 pending", hold_1k},
    {"W1/10k", "10 thousand pending", hold_10k},
    {"W1/1M", "a million pending", hold_1m},
    {"W2a", "chain of 100 stages x 1k tasks on 100 cores", chain_a},
    {"W2b", "chain of 10 stages x 100k tasks on 5k cores", chain_b},
    {"W2c", "1 stage x 1M tasks on 10k cores", chain_c},
    {"W3", "1000 jobs x 20 stages x 50 tasks on 1000 cores", dag},
    {"link/100", "100 flows share a link", shared_link_100},
    {"link/10k", "10 thousand flows share a link", shared_link_10k},
    {"ingest", "a plain event log of 400 MB, from the page cache", ingest_plain},
    {"ingest/z", "the same, zstd", ingest_zstd},
    {"frame/200k", "a frame of the timeline, 200 thousand tasks on 4000 cores", frame_200k},
    {"frame/2M", "the same, 2 million tasks", frame_2m},
    {"nodes/sa", "2000 and 8000 nodes on standalone, dynamic allocation", nodes_standalone},
    {"nodes/yarn", "the same on YARN", nodes_yarn},
    {"nodes/k8s", "2000 and 8000 nodes on Kubernetes", nodes_kubernetes},
    {"star/10k", "10 thousand flows over 1000 NICs and one wide core", star},
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void print(const Contest& contest, const Contestant& contestant, double seconds, double ratio,
           bool smoke) {
  std::printf("%-9s %-27s %9.2f ns/%-7s %7.3f x", contest.name.c_str(), contestant.name.c_str(),
              seconds / contest.units * 1e9, contest.unit.c_str(), ratio);
  if (contestant.goal > 0 && !smoke)
    std::printf("   goal %.2f %s", contestant.goal, ratio <= contestant.goal ? "met" : "MISSED");
  std::printf("\n");
}

// The contestants take turns, so that a slow moment of the machine meets all of them.
bool run(const Contest& contest, const Options& options) {
  std::vector<std::vector<double>> seconds(contest.contestants.size());
  bool right = true;
  for (int round = 0; round < options.rounds; ++round) {
    std::uint64_t expected = 0;
    for (std::size_t i = 0; i < contest.contestants.size(); ++i) {
      const Contestant& contestant = contest.contestants[i];
      const Round result = contestant.run();
      seconds[i].push_back(result.seconds);
      if (i == 0) expected = result.answer;
      if (!contestant.same_answer || result.answer == expected) continue;
      std::printf("%s: %s has another answer than %s\n", contest.name.c_str(),
                  contestant.name.c_str(), contest.contestants[0].name.c_str());
      right = false;
    }
  }
  for (std::size_t i = 0; i < contest.contestants.size(); ++i)
    print(contest, contest.contestants[i], median(seconds[i]),
          median(seconds[i]) / median(seconds[0]), options.smoke);
  std::fflush(stdout);
  return right;
}

int usage() {
  std::printf("muster_bench [--only NAME] [--who NAME] [--rounds N] [--smoke]\n");
  for (const Row& row : kRows) std::printf("  %-9s %s\n", row.name, row.what);
  return 2;
}

int main_of(int argc, char** argv) {
  Options options;
  std::string_view only, who;
  options.smoke = std::getenv("MUSTER_BENCH_SMOKE") != nullptr;
  for (int i = 1; i < argc; ++i) {
    const std::string_view flag = argv[i];
    if (flag == "--smoke") {
      options.smoke = true;
    } else if (flag == "--only" && i + 1 < argc) {
      only = argv[++i];
    } else if (flag == "--who" && i + 1 < argc) {
      who = argv[++i];
    } else if (flag == "--rounds" && i + 1 < argc) {
      options.rounds = std::max(1, std::atoi(argv[++i]));
    } else if (!flag.starts_with("--benchmark_")) {  // what runs Google Benchmark may run us
      return usage();
    }
  }
  if (options.smoke) options.rounds = 1;
  bool right = true, any = false;
  for (const Row& row : kRows) {
    if (!std::string_view(row.name).starts_with(only)) continue;
    any = true;
    Contest contest = row.make(options);
    if (!who.empty())
      std::erase_if(contest.contestants,
                    [&](const Contestant& one) { return one.name != "K0" && one.name != who; });
    right &= run(contest, options);
  }
  if (!any) return usage();
  return right ? 0 : 1;
}

}  // namespace
}  // namespace muster::bench

int main(int argc, char** argv) { return muster::bench::main_of(argc, argv); }
