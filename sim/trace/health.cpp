#include "sim/trace/health.h"

namespace muster {

std::string_view name_of(Severity severity) {
  switch (severity) {
    case Severity::Info:
      return "info";
    case Severity::Warning:
      return "warning";
    case Severity::Error:
      return "error";
  }
  return "info";
}

bool LogHealth::trustworthy() const {
  return notes.empty() || notes.front().severity != Severity::Error;
}

const HealthNote* LogHealth::find(std::string_view code) const {
  for (const HealthNote& note : notes)
    if (note.code == code) return &note;
  return nullptr;
}

std::string LogHealth::text() const {
  std::string out;
  for (const HealthNote& note : notes) {
    out += std::string(name_of(note.severity)) + ": " + note.message;
    if (!note.file.empty()) {
      out += " (" + note.file;
      if (note.line > 0) out += ":" + std::to_string(note.line);
      out += ")";
    }
    out += "\n";
  }
  for (const MissingInput& m : missing) out += "missing: " + m.question + ": " + m.reason + "\n";
  return out;
}

}  // namespace muster
