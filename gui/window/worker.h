// One thread beside the window's: it does one thing after another and hands results back.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace muster::gui {

class Worker {
 public:
  using Reply = std::function<void()>;
  // Runs beside the window; what it gives back runs in the window's thread, at the next poll().
  using Work = std::function<Reply()>;

  // `wake` is called from the worker's thread when there is something to poll.
  explicit Worker(std::function<void()> wake);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void add(Work work);
  // Forgets what has not begun; what runs goes on to its end, but its reply is thrown away.
  void cancel();
  bool busy() const;
  void poll();

 private:
  void run(const std::stop_token& end);

  std::function<void()> wake_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Work> waiting_;
  std::vector<Reply> replies_;
  bool running_ = false, unwanted_ = false;  // the reply of what runs
  std::jthread thread_;  // last: it uses the others
};

}  // namespace muster::gui
