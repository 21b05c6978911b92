#include "gui/window/worker.h"

#include <algorithm>
#include <utility>

namespace muster::gui {

Worker::Worker(std::function<void()> wake)
    : wake_(std::move(wake)), thread_([this](const std::stop_token& end) { run(end); }) {}

Worker::~Worker() {
  cancel();
  thread_.request_stop();
  changed_.notify_all();
}

void Worker::add(Kind kind, Work work) {
  {
    const std::lock_guard lock(mutex_);
    const auto later = std::ranges::upper_bound(waiting_, kind, {}, &Waiting::kind);
    waiting_.insert(later, {kind, std::move(work)});
  }
  changed_.notify_all();
}

template <class Which>
void Worker::forget(Which which) {
  const std::lock_guard lock(mutex_);
  std::erase_if(waiting_, [&](const Waiting& w) { return which(w.kind); });
  std::erase_if(replies_, [&](const Ready& r) { return which(r.kind); });
  if (running_ && which(kind_)) stop_.request_stop();
}

void Worker::cancel(Kind kind) {
  forget([kind](Kind other) { return other == kind; });
}

void Worker::cancel() {
  forget([](Kind) { return true; });
}

bool Worker::busy() const {
  const std::lock_guard lock(mutex_);
  return running_ || !waiting_.empty() || !replies_.empty();
}

void Worker::poll() {
  while (true) {
    Reply reply;
    {
      const std::lock_guard lock(mutex_);
      if (replies_.empty()) return;
      reply = std::move(replies_.front().reply);
      replies_.pop_front();
    }
    reply();
  }
}

void Worker::run(const std::stop_token& end) {
  while (true) {
    Work work;
    std::stop_token stop;
    {
      std::unique_lock lock(mutex_);
      if (!changed_.wait(lock, end, [this] { return !waiting_.empty(); })) return;
      work = std::move(waiting_.front().work);
      kind_ = waiting_.front().kind;
      waiting_.pop_front();
      running_ = true;
      stop_ = std::stop_source();
      stop = stop_.get_token();
    }
    Reply reply = work(stop);
    {
      const std::lock_guard lock(mutex_);
      running_ = false;
      if (reply && !stop.stop_requested()) replies_.push_back({kind_, std::move(reply)});
    }
    wake_();
  }
}

}  // namespace muster::gui
