#include "sim/report/html.h"

#include <cctype>
#include <fmt/format.h>

#include "sim/report/html_files.h"
#include "sim/report/html_json.h"
#include "sim/report/run_words.h"
#include "sim/report/size_words.h"

namespace muster {
namespace {

using html::PageFile;
using html::PageJson;

std::string from_hex(std::string_view digits) {
  const auto value = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
    bytes += static_cast<char>(value(digits[i]) * 16 + value(digits[i + 1]));
  return bytes;
}

// Nothing is loaded, and nothing runs but these very texts.
std::string security_policy() {
  std::string styles, scripts;
  for (const PageFile& file : html::page_files())
    (file.name.ends_with(".css") ? styles : scripts) +=
        " 'sha256-" + html::base64(from_hex(file.sha256)) + "'";
  return "default-src 'none'; style-src" + styles + "; script-src" + scripts +
         "; img-src data:; base-uri 'none'; form-action 'none'";
}

// Colours by name (page/colours.js): a kind or cause without one does not compile.
std::string_view colour_of(PathKind kind) {
  switch (kind) {
    case PathKind::Startup: return "grey";
    case PathKind::DriverGap: return "yellow";
    case PathKind::StageSubmission: return "purple";
    case PathKind::ExecutorWait: return "vermillion";
    case PathKind::StagePreparation: return "sand";
    case PathKind::SlotWait: return "brown";
    case PathKind::CoreWait: return "orange";
    case PathKind::Task: return "green";
    case PathKind::StageEnd: return "blue";
    case PathKind::JobEnd: return "sky";
    case PathKind::Shutdown: return "dark";
  }
  return "grey";
}

std::string_view colour_of(IdleCause cause) {
  switch (cause) {
    case IdleCause::Startup: return "grey";
    case IdleCause::BetweenJobs: return "yellow";
    case IdleCause::StagePreparation: return "orange";
    case IdleCause::Completion: return "sky";
    case IdleCause::Shutdown: return "silver";
    case IdleCause::Dispatch: return "blue";
    case IdleCause::LocalityWait: return "purple";
    case IdleCause::SlotWait: return "brown";
    case IdleCause::NoRunnableTask: return "pale";
    case IdleCause::SkewTail: return "vermillion";
    case IdleCause::Remainder: return "dark";
  }
  return "grey";
}

// Words, keys and colours of a list of reasons: [{"words", "key", "colour"}].
template <class Reason>
void add_reasons(PageJson& out, std::string_view name, std::size_t count) {
  out.key(name).open('[');
  for (std::size_t i = 0; i < count; ++i) {
    const auto reason = static_cast<Reason>(i);
    out.open('{').field("words", words_of(reason)).field("key", key_of(reason));
    out.field("colour", colour_of(reason)).close('}');
  }
  out.close(']');
}

void add_names(PageJson& out) {
  add_reasons<IdleCause>(out, "causes", kIdleCauseCount);
  add_reasons<PathKind>(out, "kinds", kPathKindCount);
  out.key("outcomes").open('[');
  for (int i = 0; i <= static_cast<int>(Outcome::UnknownReason); ++i)
    out.text(name_of(static_cast<Outcome>(i)));
  out.close(']').key("localities").open('[');
  for (int i = 0; i <= static_cast<int>(Locality::Unknown); ++i)
    out.text(name_of(static_cast<Locality>(i)));
  out.close(']');
}

void add_comparison(PageJson& out, const Comparison& comparison) {
  const auto list = [&](const char* name, const std::vector<std::string>& labels) {
    out.key(name).open('[');
    for (const std::string& label : labels) out.text(label);
    out.close(']');
  };
  const auto real = [&](const char* name, std::optional<double> value) {
    out.key(name);
    if (value) out.real(*value);
    else out.null();
  };
  out.key("comparison").open('{');
  real("wall", comparison.wall.error());
  real("meanStage", comparison.mean_stage_error);
  real("worstStage", comparison.worst_stage_error);
  list("onlyLeft", comparison.only_left);
  list("onlyRight", comparison.only_right);
  out.key("localities").open('[');
  for (std::size_t i = 0; i < comparison.left_localities.size(); ++i)
    out.open('[')
        .number(static_cast<std::int64_t>(comparison.left_localities[i]))
        .number(static_cast<std::int64_t>(comparison.right_localities[i]))
        .close(']');
  out.close(']').close('}');
}

void add_curve(PageJson& out, const SizeCurve& curve) {
  out.key("curve").open('{').field("varied", curve.varied).field("assumed", curve.assumed);
  out.field("whyNot", curve.why_not).key("words").open('[');
  SizeCurve bare = curve;  // what is assumed stands below the table
  bare.assumed.clear();
  if (const std::string more = words_of_more(bare, 2); !more.empty() && curve.why_not.empty())
    out.text(more);
  for (const std::string& words : words_of_curve(curve)) out.text(words);
  out.close(']').key("repeats").open('[');
  for (const Duration repeat : curve.repeats) out.number(repeat.in_millis());
  out.close(']').key("points").open('[');
  for (const SizePoint& point : curve.points)
    out.open('{')
        .field("executors", point.executors)
        .field("registered", point.registered)
        .field("wall", point.wall)
        .field("coreTime", point.core_time)
        .field("cost", point.cost.in_micro_dollars())
        .field("given", point.given)
        .field("succeeded", point.succeeded)
        .close('}');
  out.close(']').close('}');
}

std::string data_of(const HtmlReport& report) {
  PageJson out;
  out.open('{').field("format", 1).field("source", report.source);
  out.field("difference", report.difference);
  add_names(out);
  out.key("health").open('[');
  for (const HtmlNote& note : report.health)
    out.open('{')
        .field("severity", note.severity)
        .field("text", note.text)
        .field("place", note.place)
        .close('}');
  out.close(']').key("warnings").open('[');
  for (const std::string& warning : report.warnings) out.text(warning);
  out.close(']').field("scenarioText", report.scenario_text);
  add_curve(out, report.curve);
  if (report.comparison) add_comparison(out, *report.comparison);
  // A recording and its simulation are not two choices.
  if (report.right && !report.left.recorded)
    out.field("pair", words_of_pair({report.left.name, *report.left.result,
                                     *report.left.explanation},
                                    {report.right->name, *report.right->result,
                                     *report.right->explanation}));
  out.key("sides").open('[');
  html::add_side(out, report.left);
  if (report.right) html::add_side(out, *report.right);
  out.close(']').close('}');
  return html::safe_in_script(out.str());
}

}  // namespace

bool is_secret(std::string_view key) {
  std::string name;
  for (const char c : key)
    name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const char* word : {"secret", "password", "passwd", "token", "credential", "access.key",
                           "accesskey", "account.key"})
    if (name.find(word) != name.npos) return true;
  return false;
}

std::string html_page(const HtmlReport& report) {
  const Result& shown = *report.left.result;
  std::string name = shown.timeline.application.name;
  if (name.empty() || name == "application") name = shown.provenance.scenario;
  std::string out = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
  out += "<meta http-equiv=\"Content-Security-Policy\" content=\"" + security_policy() + "\">\n";
  out += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
  out += "<meta name=\"color-scheme\" content=\"light dark\">\n";
  out += "<title>" + html::safe_in_text(name.empty() ? "application" : name);
  out += " - Muster</title>\n";
  for (const PageFile& file : html::page_files())
    if (file.name.ends_with(".css")) out += fmt::format("<style>{}</style>\n", file.text);
  out += "</head>\n<body>\n<main id=\"page\"></main>\n<noscript><p>This page draws itself with "
         "JavaScript, which is off here. In words:</p>\n<pre>";
  out += html::safe_in_text(report.plain_text) + "</pre></noscript>\n";
  out += "<script type=\"application/json\" id=\"data\">" + data_of(report) + "</script>\n";
  for (const PageFile& file : html::page_files())
    if (file.name.ends_with(".js")) out += fmt::format("<script>{}</script>\n", file.text);
  out += "</body>\n</html>\n";
  return out;
}

}  // namespace muster
