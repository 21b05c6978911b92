// A Java properties file, such as spark-defaults.conf.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/base/problems.h"

namespace muster {

struct Property {
  std::string key;
  std::string value;  // without the blanks around it, as Spark takes it
  int line = 0;       // where it begins, from 1
};

// All properties in the order of the text (java.util.Properties.load: comments with # and !, keys
// up to =, : or a blank, lines continued by a backslash, \t \n \r \f and \uXXXX). A \u without its
// four digits is a problem.
std::vector<Property> parse_properties(std::string_view text, const std::string& file,
                                       Problems& problems);

}  // namespace muster
