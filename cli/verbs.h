// The verbs: one file each, cli/<verb>.cpp. Each does what its command says and gives the exit
// code.
#pragma once

#include "cli/options.h"

namespace muster::cli {

inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;    // the simulated application failed, or a validation case
inline constexpr int kBadInput = 2;  // nothing was written

int execute(const ReplayCommand& command);
int execute(const RunCommand& command);
int execute(const CheckCommand& command);
int execute(const ImportCommand& command);
int execute(const CompareCommand& command);
int execute(const ReportCommand& command);
int execute(const ValidateCommand& command);
int execute(const RenderCommand& command);
int execute(const GuiCommand& command);
int execute(const ModelsCommand& command);
int execute(const SchemaCommand& command);
int execute(const VersionCommand& command);

}  // namespace muster::cli
