#include "sim/trace/byte_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace muster {

std::size_t ByteSource::stop(StreamEnd end, std::string fault) {
  end_ = end;
  fault_ = std::move(fault);
  return 0;
}

FileSource::~FileSource() {
  if (descriptor_ > 0) ::close(descriptor_);
}

std::size_t FileSource::read(char* to, std::size_t room) {
  if (end() != StreamEnd::Complete) return 0;
  for (;;) {
    const ssize_t n = ::read(descriptor_, to, room);
    if (n >= 0) {
      position_.fetch_add(static_cast<std::uint64_t>(n), std::memory_order_relaxed);
      return static_cast<std::size_t>(n);
    }
    if (errno != EINTR) return stop(StreamEnd::Unreadable, std::strerror(errno));
  }
}

std::size_t MemorySource::read(char* to, std::size_t room) {
  const std::size_t from = static_cast<std::size_t>(position());
  const std::size_t n = std::min(room, bytes_.size() - from);
  if (n > 0) std::memcpy(to, bytes_.data() + from, n);
  position_.fetch_add(n, std::memory_order_relaxed);
  return n;
}

std::string_view PeekSource::peek(std::size_t wanted) {
  while (head_.size() < wanted) {
    const std::size_t had = head_.size();
    head_.resize(wanted);
    const std::size_t n = inner_->read(head_.data() + had, wanted - had);
    head_.resize(had + n);
    if (n == 0) break;
  }
  return head_;
}

std::size_t PeekSource::read(char* to, std::size_t room) {
  if (taken_ < head_.size()) {
    const std::size_t n = std::min(room, head_.size() - taken_);
    std::memcpy(to, head_.data() + taken_, n);
    taken_ += n;
    return n;
  }
  const std::size_t n = inner_->read(to, room);
  if (n == 0 && inner_->end() != StreamEnd::Complete) stop(inner_->end(), inner_->fault());
  return n;
}

std::unique_ptr<ByteSource> open_file(const std::string& path, std::string& why) {
  if (path == "-") return std::make_unique<FileSource>(0);
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat about {};
  if (descriptor < 0 || ::fstat(descriptor, &about) != 0) {
    why = std::strerror(errno);
    if (descriptor >= 0) ::close(descriptor);
    return nullptr;
  }
  if (S_ISDIR(about.st_mode)) {
    why = "is a folder, a file was expected";
    ::close(descriptor);
    return nullptr;
  }
  return std::make_unique<FileSource>(descriptor);
}

}  // namespace muster
