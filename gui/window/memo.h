// A value that is made again only when what it is made from has changed: for frames, which ask for
// the same again and again.
#pragma once

#include <optional>
#include <utility>

namespace muster::gui {

template <class Key, class Value>
class Memo {
 public:
  // `make` gives the Value for `key`; what is returned is good until the next call.
  template <class Make>
  const Value& of(const Key& key, Make make) {
    if (!key_ || *key_ != key) {
      value_ = make();
      key_ = key;
    }
    return value_;
  }

 private:
  std::optional<Key> key_;
  Value value_;
};

}  // namespace muster::gui
