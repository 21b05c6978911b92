#include "sim/report/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace muster {
namespace {

// Where a symbolic link leads, so that the rename replaces the file and not the link.
std::string real_path(const std::string& path) {
  char* resolved = ::realpath(path.c_str(), nullptr);
  if (!resolved) return path;
  std::string out = resolved;
  std::free(resolved);
  return out;
}

bool is_special(const std::string& path) {
  struct stat status;
  return ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) &&
         !S_ISDIR(status.st_mode);
}

bool is_folder(const std::string& path) {
  struct stat status;
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

}  // namespace

struct OutputFile::Encoder {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  std::vector<char> buffer = std::vector<char>(ZSTD_CStreamOutSize());
  Encoder() = default;
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;
  ~Encoder() { ZSTD_freeCCtx(context); }
};

Compression compression_by_name(std::string_view path) {
  return path.ends_with(".zstd") || path.ends_with(".zst") ? Compression::Zstd : Compression::None;
}

OutputFile::OutputFile(std::string path, Compression compression) : path_(std::move(path)) {
  if (compression == Compression::Zstd) encoder_ = std::make_unique<Encoder>();
  if (is_folder(path_)) {
    problem_ = Problem{path_, "", "is a folder; a file name was expected"};
    return;
  }
  const bool direct = is_special(path_);
  const std::string target = real_path(path_);
  if (!direct) temporary_ = target + ".tmp-" + std::to_string(::getpid());
  const int flags = O_WRONLY | O_CLOEXEC | (direct ? 0 : O_CREAT | O_TRUNC);
  file_ = ::open(direct ? target.c_str() : temporary_.c_str(), flags, 0666);
  if (file_ < 0) {
    temporary_.clear();
    fail("cannot be created");
  }
}

OutputFile::~OutputFile() {
  if (file_ >= 0) ::close(file_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void OutputFile::fail(const char* action) {
  if (!problem_) problem_ = Problem{path_, "", std::string(action) + ": " + std::strerror(errno)};
}

void OutputFile::write(std::string_view bytes) {
  if (problem_) return;
  if (encoder_)
    encode(bytes, false);
  else
    write_plain(bytes);
}

void OutputFile::write_plain(std::string_view bytes) {
  while (!bytes.empty() && !problem_) {
    const ssize_t n = ::write(file_, bytes.data(), bytes.size());
    if (n >= 0) bytes.remove_prefix(static_cast<std::size_t>(n));
    else if (errno != EINTR) fail("cannot be written");
  }
}

void OutputFile::encode(std::string_view bytes, bool last) {
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  for (bool done = false; !done && !problem_;) {
    ZSTD_outBuffer out{encoder_->buffer.data(), encoder_->buffer.size(), 0};
    const std::size_t left =
        ZSTD_compressStream2(encoder_->context, &out, &in, last ? ZSTD_e_end : ZSTD_e_continue);
    if (ZSTD_isError(left)) {
      problem_ =
          Problem{path_, "", std::string("cannot be compressed: ") + ZSTD_getErrorName(left)};
      return;
    }
    write_plain({encoder_->buffer.data(), out.pos});
    done = last ? left == 0 : in.pos == in.size;
  }
}

std::optional<Problem> OutputFile::commit() {
  if (encoder_ && !problem_) encode({}, true);
  if (file_ >= 0 && ::close(file_) != 0) fail("cannot be written");
  file_ = -1;
  if (problem_ || temporary_.empty()) return problem_;
  if (std::rename(temporary_.c_str(), real_path(path_).c_str()) != 0) fail("cannot be renamed");
  if (!problem_) temporary_.clear();
  return problem_;
}

std::optional<Problem> write_file(const std::string& path, std::string_view text) {
  OutputFile file(path);
  file.write(text);
  return file.commit();
}

}  // namespace muster
