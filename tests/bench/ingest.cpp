// Reading event logs: the whole reader against reading and finding the lines, and against the
// decompressor alone. The log is made here, in the shape of Spark 3.5 (3.8 kB for each task).

#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>
#include <zstd.h>

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "sim/base/random.h"
#include "sim/trace/read_log.h"
#include "tests/bench/yardstick.h"

namespace muster::bench {
namespace {

// A file that goes with the benchmark.
struct TemporaryFile {
  explicit TemporaryFile(const char* suffix)
      : path((std::filesystem::temp_directory_path() /
              fmt::format("muster-bench-{}{}", getpid(), suffix))
                 .string()) {}
  ~TemporaryFile() { std::filesystem::remove(path); }
  std::string path;
};

class LogWriter {
 public:
  std::string make(std::size_t bytes) {
    text_ = R"({"Event":"SparkListenerLogStart","Spark Version":"3.5.7"})"
            "\n"
            R"({"Event":"SparkListenerApplicationStart","App Name":"bench","App ID":"app-1",)"
            R"("Timestamp":1700000000000,"User":"bench"})"
            "\n";
    while (text_.size() < bytes) add_task();
    return std::move(text_);
  }

 private:
  std::uint64_t draw(std::uint32_t bound) { return stream_.below(draws_++, bound); }

  std::string task_info(std::uint64_t finish) const {
    return fmt::format(
        R"("Task Info":{{"Task ID":{0},"Index":{1},"Attempt":0,"Partition ID":{1},)"
        R"("Launch Time":{2},"Executor ID":"{3}","Host":"ip-10-0-0-{3}.ec2.internal",)"
        R"("Locality":"PROCESS_LOCAL","Speculative":false,"Getting Result Time":0,)"
        R"("Finish Time":{4},"Failed":false,"Killed":false,"Accumulables":[)",
        task_, task_ % 1000, launch_, 1 + task_ % 100, finish);
  }

  std::string accumulables() {
    static constexpr const char* kNames[] = {
        "internal.metrics.executorDeserializeTime",     "internal.metrics.executorRunTime",
        "internal.metrics.executorDeserializeCpuTime",  "internal.metrics.executorCpuTime",
        "internal.metrics.resultSize",                  "internal.metrics.jvmGCTime",
        "internal.metrics.resultSerializationTime",     "internal.metrics.input.bytesRead",
        "internal.metrics.shuffle.write.bytesWritten",  "internal.metrics.input.recordsRead",
        "internal.metrics.shuffle.write.recordsWritten", "number of output rows",
        "internal.metrics.shuffle.write.writeTime",     "duration"};
    std::string out;
    for (std::size_t i = 0; i < std::size(kNames); ++i) {
      const std::uint64_t update = draw(1'000'000);
      out += fmt::format(R"({}{{"ID":{},"Name":"{}","Update":{},"Value":{},"Internal":true,)"
                         R"("Count Failed Values":true}})",
                         i == 0 ? "" : ",", i + 23, kNames[i], update, update + draw(100'000'000));
    }
    return out;
  }

  std::string metrics(std::uint64_t run) {
    return fmt::format(
        R"("Task Metrics":{{"Executor Deserialize Time":{},"Executor Deserialize CPU Time":{},)"
        R"("Executor Run Time":{},"Executor CPU Time":{},"Peak Execution Memory":{},)"
        R"("Result Size":{},"JVM GC Time":{},"Result Serialization Time":0,)"
        R"("Memory Bytes Spilled":0,"Disk Bytes Spilled":0,"Shuffle Read Metrics":{{)"
        R"("Remote Blocks Fetched":{},"Local Blocks Fetched":{},"Fetch Wait Time":{},)"
        R"("Remote Bytes Read":{},"Remote Bytes Read To Disk":0,"Local Bytes Read":{},)"
        R"("Total Records Read":{},"Remote Requests Duration":0}},"Shuffle Write Metrics":{{)"
        R"("Shuffle Bytes Written":{},"Shuffle Write Time":{},"Shuffle Records Written":{}}},)"
        R"("Input Metrics":{{"Bytes Read":{},"Records Read":{}}},"Output Metrics":{{)"
        R"("Bytes Written":0,"Records Written":0}},"Updated Blocks":[]}})",
        draw(100), draw(100'000'000), run, run * 900'000, draw(100'000'000), draw(5000), draw(100),
        draw(100), draw(100), draw(100), draw(10'000'000), draw(1'000'000), draw(100'000),
        draw(10'000'000), draw(100'000'000), draw(100'000), draw(100'000'000), draw(1'000'000));
  }

  void add_task() {
    static constexpr std::string_view kExecutorMetrics =
        R"("Task Executor Metrics":{"JVMHeapMemory":0,"JVMOffHeapMemory":0,)"
        R"("OnHeapExecutionMemory":0,"OffHeapExecutionMemory":0,"OnHeapStorageMemory":0,)"
        R"("OffHeapStorageMemory":0,"OnHeapUnifiedMemory":0,"OffHeapUnifiedMemory":0,)"
        R"("DirectPoolMemory":0,"MappedPoolMemory":0,"ProcessTreeJVMVMemory":0,)"
        R"("ProcessTreeJVMRSSMemory":0,"ProcessTreePythonVMemory":0,)"
        R"("ProcessTreePythonRSSMemory":0,"ProcessTreeOtherVMemory":0,)"
        R"("ProcessTreeOtherRSSMemory":0,"MinorGCCount":0,"MinorGCTime":0,"MajorGCCount":0,)"
        R"("MajorGCTime":0,"TotalGCTime":0},)";
    const std::uint64_t run = 500 + draw(5000);
    launch_ += draw(5);
    const std::string stage =
        fmt::format(R"("Stage ID":{},"Stage Attempt ID":0,)", task_ / 1000);
    text_ += R"({"Event":"SparkListenerTaskStart",)" + stage + task_info(0) + "]}}\n";
    text_ += R"({"Event":"SparkListenerTaskEnd",)" + stage +
             R"("Task Type":"ShuffleMapTask","Task End Reason":{"Reason":"Success"},)" +
             task_info(launch_ + run) + accumulables() + "]},";
    text_ += kExecutorMetrics;
    text_ += metrics(run) + "}\n";
    ++task_;
  }

  Stream stream_{7, 0, Purpose::Test, 0};
  std::uint64_t draws_ = 0, task_ = 0, launch_ = 1'700'000'001'000;
  std::string text_;
};

std::uint64_t read_whole(const std::string& path) {
  Problems problems;
  const auto read = read_log(path, problems);
  return read ? read->timeline.attempts.size() : 0;
}

// Keeps this thread, and those it starts, on the core that it runs on.
class OnOneCore {
 public:
  OnOneCore() {
    sched_getaffinity(0, sizeof before_, &before_);
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(static_cast<std::size_t>(sched_getcpu()), &one);
    sched_setaffinity(0, sizeof one, &one);
  }
  ~OnOneCore() { sched_setaffinity(0, sizeof before_, &before_); }
  OnOneCore(const OnOneCore&) = delete;
  OnOneCore& operator=(const OnOneCore&) = delete;

 private:
  cpu_set_t before_;
};

// What no reader can do without: every byte read, every line found.
std::uint64_t count_tasks(const std::string& path) {
  static constexpr std::string_view kEnd = R"({"Event":"SparkListenerTaskE)";
  std::ifstream file(path, std::ios::binary);
  std::vector<char> buffer(1 << 20);
  std::uint64_t tasks = 0;
  std::size_t kept = 0;
  while (file.read(buffer.data() + kept, static_cast<std::streamsize>(buffer.size() - kept)) ||
         file.gcount() > 0) {
    const std::size_t filled = kept + static_cast<std::size_t>(file.gcount());
    const char* line = buffer.data();
    const char* end = buffer.data() + filled;
    while (const void* at = std::memchr(line, '\n', static_cast<std::size_t>(end - line))) {
      const char* next = static_cast<const char*>(at) + 1;
      tasks += std::string_view(line, static_cast<std::size_t>(next - line)).starts_with(kEnd);
      line = next;
    }
    kept = static_cast<std::size_t>(end - line);
    std::memmove(buffer.data(), line, kept);
  }
  return tasks;
}

std::uint64_t decompress(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<char> in(ZSTD_DStreamInSize()), out(ZSTD_DStreamOutSize());
  const std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> stream(ZSTD_createDStream(),
                                                                         &ZSTD_freeDStream);
  std::uint64_t bytes = 0;
  while (file.read(in.data(), static_cast<std::streamsize>(in.size())) || file.gcount() > 0) {
    ZSTD_inBuffer source{in.data(), static_cast<std::size_t>(file.gcount()), 0};
    while (source.pos < source.size) {
      ZSTD_outBuffer target{out.data(), out.size(), 0};
      if (ZSTD_isError(ZSTD_decompressStream(stream.get(), &target, &source))) return 0;
      bytes += target.pos;
    }
  }
  return bytes;
}

std::size_t log_bytes(const Options& options) { return options.smoke ? 1 << 20 : 400 << 20; }

}  // namespace

Contest ingest_plain(const Options& options) {
  const auto file = std::make_shared<TemporaryFile>("");
  const std::string text = LogWriter().make(log_bytes(options));
  std::ofstream(file->path, std::ios::binary) << text;
  Contest contest{"ingest", static_cast<double>(text.size()), "byte", {}};
  contest.contestants = {
      {"read + memchr", 0, [file] { return timed(1, [&] { return count_tasks(file->path); }); }},
      {"event-log reader", 0, [file] { return timed(1, [&] { return read_whole(file->path); }); }},
      // 4 GB/s where read + memchr does 14, as on the machine that the goal was set on.
      {"event-log reader, one core", 3.5, [file] {
         const OnOneCore pinned;
         return timed(1, [&] { return read_whole(file->path); });
       }}};
  return contest;
}

Contest ingest_zstd(const Options& options) {
  const auto file = std::make_shared<TemporaryFile>(".zstd");
  const std::string text = LogWriter().make(log_bytes(options));
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 1));
  std::ofstream(file->path, std::ios::binary) << packed;
  Contest contest{"ingest/z", static_cast<double>(text.size()), "byte", {}};
  contest.contestants = {
      {"zstd decompression", 0,
       [file] { return timed(1, [&] { return decompress(file->path); }); }},
      // 0.8 of the decompressor's speed.
      {"event-log reader", 1.25,
       [file] { return timed(1, [&] { return read_whole(file->path); }); }, false}};
  return contest;
}

}  // namespace muster::bench
