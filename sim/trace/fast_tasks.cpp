#include "sim/trace/fast_tasks.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <vector>

#include "sim/trace/compact_json.h"

namespace muster {
namespace {

constexpr std::string_view kTaskStart = "{\"Event\":\"SparkListenerTaskStart\",\"Stage ID\":";
constexpr std::string_view kTaskEnd = "{\"Event\":\"SparkListenerTaskEnd\",\"Stage ID\":";
constexpr std::string_view kTaskMetrics = "},\"Task Metrics\":{";

// Vectors of the compiler's own: they become whatever the target has.
using Bytes32 [[gnu::vector_size(32)]] = unsigned char;

// Whether, between `from` and `to`, one bracket more closes than opens, quotes come in pairs and
// nothing is escaped. Inlined into one function per instruction set.
[[gnu::always_inline]] inline bool closes_one(const char* from, const char* to) {
  std::uint64_t opening = 0, closing = 0, quotes = 0;
  Bytes32 odd = {};
  while (from < to) {
    Bytes32 open = {}, close = {}, quote = {};
    // A lane counts to 255 at most. The last piece may be short: its other lanes stay zero.
    const std::ptrdiff_t whole = std::min<std::ptrdiff_t>((to - from) / 32, 255);
    for (std::ptrdiff_t i = 0; i < std::max<std::ptrdiff_t>(whole, 1); ++i, from += 32) {
      Bytes32 x = {};
      if (whole > 0)
        std::memcpy(&x, from, 32);
      else
        std::memcpy(&x, from, static_cast<std::size_t>(to - from));
      const Bytes32 round = x | 0x20;  // square brackets become curly ones
      open -= static_cast<Bytes32>(round == '{');
      close -= static_cast<Bytes32>(round == '}');
      quote -= static_cast<Bytes32>(x == '"');
      odd |= static_cast<Bytes32>(x == '\\');
    }
    for (int i = 0; i < 32; ++i) opening += open[i], closing += close[i], quotes += quote[i];
  }
  for (int i = 0; i < 32; ++i)
    if (odd[i]) return false;
  return closing == opening + 1 && quotes % 2 == 0;
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] bool closes_one_avx2(const char* from, const char* to) {
  return closes_one(from, to);
}
bool closes_one_plain(const char* from, const char* to) { return closes_one(from, to); }

bool skipped_part_is_sound(const char* from, const char* to) {
  static const bool kAvx2 = __builtin_cpu_supports("avx2");
  return kAvx2 ? closes_one_avx2(from, to) : closes_one_plain(from, to);
}
#else
bool skipped_part_is_sound(const char* from, const char* to) { return closes_one(from, to); }
#endif

// The last `wanted` of the `size` bytes from `from` on, null when there is none.
const char* find_last(const char* from, char wanted, std::size_t size) {
#if defined(__GLIBC__)
  return static_cast<const char*>(memrchr(from, wanted, size));
#else
  const std::size_t at = std::string_view(from, size).rfind(wanted);
  return at == std::string_view::npos ? nullptr : from + at;
#endif
}

// The last kTaskMetrics between `from` and `to`, null when there is none.
const char* find_metrics(const char* from, const char* to) {
  const std::ptrdiff_t size = static_cast<std::ptrdiff_t>(kTaskMetrics.size());
  // By its rarest byte, the M.
  constexpr std::ptrdiff_t kM = 8;
  for (const char* limit = to - (size - kM - 1); limit > from + kM;) {
    const char* m = find_last(from + kM, 'M', static_cast<std::size_t>(limit - from - kM));
    if (!m) return nullptr;
    if (std::memcmp(m - kM, kTaskMetrics.data(), kTaskMetrics.size()) == 0) return m - kM;
    limit = m;
  }
  return nullptr;
}

// The integers of one object of Task Metrics, in Spark's order.
class AmountGroup {
 public:
  explicit AmountGroup(std::string_view group) {
    for (const AmountField& field : amount_fields())
      if (field.group == group)
        fields_.push_back(
            {"\"" + std::string(field.key) + "\":", static_cast<std::size_t>(field.amount)});
  }
  // Reads a field if it is the one after the last; `next` is where the group stands.
  bool take_next(CompactJson& in, std::size_t& next, TaskRecord& out) const {
    const Field& field = fields_[next];
    if (!in.take(field.key)) return false;
    next = next + 1 == fields_.size() ? 0 : next + 1;
    out.amounts[field.amount] = in.integer();
    return true;
  }
  // Reads a field if it is any of the group.
  bool take_any(CompactJson& in, std::size_t& next, TaskRecord& out) const {
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      std::size_t at = i;
      if (!take_next(in, at, out)) continue;
      next = at;
      return true;
    }
    return false;
  }

 private:
  struct Field {
    std::string key;
    std::size_t amount;
  };
  std::vector<Field> fields_;
};

struct AmountGroups {
  AmountGroup task{""};
  AmountGroup read{"Shuffle Read Metrics"};
  AmountGroup write{"Shuffle Write Metrics"};
  AmountGroup input{"Input Metrics"};
  AmountGroup output{"Output Metrics"};
};

// `other(in)` reads a field that is not in the group, false if it is not for it either.
template <class Other>
void read_object(CompactJson& in, const AmountGroup& group, TaskRecord& out, Other&& other) {
  if (in.take('}')) return;
  std::size_t next = 0;
  do {
    if (group.take_next(in, next, out) || other(in) || group.take_any(in, next, out)) continue;
    in.skip_field(1);
  } while (in.take(','));
  in.expect('}');
}

void read_group(CompactJson& in, const AmountGroup& group, TaskRecord& out) {
  in.expect('{');
  read_object(in, group, out, [](CompactJson&) { return false; });
}

void read_input(CompactJson& in, const AmountGroup& group, TaskRecord& out) {
  in.expect('{');
  read_object(in, group, out, [&out](CompactJson& json) {
    if (!json.take("\"Data Read Method\":")) return false;
    out.read_method = read_method_from(json.string());
    return true;
  });
}

void read_metrics(CompactJson& in, TaskRecord& out) {
  static const AmountGroups kGroups;
  out.has_metrics = !in.peek('}');
  read_object(in, kGroups.task, out, [&out](CompactJson& json) {
    if (json.take("\"Shuffle Read Metrics\":"))
      read_group(json, kGroups.read, out);
    else if (json.take("\"Shuffle Write Metrics\":"))
      read_group(json, kGroups.write, out);
    else if (json.take("\"Input Metrics\":"))
      read_input(json, kGroups.input, out);
    else if (json.take("\"Output Metrics\":"))
      read_group(json, kGroups.output, out);
    else if (json.take("\"Host Name\":"))
      json.string();
    else
      return json.take("\"Updated Blocks\":[]");
    return true;
  });
}

// Task Info up to its accumulables; every log since 1.3 has these fields in this order.
void read_info(CompactJson& in, TaskRecord& out) {
  in.expect("\"Task Info\":{\"Task ID\":");
  out.task_id = in.integer();
  in.expect(",\"Index\":");
  out.index = in.integer();
  in.expect(",\"Attempt\":");
  out.number = in.integer();
  if (in.take(",\"Partition ID\":")) out.partition = in.integer();
  in.expect(",\"Launch Time\":");
  out.launch = log_time(in.integer());
  in.expect(",\"Executor ID\":");
  out.executor = in.string();
  in.expect(",\"Host\":");
  out.host = in.string();
  in.expect(",\"Locality\":");
  out.locality = in.string();
  in.expect(",\"Speculative\":");
  out.speculative = in.boolean();
  in.expect(",\"Getting Result Time\":");
  out.getting_result = log_time(in.integer());
  in.expect(",\"Finish Time\":");
  out.finish = log_time(in.integer());
  in.expect(",\"Failed\":");
  out.failed = in.boolean();
  if (in.take(",\"Killed\":")) out.killed = in.boolean();
  in.expect(",\"Accumulables\":[");
}

void read_stage(CompactJson& in, TaskRecord& out) {
  out.stage = in.integer();
  in.expect(",\"Stage Attempt ID\":");
  out.stage_attempt = in.integer();
  in.expect(',');
}

bool read_start(std::string_view line, TaskRecord& out) {
  CompactJson in(line);
  in.expect(kTaskStart);
  read_stage(in, out);
  read_info(in, out);
  for (const char c : {']', '}', '}'}) in.expect(c);
  return in.good() && in.at_end();
}

bool read_end(std::string_view line, TaskRecord& out) {
  CompactJson in(line);
  in.expect(kTaskEnd);
  read_stage(in, out);
  in.expect("\"Task Type\":");
  out.type = in.string();
  in.expect(",\"Task End Reason\":{\"Reason\":\"Success\"},");
  out.reason = "Success";
  read_info(in, out);
  if (!in.good()) return false;
  const char* metrics = find_metrics(in.at(), line.data() + line.size());
  if (!metrics || !skipped_part_is_sound(in.at(), metrics)) return false;
  in.jump(metrics + kTaskMetrics.size());
  read_metrics(in, out);
  in.expect('}');
  return in.good() && in.at_end();
}

}  // namespace

FastTask parse_fast_task(std::string_view line, TaskRecord& out) {
  if (line.starts_with(kTaskEnd)) return read_end(line, out) ? FastTask::End : FastTask::No;
  if (line.starts_with(kTaskStart)) return read_start(line, out) ? FastTask::Start : FastTask::No;
  return FastTask::No;
}

}  // namespace muster
