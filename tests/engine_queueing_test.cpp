// The engine as a queue whose answer is known: jobs of one task that arrive at random and last at
// random on c cores are M/M/c, and Erlang's C formula says how long they wait on average.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/base/random.h"
#include "tests/app_builder.h"

namespace muster {
namespace {

// Mean wait in the queue, in units of the mean service time. A. K. Erlang (1917).
double erlang_c_wait(int servers, double load) {
  double term = 1, sum = 1;  // load^k / k!, and its sum over k < servers
  for (int k = 1; k < servers; ++k) term *= load / k, sum += term;
  const double last = term * load / servers / (1 - load / servers);
  return last / (sum + last) / (servers - load);
}

constexpr std::uint32_t kJobs = 5000;
constexpr std::uint32_t kWarmUp = 500;
constexpr double kService = 1.0;  // seconds

// Mean wait in seconds of the jobs after the warm-up.
double mean_wait(int servers, double load, std::uint32_t replication) {
  const Stream arrivals(1, replication, Purpose::Test, 1);
  const Stream services(1, replication, Purpose::Test, 2);
  AppBuilder build;
  double at = 0;
  for (std::uint32_t j = 0; j < kJobs; ++j) {
    at += arrivals.exponential(j, kService / load);
    build.concurrent_job(Duration::from_seconds(at));
    build.stage(1, Duration::from_seconds(services.exponential(j, kService)));
  }
  const Simulated run = simulate(build.build(), cluster({servers}));
  double sum = 0;
  for (std::uint32_t j = kWarmUp; j < kJobs; ++j) {
    const AttemptTable& attempts = run.timeline.attempts;
    // First come, first served: rows of jobs, stages and attempts are all in order of arrival.
    sum += (attempts.launch[j] - run.timeline.jobs[j].submitted).in_seconds();
  }
  return sum / (kJobs - kWarmUp);
}

struct Interval {
  double mean = 0;
  double half_width = 0;  // 99 % by Student's t with 29 degrees of freedom
};

Interval interval(int servers, double load) {
  constexpr int kReplications = 30;
  constexpr double kStudent = 2.756;
  std::vector<double> means;
  for (std::uint32_t r = 0; r < kReplications; ++r) means.push_back(mean_wait(servers, load, r));
  Interval out;
  for (const double m : means) out.mean += m / kReplications;
  double squares = 0;
  for (const double m : means) squares += (m - out.mean) * (m - out.mean);
  out.half_width = kStudent * std::sqrt(squares / (kReplications - 1) / kReplications);
  return out;
}

void expect_erlang(int servers, double load) {
  const double wanted = erlang_c_wait(servers, load) * kService;
  const Interval got = interval(servers, load);
  EXPECT_NEAR(got.mean, wanted, got.half_width) << servers << " servers, load " << load;
  // An interval that holds everything proves nothing.
  EXPECT_LT(got.half_width, 0.12 * wanted) << servers << " servers, load " << load;
}

TEST(Queueing, TheFormulaHasItsKnownValues) {
  EXPECT_NEAR(erlang_c_wait(1, 0.5), 1.0, 1e-12);         // M/M/1: rho / (1 - rho)
  EXPECT_NEAR(erlang_c_wait(2, 1.0), 1.0 / 3, 1e-12);     // M/M/2: rho^2 / (1 - rho^2)
}

TEST(Queueing, OneCoreIsMM1) { expect_erlang(1, 0.6); }
TEST(Queueing, ThreeCoresAreMM3) { expect_erlang(3, 2.1); }
TEST(Queueing, EightCoresAreMM8) { expect_erlang(8, 6.4); }

// The same cores on several executors are the same queue.
TEST(Queueing, ExecutorsDoNotMatter) {
  AppBuilder build;
  const Stream stream(9, 0, Purpose::Test, 3);
  for (std::uint32_t j = 0; j < 500; ++j)
    build.concurrent_job(ms(100) * static_cast<int>(j))
        .stage(1, Duration::from_seconds(stream.exponential(j, 0.5)));
  const Application app = build.build();
  const Simulated one = simulate(app, cluster({6})), several = simulate(app, cluster({1, 2, 3}));
  EXPECT_EQ(one.timeline.attempts.launch, several.timeline.attempts.launch);
}

}  // namespace
}  // namespace muster
