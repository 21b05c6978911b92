// One thread beside the window's: it does one thing after another and hands results back.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace muster::gui {

class Worker {
 public:
  using Reply = std::function<void()>;
  // Runs beside the window; what it gives back runs in the window's thread, at the next poll(). It
  // returns soon, whatever it then gives, when it is asked to stop.
  using Work = std::function<Reply(const std::stop_token& stop)>;
  // Work of the same sort, in the order of urgency.
  enum class Kind : std::uint8_t { Picture, Compare, Load, Simulate, Explain, Curve };

  // `wake` is called from the worker's thread when there is something to poll.
  explicit Worker(std::function<void()> wake);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // The most urgent kind goes first, within a kind what was added first.
  void add(Kind kind, Work work);
  // Forgets all of this kind that the window has not polled yet, and asks what runs to stop.
  void cancel(Kind kind);
  void cancel();  // of every kind
  bool busy() const;
  // Runs the replies that are ready, one after the other: what one of them cancels does not run.
  void poll();

 private:
  struct Waiting {
    Kind kind;
    Work work;
  };
  struct Ready {
    Kind kind;
    Reply reply;
  };
  template <class Which>
  void forget(Which which);
  void run(const std::stop_token& end);

  std::function<void()> wake_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Waiting> waiting_;
  std::deque<Ready> replies_;
  bool running_ = false;
  Kind kind_ = Kind::Picture;  // of what runs
  std::stop_source stop_;   // of what runs; asked to stop: its reply is thrown away
  std::jthread thread_;     // last: it uses the others
};

}  // namespace muster::gui
