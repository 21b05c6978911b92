// zstd and gzip: decoded by their own libraries, several frames or members in a row.
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <vector>

#include "sim/trace/codec.h"

namespace muster {
namespace {

constexpr std::size_t kInput = 1 << 17;

class ZstdSource final : public ByteSource {
 public:
  explicit ZstdSource(std::unique_ptr<ByteSource> raw)
      : raw_(std::move(raw)), context_(ZSTD_createDCtx()), input_(kInput) {
    // A hostile frame may ask for a huge window; Spark's are at most 8 MiB.
    ZSTD_DCtx_setParameter(context_, ZSTD_d_windowLogMax, 27);
  }
  ~ZstdSource() override { ZSTD_freeDCtx(context_); }
  ZstdSource(const ZstdSource&) = delete;
  ZstdSource& operator=(const ZstdSource&) = delete;
  std::uint64_t position() const override { return raw_->position(); }

  std::size_t read(char* to, std::size_t room) override {
    if (done_) return 0;
    ZSTD_outBuffer out{to, room, 0};
    while (out.pos == 0) {
      if (in_.pos == in_.size && !flushing_ && !refill()) {
        done_ = true;
        return in_frame_ ? stop(StreamEnd::CutOff, "the last zstd frame is not closed") : 0;
      }
      const std::size_t hint = ZSTD_decompressStream(context_, &out, &in_);
      if (ZSTD_isError(hint)) return fail(ZSTD_getErrorName(hint));
      in_frame_ = hint != 0;
      // The library may hold more output than there was room for.
      flushing_ = in_frame_ && out.pos == out.size;
    }
    return out.pos;
  }

 private:
  bool refill() {
    const std::size_t n = raw_->read(input_.data(), input_.size());
    in_ = ZSTD_inBuffer{input_.data(), n, 0};
    if (n == 0 && raw_->end() != StreamEnd::Complete) {
      stop(raw_->end(), raw_->fault());
      in_frame_ = false;
    }
    return n > 0;
  }
  std::size_t fail(const char* why) {
    done_ = true;
    return stop(StreamEnd::Corrupt, std::string("zstd: ") + why);
  }

  std::unique_ptr<ByteSource> raw_;
  ZSTD_DCtx* context_;
  std::vector<char> input_;
  ZSTD_inBuffer in_{nullptr, 0, 0};
  bool in_frame_ = false;
  bool flushing_ = false;
  bool done_ = false;
};

class GzipSource final : public ByteSource {
 public:
  explicit GzipSource(std::unique_ptr<ByteSource> raw) : raw_(std::move(raw)), input_(kInput) {
    ready_ = inflateInit2(&state_, 15 + 16) == Z_OK;
  }
  ~GzipSource() override {
    if (ready_) inflateEnd(&state_);
  }
  GzipSource(const GzipSource&) = delete;
  GzipSource& operator=(const GzipSource&) = delete;
  std::uint64_t position() const override { return raw_->position(); }

  std::size_t read(char* to, std::size_t room) override {
    if (done_ || !ready_) return 0;
    state_.next_out = reinterpret_cast<Bytef*>(to);
    state_.avail_out = static_cast<uInt>(std::min<std::size_t>(room, 1 << 30));
    const uInt asked = state_.avail_out;
    while (state_.avail_out == asked) {
      if (state_.avail_in == 0 && !refill()) return ended();
      if (between_members_) start_member();
      const int code = inflate(&state_, Z_NO_FLUSH);
      if (code == Z_STREAM_END)
        between_members_ = true;
      else if (code != Z_OK && code != Z_BUF_ERROR)
        return fail(asked);
    }
    return asked - state_.avail_out;
  }

 private:
  bool refill() {
    const std::size_t n = raw_->read(input_.data(), input_.size());
    state_.next_in = reinterpret_cast<Bytef*>(input_.data());
    state_.avail_in = static_cast<uInt>(n);
    return n > 0;
  }
  void start_member() {
    inflateReset(&state_);
    between_members_ = false;
    ++members_;
  }
  std::size_t ended() {
    done_ = true;
    if (raw_->end() != StreamEnd::Complete) return stop(raw_->end(), raw_->fault());
    return between_members_ ? 0 : stop(StreamEnd::CutOff, "the gzip data stop early");
  }
  // Output that came before the fault is kept: the next call tells of the fault.
  std::size_t fail(uInt asked) {
    done_ = true;
    // Bytes after a whole member that are no member: gzip(1) ignores them too.
    const bool trailing = members_ > 0 && state_.total_out == 0;
    if (!trailing)
      stop(StreamEnd::Corrupt, std::string("gzip: ") + (state_.msg ? state_.msg : "?"));
    return asked - state_.avail_out;
  }

  std::unique_ptr<ByteSource> raw_;
  std::vector<char> input_;
  z_stream state_{};
  bool ready_ = false;
  bool between_members_ = false;
  bool done_ = false;
  int members_ = 0;
};

}  // namespace

std::unique_ptr<ByteSource> decode_zstd(std::unique_ptr<ByteSource> raw) {
  return std::make_unique<ZstdSource>(std::move(raw));
}

std::unique_ptr<ByteSource> decode_gzip(std::unique_ptr<ByteSource> raw) {
  return std::make_unique<GzipSource>(std::move(raw));
}

}  // namespace muster
