#include "models/disturbances/several.h"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "models/disturbances/moments.h"

namespace muster {
namespace {

class Several final : public Disturbances {
 public:
  explicit Several(std::vector<std::unique_ptr<Disturbances>> parts) : parts_(std::move(parts)) {}

  // Each part says anew when it wants to be called, whenever it is called; the earliest wins.
  void decide(const View& view, ClusterCommands& commands) override {
    ClusterCommands all;
    for (const auto& part : parts_) part->decide(view, all);
    Time next = Time::never();
    for (ClusterCommand& command : all) {
      if (const auto* wake = std::get_if<command::WakeAt>(&command))
        next = std::min(next, wake->at);
      else
        commands.push_back(std::move(command));
    }
    if (next.happened()) wake_disturbance(next, commands);
  }

  void missed(std::vector<std::string>& out) const override {
    for (const auto& part : parts_) part->missed(out);
  }

 private:
  std::vector<std::unique_ptr<Disturbances>> parts_;
};

}  // namespace

std::unique_ptr<Disturbances> make_several(std::vector<std::unique_ptr<Disturbances>> parts) {
  return std::make_unique<Several>(std::move(parts));
}

}  // namespace muster
