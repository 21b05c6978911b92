// Paths as somebody types them: what they may go on with.
#pragma once

#include <string>
#include <vector>

#include "gui/entry.h"

namespace muster::gui {

// Files and folders whose path begins with `typed`, in alphabetical order, at most `most` of them;
// folders end in '/'. "~/" is the home folder. Hidden ones only where a dot is typed. None where
// the folder is not there or cannot be read.
std::vector<std::string> completions(const std::string& typed, std::size_t most);

// What all of them begin with; empty for none.
std::string common_start(const std::vector<std::string>& paths);

// `typed`, gone on with as far as all that it may become is the same; empty where nothing is.
std::string completed(const std::string& typed);

// True: a folder that is looked into. Other folders are the rolling logs of one application.
bool is_plain_folder(const std::string& path);

// A log or a scenario, by its first bytes. What is not there counts as a log: reading it says why.
Opened opened_at(const std::string& path);

}  // namespace muster::gui
