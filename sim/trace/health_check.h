// What can be said of a log only when all of it was read.
#pragma once

#include <vector>

#include "sim/timeline/timeline.h"
#include "sim/trace/health.h"
#include "sim/trace/note_book.h"
#include "sim/trace/timeline_builder.h"

namespace muster {

// Adds the notes about the whole; `counts` gets its tasks_unended. `in_progress`: the log's name
// says so. Call before TimelineBuilder::finish(), which repairs what is judged here.
void check_health(const TimelineBuilder& builder, bool in_progress, NoteBook& notes,
                  LogCounts& counts);

// What this log does not record. Call with the finished timeline; `notes` tell what was made up.
std::vector<MissingInput> missing_inputs(const Timeline& timeline, const NoteBook& notes);

}  // namespace muster
