// Any bytes as an event log. Bits of the first byte choose how they are wrapped, so that the fuzzer
// reaches the decoders and the parser behind them without having to guess checksums.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "sim/trace/read_log.h"

namespace {

// Lines that give the input's own lines something to refer to.
constexpr std::string_view kHead =
    "{\"Event\":\"SparkListenerLogStart\",\"Spark Version\":\"3.5.7\"}\n"
    "{\"Event\":\"SparkListenerApplicationStart\",\"App Name\":\"n\",\"App ID\":\"a\","
    "\"Timestamp\":1,\"User\":\"u\"}\n";

void put_big(std::string& out, std::size_t n, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(n >> (8 * i));
}

// One raw .lzf chunk and one raw .snappy literal: framings without checksum.
std::string wrapped(std::string_view text, unsigned how) {
  std::string out;
  if (how == 1 && text.size() <= 65535) {
    out = std::string("ZV\0", 3);
    put_big(out, text.size(), 2);
  } else if (how == 2 && text.size() <= 60 && !text.empty()) {
    out = std::string("\x82SNAPPY\0\0\0\0\1\0\0\0\1", 16);
    put_big(out, text.size() + 2, 4);
    out += static_cast<char>(text.size());
    out += static_cast<char>((text.size() - 1) << 2);
  }
  return out + std::string(text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::string input = wrapped({reinterpret_cast<const char*>(data) + 1, size - 1}, data[0] & 3);
  if (data[0] & 4) input = std::string(kHead) + input;
  muster::Problems problems;
  const auto log = muster::read_log_bytes(input, "fuzz", problems);
  if (log.has_value() != problems.empty()) std::abort();
  // Whatever was read can be asked: nothing in it points outside its tables.
  if (log) {
    const muster::Timeline& t = log->timeline;
    for (std::size_t i = 0; i < t.attempts.size(); ++i) {
      if (t.attempts.stage[i].index() >= t.stages.size()) std::abort();
      const muster::ExecutorId executor = t.attempts.executor[i];
      if (executor.valid() && executor.index() >= t.executors.size()) std::abort();
    }
    (void)t.wall();
    (void)t.schedule_fingerprint();
    (void)log->health.text();
  }
  return 0;
}
