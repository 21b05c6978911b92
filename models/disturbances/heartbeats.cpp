#include "models/disturbances/heartbeats.h"

#include <algorithm>

#include "sim/base/random.h"

namespace muster {
namespace {

// Of draws, apart from those of lifetimes (moments.h), which count from 0.
constexpr std::uint64_t kBeats = std::uint64_t{1} << 61;

Duration heartbeat_timeout(const Conf& conf) {
  return conf.duration("spark.network.timeout", Duration::seconds(120), Duration::seconds(1));
}

}  // namespace

Duration until_given_up(const Conf& conf, const View& view, ExecutorId executor) {
  const Stream stream = view.stream(Purpose::Disturbance, kBeats | executor.index());
  const auto part = [&](std::uint64_t draw, Duration of) {
    return Duration::from_seconds(stream.uniform(draw) * of.in_seconds());
  };
  const Duration ms = Duration::millis(1);
  const Duration beat =
      conf.duration("spark.executor.heartbeatInterval", Duration::seconds(10), ms);
  const Duration look = conf.duration("spark.network.timeoutInterval", Duration::seconds(60), ms);
  // The last heartbeat was up to `beat` ago; the look that finds it comes up to `look` late.
  return std::max(ms, heartbeat_timeout(conf) - part(0, beat) + part(1, look));
}

Duration until_it_exits(const Conf& conf, const View& view, ExecutorId executor) {
  const Duration beat =
      conf.duration("spark.executor.heartbeatInterval", Duration::seconds(10), Duration::millis(1));
  const std::int64_t failures =
      std::max<std::int64_t>(1, conf.integer("spark.executor.heartbeat.maxFailures", 60));
  const Stream stream = view.stream(Purpose::Disturbance, kBeats | executor.index());
  return beat * failures + Duration::from_seconds(stream.uniform(2) * beat.in_seconds());
}

std::string heartbeat_text(const Conf& conf) {
  return "Executor heartbeat timed out after " +
         std::to_string(heartbeat_timeout(conf).in_micros() / 1000) + " ms";
}

}  // namespace muster
