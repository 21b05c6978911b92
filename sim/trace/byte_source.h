// Bytes that are read once, front to back: a file, a piece of memory, standard input, or what a
// codec makes of another source. Errors end the stream and are told by fault(); nothing throws.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace muster {

// How a stream ended. CutOff: the data stop inside a compressed block or frame, as those of an
// application that is still running or was killed do. Corrupt: the data contradict their format.
enum class StreamEnd : std::uint8_t { Complete, CutOff, Corrupt, Unreadable };

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Fills up to `room` bytes, at least one unless the stream has ended: 0 is the end, and stays so.
  virtual std::size_t read(char* to, std::size_t room) = 0;
  // Bytes taken from the outermost file so far, for progress; any thread may ask.
  virtual std::uint64_t position() const = 0;
  StreamEnd end() const { return end_; }
  // What went wrong, for people; empty if `end()` is Complete.
  const std::string& fault() const { return fault_; }

 protected:
  std::size_t stop(StreamEnd end, std::string fault);

 private:
  StreamEnd end_ = StreamEnd::Complete;
  std::string fault_;
};

// A file descriptor; closed at the end unless it is standard input (0).
class FileSource final : public ByteSource {
 public:
  explicit FileSource(int descriptor) : descriptor_(descriptor) {}
  ~FileSource() override;
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;
  std::size_t read(char* to, std::size_t room) override;
  std::uint64_t position() const override { return position_.load(std::memory_order_relaxed); }

 private:
  int descriptor_;
  std::atomic<std::uint64_t> position_{0};
};

// Memory that outlives the source.
class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(std::string_view bytes) : bytes_(bytes) {}
  std::size_t read(char* to, std::size_t room) override;
  std::uint64_t position() const override { return position_.load(std::memory_order_relaxed); }

 private:
  std::string_view bytes_;
  std::atomic<std::uint64_t> position_{0};
};

// A source whose first bytes can be looked at before they are read.
class PeekSource final : public ByteSource {
 public:
  explicit PeekSource(std::unique_ptr<ByteSource> inner) : inner_(std::move(inner)) {}
  // Up to `wanted` first bytes (fewer only when the stream is shorter); call before any read().
  std::string_view peek(std::size_t wanted);
  std::size_t read(char* to, std::size_t room) override;
  std::uint64_t position() const override { return inner_->position(); }

 private:
  std::unique_ptr<ByteSource> inner_;
  std::string head_;
  std::size_t taken_ = 0;
};

// Opens `path` ("-": standard input); null when it cannot be read, with the reason in `why`.
std::unique_ptr<ByteSource> open_file(const std::string& path, std::string& why);

}  // namespace muster
