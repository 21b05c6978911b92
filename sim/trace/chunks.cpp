#include "sim/trace/chunks.h"

#include <cstring>

#include "sim/base/cores.h"

namespace muster {

Chunks::Chunks(std::unique_ptr<ByteSource> raw, bool large) {
  Decoded decoded = decode(std::move(raw));
  source_ = std::move(decoded.bytes);
  codec_ = decoded.codec;
  // On one core a thread that only copies would take turns with the parser.
  const bool alone = usable_cores() == 1;
  const bool ahead = codec_ != Codec::Plain || (large && !alone);
  pieces_.resize(ahead ? kPieces : 1);
  for (Piece& piece : pieces_) {
    piece.bytes.reset(new char[kPieceBytes + kParsePadding]);
    std::memset(piece.bytes.get() + kPieceBytes, 0, kParsePadding);
  }
  if (ahead) thread_ = std::thread(&Chunks::run, this);
}

Chunks::~Chunks() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    cancelled_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Chunks::fill(Piece& piece) {
  piece.size = 0;
  while (piece.size < kPieceBytes) {
    const std::size_t n = source_->read(piece.bytes.get() + piece.size, kPieceBytes - piece.size);
    if (n == 0) break;
    piece.size += n;
    // A plain file gives what it has at once; standard input must not wait for a full piece.
    if (codec_ == Codec::Plain) break;
  }
  std::memset(piece.bytes.get() + piece.size, 0, kParsePadding);
}

void Chunks::run() {
  for (std::uint64_t n = 0;; ++n) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return cancelled_ || n - released_ < kPieces; });
      if (cancelled_) return;
    }
    Piece& piece = pieces_[n % kPieces];
    fill(piece);
    const std::lock_guard lock(mutex_);
    if (piece.size == 0)
      ended_ = true;
    else
      filled_ = n + 1;
    changed_.notify_all();
    if (ended_) return;
  }
}

std::string_view Chunks::next() {
  if (pieces_.size() == 1) {
    fill(pieces_[0]);
    return {pieces_[0].bytes.get(), pieces_[0].size};
  }
  std::unique_lock lock(mutex_);
  if (holding_) {
    ++released_;
    holding_ = false;
    changed_.notify_all();
  }
  changed_.wait(lock, [&] { return ended_ || filled_ > released_; });
  if (filled_ == released_) return {};
  holding_ = true;
  const Piece& piece = pieces_[released_ % kPieces];
  return {piece.bytes.get(), piece.size};
}

}  // namespace muster
