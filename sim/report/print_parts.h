// Inside print: the pieces that the summaries are made of. Each prints nothing when it has nothing
// to say, and otherwise whole lines.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "sim/report/print.h"
#include "sim/report/table.h"

namespace muster::printing {

void heading(std::ostream& out, std::string_view text, const PrintOptions& options);
// "… and 37 more (--all)".
void more_line(std::ostream& out, std::size_t hidden, const PrintOptions& options);
// One sentence on wrapped lines, its first word in colour: "warning: ...".
void sentence(std::ostream& out, std::string_view label, Colour colour, std::string_view text,
              const PrintOptions& options);

// `text` on wrapped lines, all indented.
void paragraph(std::ostream& out, std::string_view text, Colour colour,
               const PrintOptions& options);

// Which rows of a table to show, in their order: the `max_rows` with the largest weight.
std::vector<std::size_t> longest_rows(const std::vector<Duration>& weights, std::size_t max_rows);

// Name, id, version, master; then the settings that matter, on wrapped lines.
void application(std::ostream& out, const Timeline& timeline, const PrintOptions& options);
std::string settings_text(const Timeline& timeline);

// What went wrong in the application, the decisive first: failed jobs, failed stages without one,
// a missing end.
void failures(std::ostream& out, const Timeline& timeline, const PrintOptions& options);

// How many executors when, and those that left early.
void executors(std::ostream& out, const Timeline& timeline, std::string_view title,
               const PrintOptions& options);

void jobs(std::ostream& out, const Timeline& timeline, const PrintOptions& options);
void stages(std::ostream& out, const Timeline& timeline, const Explanation& explanation,
            const PrintOptions& options);
// Slow executors and the ends of stages; with the reasons also that there are none.
// `side`: after the title, ", real", or empty.
void pace(std::ostream& out, const Timeline& timeline, const Explanation& explanation,
          const std::string& side, const PrintOptions& options);
void idle(std::ostream& out, const Explanation& explanation, const PrintOptions& options);
void critical_path(std::ostream& out, const Timeline& timeline, const Explanation& explanation,
                   const PrintOptions& options);

// Both sides of a comparison in one table each.
void jobs(std::ostream& out, const Comparison& comparison, const PrintOptions& options);
void stages(std::ostream& out, const Comparison& comparison, const PrintOptions& options);
void idle(std::ostream& out, const Explanation& left, const Explanation& right,
          const PrintOptions& options);
void critical_path(std::ostream& out, const Explanation& left, const Explanation& right,
                   const PrintOptions& options);
void placement(std::ostream& out, const Comparison& comparison, const PrintOptions& options);

// The longest segments of one path, with what happened in them.
void longest_segments(std::ostream& out, const Timeline& timeline, const Explanation& explanation,
                      std::size_t rows, const std::string& title, const PrintOptions& options);

}  // namespace muster::printing
