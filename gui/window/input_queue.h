// What hands do, in order, and as much of it as one frame can see. Dear ImGui before 1.87 looks at
// keys and buttons once in a frame: on a slow display a key that went down and up between two
// frames, or a whole drag, would never have been.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <set>

namespace muster::gui {

struct Input {
  enum class Kind { Move, Button, Key, Character, Scroll };
  enum class Action { Release, Press, Repeat };

  Kind kind = Kind::Move;
  double x = 0, y = 0;                // of Move and Scroll
  int code = 0;                       // of Button, Key and Character
  int scancode = 0, mods = 0;         // as the window system has them
  Action action = Action::Release;    // of Button and Key
};

class InputQueue {
 public:
  void add(const Input& input) { waiting_.push_back(input); }
  bool empty() const { return waiting_.empty(); }
  void begin_frame();
  // The next one of this frame: no key changes twice in it, no button, nothing moves after a button
  // has changed, and none is let go in the frame of a move, which would not be a drag then.
  // Nothing: what is left belongs to later frames.
  std::optional<Input> next();
  // The last input opened a text field, which can be typed into some frames later: what comes next
  // waits for that, but for the character of that same key.
  void wait_for_field();

 private:
  static constexpr int kFieldFrames = 3;

  std::deque<Input> waiting_;
  std::set<int> keys_;  // that have changed in this frame
  bool button_ = false, moved_ = false;
  int held_ = 0;  // frames
};

}  // namespace muster::gui
