#include "sim/trace/fast_tasks.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "sim/trace/compact_json.h"

namespace muster {
namespace {

constexpr std::string_view kTaskStart = "{\"Event\":\"SparkListenerTaskStart\",\"Stage ID\":";
constexpr std::string_view kTaskEnd = "{\"Event\":\"SparkListenerTaskEnd\",\"Stage ID\":";
constexpr std::string_view kTaskMetrics = "},\"Task Metrics\":{";

// Vectors of the compiler's own: they become whatever the target has. One becomes the other by
// memcpy: std::bit_cast is a function, and not compiled for the same target.
using Bytes32 [[gnu::vector_size(32)]] = unsigned char;
using Words4 [[gnu::vector_size(32)]] = std::uint64_t;

// What a text has of brackets, quotes and escapes, lane by lane.
struct Marks {
  static constexpr unsigned char kBias = 128;

  Bytes32 depth = Bytes32{} + kBias;  // brackets that close less those that open
  Bytes32 quotes = {};                // all ones after an odd number of quotes
  Bytes32 escapes = {};

  [[gnu::always_inline]] void see(const Bytes32& x) {
    const Bytes32 round = x | 0x20;  // square brackets become curly ones
    // A comparison gives -1 where it holds.
    depth += static_cast<Bytes32>(round == '{') - static_cast<Bytes32>(round == '}');
    quotes ^= static_cast<Bytes32>(x == '"');
    escapes |= static_cast<Bytes32>(x == '\\');
  }
  // The sum of all lanes of `depth`, which starts anew.
  [[gnu::always_inline]] std::int64_t take_depth() {
    Words4 words;
    std::memcpy(&words, &depth, sizeof words);
    std::uint64_t sum = 0;
    for (int i = 0; i < 4; ++i) {
      constexpr std::uint64_t kEven = 0x00ff00ff00ff00ff;
      sum += (((words[i] & kEven) + (words[i] >> 8 & kEven)) * 0x0001000100010001) >> 48;
    }
    depth = Bytes32{} + kBias;
    return static_cast<std::int64_t>(sum) - 32 * kBias;
  }
};

[[gnu::always_inline]] inline std::uint64_t any_of(const Bytes32& lanes) {
  Words4 words;
  std::memcpy(&words, &lanes, sizeof words);
  return words[0] | words[1] | words[2] | words[3];
}

// Whether an even number of lanes is all ones, the others zero.
[[gnu::always_inline]] inline bool even(const Bytes32& lanes) {
  Words4 words;
  std::memcpy(&words, &lanes, sizeof words);
  // Bits 0, 8, 16 ... of the lanes that are left.
  const std::uint64_t odd = words[0] ^ words[1] ^ words[2] ^ words[3];
  return std::popcount(odd & 0x0101010101010101) % 2 == 0;
}

// Whether, between `from` and `to`, one bracket more closes than opens, quotes come in pairs and
// nothing is escaped. Inlined into one function per instruction set.
[[gnu::always_inline]] inline bool closes_one(const char* from, const char* to) {
  constexpr int kMost = 127;  // what a lane of `depth` can take
  Marks marks;
  std::int64_t depth = 0;
  int left = kMost;
  Bytes32 x;
  for (; to - from >= 32; from += 32) {
    std::memcpy(&x, from, 32);
    marks.see(x);
    if (--left > 0) continue;
    depth += marks.take_depth();
    left = kMost;
  }
  x = Bytes32{};
  std::memcpy(&x, from, static_cast<std::size_t>(to - from));
  marks.see(x);
  return depth + marks.take_depth() == 1 && even(marks.quotes) && any_of(marks.escapes) == 0;
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

// The amounts of a task while they are read. Those that its log does not have are zeroed at the
// end: to clear all before costs more than to read them.
class Amounts {
 public:
  explicit Amounts(TaskRecord& out) : values_(out.amounts) {}
  void put(std::size_t amount, std::int64_t value) {
    values_[amount] = value;
    missing_ &= ~(std::uint32_t{1} << amount);
  }
  void zero_missing() {
    for (std::uint32_t left = missing_; left != 0; left &= left - 1)
      values_[static_cast<std::size_t>(std::countr_zero(left))] = 0;
  }

 private:
  static_assert(kAmountCount < 32);
  std::array<std::int64_t, kAmountCount>& values_;
  std::uint32_t missing_ = (std::uint32_t{1} << kAmountCount) - 1;
};

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
  bool take_next(CompactJson& in, std::size_t& next, Amounts& out) const {
    const Field& field = fields_[next];
    if (!in.take(field.key)) return false;
    next = next + 1 == fields_.size() ? 0 : next + 1;
    out.put(field.amount, in.integer());
    return true;
  }
  // Reads a field if it is any of the group.
  bool take_any(CompactJson& in, std::size_t& next, Amounts& out) const {
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
void read_object(CompactJson& in, const AmountGroup& group, Amounts& out, Other&& other) {
  if (in.take('}')) return;
  std::size_t next = 0;
  do {
    if (group.take_next(in, next, out) || other(in) || group.take_any(in, next, out)) continue;
    in.skip_field(1);
  } while (in.take(','));
  in.expect('}');
}

void read_group(CompactJson& in, const AmountGroup& group, Amounts& out) {
  in.expect('{');
  read_object(in, group, out, [](CompactJson&) { return false; });
}

void read_input(CompactJson& in, const AmountGroup& group, Amounts& out, ReadMethod& method) {
  in.expect('{');
  read_object(in, group, out, [&method](CompactJson& json) {
    if (!json.take("\"Data Read Method\":")) return false;
    method = read_method_from(json.string());
    return true;
  });
}

void read_metrics(CompactJson& in, TaskRecord& out) {
  static const AmountGroups kGroups;
  out.has_metrics = !in.peek('}');
  Amounts amounts(out);
  read_object(in, kGroups.task, amounts, [&](CompactJson& json) {
    if (json.take("\"Shuffle Read Metrics\":"))
      read_group(json, kGroups.read, amounts);
    else if (json.take("\"Shuffle Write Metrics\":"))
      read_group(json, kGroups.write, amounts);
    else if (json.take("\"Input Metrics\":"))
      read_input(json, kGroups.input, amounts, out.read_method);
    else if (json.take("\"Output Metrics\":"))
      read_group(json, kGroups.output, amounts);
    else if (json.take("\"Host Name\":"))
      json.string();
    else
      return json.take("\"Updated Blocks\":[]");
    return true;
  });
  amounts.zero_missing();
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

// The line starts with kTaskStart.
bool read_start(std::string_view line, TaskRecord& out) {
  CompactJson in(line);
  in.jump(line.data() + kTaskStart.size());
  read_stage(in, out);
  read_info(in, out);
  for (const char c : {']', '}', '}'}) in.expect(c);
  return in.good() && in.at_end();
}

// The line starts with kTaskEnd.
bool read_end(std::string_view line, TaskRecord& out) {
  CompactJson in(line);
  in.jump(line.data() + kTaskEnd.size());
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
