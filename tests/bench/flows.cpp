// Shared resources: a change is one flow that ends and one that starts. There is no K0 for them;
// its hold with as many pending events is the measure: one pop and one push for a change.

#include <memory>

#include "sim/base/random.h"
#include "sim/engine/running.h"
#include "tests/bench/yardstick.h"

namespace muster::bench {
namespace {

struct Flows {
  std::uint32_t count = 0;
  std::uint32_t nics = 0;  // 0: all on one link; else each through one NIC and one core link
  std::size_t changes = 0;
  std::vector<double> amounts;
};

Round k0_changes(const Flows& flows) {
  K0Queue queue(flows.count);
  std::uint64_t sequence = 0;
  const auto push = [&](std::uint64_t now, std::uint32_t id) {
    const double amount = flows.amounts[sequence % flows.amounts.size()];
    queue.push({now + static_cast<std::uint64_t>(amount), sequence++, 1, id});
  };
  for (std::uint32_t i = 0; i < flows.count; ++i) push(0, i);
  return timed(1, [&] {
    std::uint64_t now = 0;
    for (std::size_t i = 0; i < flows.changes; ++i) {
      const K0Event event = queue.pop();
      now = event.time;
      push(now, event.id);
    }
    return now;
  });
}

Round running_changes(const Flows& flows) {
  const auto running = std::make_unique<Running>();
  const ResourceId core = running->add_resource(Rate::per_second(flows.nics > 0 ? 1e12 : 1e9));
  std::vector<ResourceId> nics;
  for (std::uint32_t i = 0; i < flows.nics; ++i)
    nics.push_back(running->add_resource(Rate::per_second(1e8)));
  std::uint64_t started = 0;
  const auto start = [&](std::uint32_t tag, Time now) {
    const ResourceId path[] = {core, nics.empty() ? core : nics[tag % nics.size()]};
    running->start(tag, flows.amounts[started++ % flows.amounts.size()],
                   std::span(path).first(nics.empty() ? 1 : 2), Rate(), now);
  };
  for (std::uint32_t i = 0; i < flows.count; ++i) start(i, Time());
  std::vector<std::uint32_t> done;
  return timed(1, [&] {
    for (std::size_t changes = 0; changes < flows.changes; changes += done.size()) {
      const Time now = running->next_done();
      done.clear();
      running->advance_to(now, done);
      for (const std::uint32_t tag : done) start(tag, now);
    }
    return std::uint64_t{0};
  });
}

Contest flow_contest(const char* name, std::uint32_t count, std::uint32_t nics,
                     const Options& options) {
  const auto flows = std::make_shared<Flows>();
  flows->count = options.smoke ? std::min(count, 100u) : count;
  flows->nics = options.smoke ? std::min(nics, 10u) : nics;
  flows->changes = options.smoke ? 1000 : 500'000;
  const Stream random(12345, 0, Purpose::Test, 100);
  for (std::uint64_t i = 0; i < 1 << 16; ++i)
    flows->amounts.push_back(1 + random.exponential(i, 1e6));
  Contest contest{name, static_cast<double>(flows->changes), "change", {}};
  contest.contestants = {{"K0", 0, [=] { return k0_changes(*flows); }},
                         {"running", 0, [=] { return running_changes(*flows); }, false}};
  return contest;
}

}  // namespace

Contest shared_link_100(const Options& options) {
  return flow_contest("link/100", 100, 0, options);
}
Contest shared_link_10k(const Options& options) {
  return flow_contest("link/10k", 10'000, 0, options);
}
Contest star(const Options& options) { return flow_contest("star/10k", 10'000, 1000, options); }

}  // namespace muster::bench
