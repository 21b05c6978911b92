#include "gui/window/input_queue.h"

namespace muster::gui {

void InputQueue::begin_frame() {
  keys_.clear();
  button_ = moved_ = false;
  if (held_ > 0) --held_;
}

std::optional<Input> InputQueue::next() {
  if (held_ > 0 || waiting_.empty()) return std::nullopt;
  const Input input = waiting_.front();
  const bool changes = input.action != Input::Action::Repeat;
  switch (input.kind) {
    case Input::Kind::Move:
      if (button_) return std::nullopt;
      moved_ = true;
      break;
    case Input::Kind::Button:
      if (button_ || (moved_ && input.action == Input::Action::Release)) return std::nullopt;
      button_ = true;
      break;
    case Input::Kind::Key:
      if (changes && !keys_.insert(input.code).second) return std::nullopt;
      break;
    case Input::Kind::Character:
    case Input::Kind::Scroll:
      break;
  }
  waiting_.pop_front();
  return input;
}

void InputQueue::wait_for_field() {
  held_ = kFieldFrames;
  if (!waiting_.empty() && waiting_.front().kind == Input::Kind::Character) waiting_.pop_front();
}

}  // namespace muster::gui
