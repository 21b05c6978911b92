// The lines that are no tables: headings, facts, settings, executors, failures.
#include "sim/report/print_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <ostream>

#include "sim/report/pace_text.h"
#include "sim/report/quantities.h"
#include "sim/report/run_words.h"
#include "sim/timeline/driver_place.h"
#include "sim/workload/custom_resources.h"

namespace muster::printing {
namespace {

constexpr std::size_t kIndent = 2;
constexpr std::size_t kMostFailures = 3;
constexpr std::size_t kMostPaceLines = 3;

std::string first_line(std::string_view text) {
  return clean_line(text.substr(0, text.find('\n')));
}

std::string cause_of(std::string_view failure) { return clean_line(failure_line(failure)); }

bool is_local(const Conf& conf) { return conf.text("spark.master", "").starts_with("local"); }

std::string allocation_text(const Conf& conf) {
  if (!conf.flag("spark.dynamicAllocation.enabled", false)) return "dynamic allocation off";
  const std::string most = conf.text("spark.dynamicAllocation.maxExecutors", "unlimited");
  return fmt::format("dynamic allocation {} to {} executors",
                     conf.integer("spark.dynamicAllocation.minExecutors", 0), most);
}

// "executors 4 x 4 cores at once (7 in all)".
std::string shape_text(const Timeline& timeline) {
  std::map<std::int32_t, Timeline> by_cores;
  for (const ExecutorSpan& executor : timeline.executors)
    if (executor.added.happened()) by_cores[executor.cores].executors.push_back(executor);
  std::string out;
  for (auto& [cores, part] : by_cores) {
    part.application = timeline.application;
    const Totals totals = totals_of(part);
    out += fmt::format("{}{} x {}", out.empty() ? "" : ", ", totals.peak_executors,
                       counted(cores, "core"));
    if (totals.executors > totals.peak_executors)
      out += fmt::format(" at once ({} in all)", totals.executors);
  }
  return out.empty() ? "no executors" : "executors " + out;
}

std::string memory_text(const Conf& conf, const char* key) {
  return bytes_text(conf.bytes(key, Bytes::gib(1), Bytes::mib(1)));
}

std::string offset_text(const Timeline& timeline, Time t) {
  return duration_text(t - timeline.application.start);
}

}  // namespace

void heading(std::ostream& out, std::string_view text, const PrintOptions& options) {
  out << '\n' << painted(text, Colour::Bold, options.colour) << '\n';
}

void pace(std::ostream& out, const Timeline& timeline, const Explanation& explanation,
          const std::string& side, const PrintOptions& options) {
  const std::size_t most = options.max_rows == 0 ? SIZE_MAX : kMostPaceLines;
  std::vector<std::string> lines = pace_lines(timeline, explanation.pace, SIZE_MAX);
  const std::size_t hidden = lines.size() - std::min(lines.size(), most);
  lines.resize(lines.size() - hidden);
  if (lines.empty() && options.reasons) {
    const auto judged = std::ranges::count_if(
        explanation.pace.executors, [](const ExecutorPace& one) { return one.tasks > 0; });
    if (judged > 1)
      lines = {"no executor was slower than the others, and no stage had a long tail"};
  }
  if (lines.empty()) return;
  heading(out, "Slow executors and long tasks" + side, options);
  for (const std::string& line : lines) paragraph(out, clean_line(line), Colour::None, options);
  more_line(out, hidden, options);
}

void more_line(std::ostream& out, std::size_t hidden, const PrintOptions& options) {
  if (hidden == 0) return;
  out << "  " << painted(fmt::format("… and {} more (--all)", hidden), Colour::Dim, options.colour)
      << '\n';
}

void sentence(std::ostream& out, std::string_view label, Colour colour, std::string_view text,
              const PrintOptions& options) {
  const std::string body =
      wrapped(std::string(label) + " " + clean_line(text), options.width, kIndent);
  out << painted(body.substr(0, label.size()), colour, options.colour) << body.substr(label.size())
      << '\n';
}

void paragraph(std::ostream& out, std::string_view text, Colour colour,
               const PrintOptions& options) {
  out << painted(std::string(kIndent, ' ') +
                     wrapped(clean_line(text), options.width, kIndent, kIndent),
                 colour, options.colour)
      << '\n';
}

std::vector<std::size_t> longest_rows(const std::vector<Duration>& weights, std::size_t max_rows) {
  std::vector<std::size_t> rows(weights.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  if (max_rows == 0 || rows.size() <= max_rows) return rows;
  std::stable_sort(rows.begin(), rows.end(),
                   [&](std::size_t a, std::size_t b) { return weights[a] > weights[b]; });
  rows.resize(max_rows);
  std::sort(rows.begin(), rows.end());
  return rows;
}

std::string settings_text(const Timeline& timeline) {
  const Conf& conf = timeline.conf;
  const int version = version_number(timeline.application.spark_version);
  const bool adaptive =
      conf.flag("spark.sql.adaptive.enabled", version == 0 || version >= spark(3, 2));
  std::vector<std::string> parts = {"scheduler " + conf.text("spark.scheduler.mode", "FIFO"),
                                    shape_text(timeline)};
  if (!is_local(conf)) parts.back() += ", " + memory_text(conf, "spark.executor.memory") + " each";
  parts.push_back("driver " + memory_text(conf, "spark.driver.memory"));
  parts.push_back(allocation_text(conf));
  parts.push_back(adaptive ? "adaptive execution on" : "adaptive execution off");
  parts.push_back(conf.flag("spark.speculation", false) ? "speculation on" : "speculation off");
  const Duration wait =
      conf.duration("spark.locality.wait", Duration::seconds(3), Duration::millis(1));
  parts.push_back("locality wait " + duration_text(wait));
  parts.push_back("shuffle partitions " + conf.text("spark.sql.shuffle.partitions", "200"));
  if (const std::int64_t cpus = conf.integer("spark.task.cpus", 1); cpus != 1)
    parts.push_back(fmt::format("{} cores per task", cpus));
  for (const CustomResource& one : custom_resources(conf))
    parts.push_back(fmt::format("{}: {} per executor, {} per task", clean_line(one.name),
                                one.of_executor, one.of_task));
  return fmt::format("{}", fmt::join(parts, " · "));
}

void application(std::ostream& out, const Timeline& timeline, const PrintOptions& options) {
  const ApplicationSpan& app = timeline.application;
  std::vector<std::string> facts;
  if (app.id.empty()) facts.push_back("no application id");
  if (!app.id.empty()) facts.push_back(app.id);
  if (!app.attempt.empty()) facts.push_back("attempt " + app.attempt);
  if (!app.spark_version.empty()) facts.push_back("Spark " + app.spark_version);
  const std::string master = timeline.conf.text("spark.master", "");
  if (!master.empty()) facts.push_back(master);
  // Of a recording it is known where the driver was reached, if anywhere.
  const DriverPlace driver = driver_place(timeline, {});
  if (!master.empty() && !is_local(timeline.conf))
    facts.push_back(driver.host.empty()
                        ? timeline.conf.text("spark.submit.deployMode", "client") + " mode"
                        : "driver " + words_of(driver));
  // wrapped() also makes one blank of several.
  const std::string name = wrapped(app.name.empty() ? "application" : clean_line(app.name), 0, 0);
  const std::string title =
      wrapped(name + " · " + clean_line(fmt::format("{}", fmt::join(facts, " · "))), options.width,
              kIndent);
  const std::size_t bold = std::min(name.size(), title.find('\n'));
  out << painted(title.substr(0, bold), Colour::Bold, options.colour) << title.substr(bold) << '\n';
  paragraph(out, settings_text(timeline), Colour::Dim, options);
}

void failures(std::ostream& out, const Timeline& timeline, const PrintOptions& options) {
  std::vector<std::string> lines;
  for (const JobSpan& job : timeline.jobs)
    if (job.outcome == JobOutcome::Failed)
      lines.push_back(
          fmt::format("job {} failed: {}", job.id,
                      job.failure.empty() ? "no reason given" : cause_of(job.failure)));
  const bool job_failed = !lines.empty();
  for (const StageSpan& stage : timeline.stages)
    if (!job_failed && !stage.failure.empty())
      lines.push_back(fmt::format("stage {}.{} failed and was run again: {}", stage.id,
                                  stage.attempt, cause_of(stage.failure)));
  for (std::size_t i = 0; i < std::min(lines.size(), kMostFailures); ++i)
    sentence(out, job_failed ? "FAILED" : "note:", job_failed ? Colour::Red : Colour::Yellow,
             lines[i], options);
  if (lines.size() > kMostFailures)
    out << "  … and " << lines.size() - kMostFailures << " more like these\n";
  if (timeline.application.start.happened() && !timeline.application.end.happened())
    sentence(out, "UNFINISHED", Colour::Yellow,
             "no end of the application: killed, still running, or cut off; open spans count to "
             "the last event",
             options);
}

void executors(std::ostream& out, const Timeline& timeline, std::string_view title,
               const PrintOptions& options) {
  const Totals totals = totals_of(timeline);
  if (totals.executors == 0) return;
  Time first = Time::never(), last = timeline.application.start;
  std::vector<const ExecutorSpan*> left;
  for (const ExecutorSpan& executor : timeline.executors) {
    if (!executor.added.happened()) continue;
    first = std::min(first, executor.added), last = std::max(last, executor.added);
    if (executor.removed < timeline.application.start + timeline.wall()) left.push_back(&executor);
  }
  const std::string from = offset_text(timeline, first), to = offset_text(timeline, last);
  std::string text = fmt::format(
      "{} registered {}; at most {} at a time ({})", totals.executors,
      from == to ? "at " + from : "between " + from + " and " + to, totals.peak_executors,
      counted(totals.peak_cores, "core"));
  if (totals.executors == 1)
    text = fmt::format("1, registered at {}, {}", from, counted(totals.peak_cores, "core"));
  if (!left.empty()) text += fmt::format("; {} left before the end", left.size());
  heading(out, title, options);
  paragraph(out, text, Colour::None, options);
  const std::size_t shown =
      options.max_rows == 0 ? left.size() : std::min<std::size_t>(3, left.size());
  for (std::size_t i = 0; i < shown; ++i)
    out << "  "
        << shortened(fmt::format("executor {} on {} left at {}: {}", left[i]->id, left[i]->host,
                                 offset_text(timeline, left[i]->removed),
                                 first_line(left[i]->removed_reason)),
                     options.width == 0 || !options.cut ? std::size_t{1} << 20
                                                        : options.width - kIndent)
        << '\n';
  more_line(out, left.size() - shown, options);
}

}  // namespace muster::printing
