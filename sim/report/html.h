// A run, or two side by side, as one HTML page that needs no network: what happened, drawn and in
// tables, for people who were not there.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/report/compare.h"
#include "sim/timeline/explanation.h"
#include "sim/timeline/result.h"
#include "sim/timeline/size_curve.h"

namespace muster {

// One run. The pointers must not be null, and live as long as the page is written.
struct HtmlSide {
  std::string name;        // "real", "simulated", or what tells the two apart
  bool recorded = false;   // from an event log: its times are dates, not those of a simulation
  const Result* result = nullptr;
  const Explanation* explanation = nullptr;
  IdleMap idle;  // of idle_map()
  std::vector<HtmlSide> further;  // of further_of(); drawn on the time axis of this one
};

// A doubt about an event log, or what it does not say.
struct HtmlNote {
  std::string severity;  // "error", "warning", "info", "missing"
  std::string text;
  std::string place;     // file:line, or empty
};

struct HtmlReport {
  std::string source;  // what was read: "eventlog.zstd"
  HtmlSide left;
  std::optional<HtmlSide> right;
  std::string difference = "error";  // what right / left - 1 is called
  std::optional<Comparison> comparison;  // where there are two sides
  std::vector<HtmlNote> health;          // of the log; empty where there is none
  std::vector<std::string> warnings;     // of the report itself
  SizeCurve curve;
  std::string scenario_text;  // what to run again, or empty
  std::string plain_text;     // the same in words, for readers that run no scripts
};

// The page. Equal reports give equal bytes. Texts from logs go in as data that the page shows as
// text; a Content-Security-Policy lets nothing run but the page's own scripts. Values of settings
// that name secrets are left out (is_secret). A task takes about 15 to 40 bytes.
std::string html_page(const HtmlReport& report);

// Whether a setting's key names a secret, as spark.redaction.regex does, and a little more.
bool is_secret(std::string_view key);

}  // namespace muster
