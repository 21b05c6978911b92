// W2 and W3: whole runs of stages. The engine's contestants belong here.

#include <memory>

#include "tests/bench/engine.h"
#include "tests/bench/workloads.h"
#include "tests/bench/yardstick.h"

namespace muster::bench {
namespace {

// `goal`: at most this times K0.
Contest chain_contest(const char* name, Chain made, int repeats, double goal) {
  const auto chain = std::make_shared<const Chain>(std::move(made));
  Contest contest{name, static_cast<double>(chain->micros.size()), "task", {}};
  contest.contestants = {
      {"K0", 0, [=] { return timed(repeats, [&] { return k0_chain(*chain); }); }},
      {"event queue", 0, [=] { return timed(repeats, [&] { return queue_chain(*chain); }); }}};
  const auto engine = std::make_shared<const EngineRun>(*chain);
  contest.contestants.push_back(
      {"engine", goal, [=] { return timed(repeats, [&] { return engine->run(); }); }});
  const auto features = std::make_shared<const EngineRun>(EngineRun::with_features(*chain));
  contest.contestants.push_back({"engine, all features", 0,
                                 [=] { return timed(1, [&] { return features->run(); }); }, false});
  return contest;
}

}  // namespace

Contest chain_a(const Options& options) {
  return chain_contest("W2a", options.smoke ? make_chain(10, 100, 10) : chain_w2a(),
                       options.smoke ? 1 : 10, 0);
}

Contest chain_b(const Options& options) {
  return chain_contest("W2b", options.smoke ? make_chain(2, 5000, 250) : chain_w2b(), 1, 1.0);
}

Contest chain_c(const Options& options) {
  return chain_contest("W2c", options.smoke ? make_chain(1, 10'000, 1100) : chain_w2c(), 1, 1.0);
}

Contest dag(const Options& options) {
  const auto dag = std::make_shared<const Dag>(options.smoke ? make_dag(20, 20, 10, 50) : dag_w3());
  Contest contest{"W3", static_cast<double>(dag->micros.size()), "task", {}};
  contest.contestants = {
      {"K0", 0, [=] { return timed(1, [&] { return k0_dag(*dag).digest(); }); }},
      {"event queue", 0, [=] { return timed(1, [&] { return queue_dag(*dag).digest(); }); },
       false}};  // tasks that end at one instant free their cores together
  const auto engine = std::make_shared<const EngineRun>(*dag);
  contest.contestants.push_back(  // FIFO by job, where K0 goes by readiness
      {"engine", 0, [=] { return timed(1, [&] { return engine->run(); }); }, false});
  return contest;
}

}  // namespace muster::bench
