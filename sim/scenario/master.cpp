#include "sim/scenario/master.h"

#include <charconv>
#include <string>
#include <vector>

namespace muster {
namespace {

// The parts between the commas of "a,b", without the spaces around them.
std::vector<std::string_view> parts_of(std::string_view text) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t comma = text.find(',');
    std::string_view part = text.substr(0, comma);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    parts.push_back(part);
    if (comma == text.npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

std::optional<std::int32_t> positive(std::string_view text) {
  std::int32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && value > 0 ? std::optional(value) : std::nullopt;
}

// local[N], local[*], local[N,F], local[*,F].
std::optional<Master> local(const std::vector<std::string_view>& parts) {
  Master master{.kind = Master::Kind::Local, .memory = {}, .max_failures = 1};
  if (parts.size() > 2) return std::nullopt;
  if (parts[0] == "*") {
    master.cores = 0;
  } else {
    const auto cores = positive(parts[0]);
    if (!cores) return std::nullopt;
    master.cores = *cores;
  }
  if (parts.size() == 2) {
    const auto failures = positive(parts[1]);
    if (!failures) return std::nullopt;
    master.max_failures = *failures;
  }
  return master;
}

// local-cluster[executors,cores,MiB].
std::optional<Master> local_cluster(const std::vector<std::string_view>& parts) {
  if (parts.size() != 3) return std::nullopt;
  const auto executors = positive(parts[0]), cores = positive(parts[1]), mib = positive(parts[2]);
  if (!executors || !cores || !mib) return std::nullopt;
  return Master{.kind = Master::Kind::LocalCluster,
                .cores = *cores,
                .executors = *executors,
                .memory = Bytes::mib(*mib)};
}

std::optional<Master> plain(Master::Kind kind) { return Master{.kind = kind, .memory = {}}; }

}  // namespace

std::optional<Master> parse_master(std::string_view text) {
  if (text == "local") return Master{.memory = {}, .max_failures = 1};
  if (text == "yarn" || text == "yarn-client" || text == "yarn-cluster")
    return plain(Master::Kind::Yarn);
  if (text.starts_with("spark://")) return plain(Master::Kind::Standalone);
  if (text.starts_with("k8s://")) return plain(Master::Kind::Kubernetes);
  if (text.starts_with("mesos://")) return plain(Master::Kind::Mesos);
  const std::size_t open = text.find('[');
  if (open == text.npos || !text.ends_with(']')) return std::nullopt;
  const auto parts = parts_of(text.substr(open + 1, text.size() - open - 2));
  if (text.substr(0, open) == "local") return local(parts);
  if (text.substr(0, open) == "local-cluster") return local_cluster(parts);
  return std::nullopt;
}

std::optional<Master> master_of(const Conf& conf) {
  return parse_master(conf.text("spark.master", ""));
}

bool is_local(const Conf& conf) {
  const auto master = master_of(conf);
  return master && master->kind == Master::Kind::Local;
}

}  // namespace muster
