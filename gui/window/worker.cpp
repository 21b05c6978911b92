#include "gui/window/worker.h"

#include <utility>

namespace muster::gui {

Worker::Worker(std::function<void()> wake)
    : wake_(std::move(wake)), thread_([this](const std::stop_token& end) { run(end); }) {}

Worker::~Worker() {
  cancel();
  thread_.request_stop();
  changed_.notify_all();
}

void Worker::add(Work work) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(work));
  }
  changed_.notify_all();
}

void Worker::cancel() {
  const std::lock_guard lock(mutex_);
  waiting_.clear();
  unwanted_ = true;
}

bool Worker::busy() const {
  const std::lock_guard lock(mutex_);
  return running_ || !waiting_.empty() || !replies_.empty();
}

void Worker::poll() {
  std::vector<Reply> replies;
  {
    const std::lock_guard lock(mutex_);
    replies.swap(replies_);
  }
  for (const Reply& reply : replies) reply();
}

void Worker::run(const std::stop_token& end) {
  while (true) {
    Work work;
    {
      std::unique_lock lock(mutex_);
      if (!changed_.wait(lock, end, [this] { return !waiting_.empty(); })) return;
      work = std::move(waiting_.front());
      waiting_.pop_front();
      running_ = true;
      unwanted_ = false;
    }
    Reply reply = work();
    {
      const std::lock_guard lock(mutex_);
      running_ = false;
      if (reply && !unwanted_) replies_.push_back(std::move(reply));
    }
    wake_();
  }
}

}  // namespace muster::gui
