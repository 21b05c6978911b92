// The text of one log file in pieces. A compressed file is decoded, and a large one read, on a
// thread of its own, a few pieces ahead, so that it overlaps with parsing. The pieces are used
// again and again: memory does not grow with the file.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "sim/trace/codec.h"

namespace muster {

// simdjson reads up to this far behind the end of what it parses.
inline constexpr std::size_t kParsePadding = 64;

class Chunks {
 public:
  // `large`: worth a thread even if it is plain text.
  explicit Chunks(std::unique_ptr<ByteSource> raw, bool large = false);
  ~Chunks();
  Chunks(const Chunks&) = delete;
  Chunks& operator=(const Chunks&) = delete;

  // The next piece, empty at the end. It is valid until the next call, and kParsePadding bytes
  // behind it are readable.
  std::string_view next();
  Codec codec() const { return codec_; }
  // Bytes of the file read so far (by the decoder, which may be a few pieces ahead).
  std::uint64_t position() const { return source_->position(); }
  // How the file ended; ask after next() has returned an empty piece.
  StreamEnd end() const { return source_->end(); }
  const std::string& fault() const { return source_->fault(); }

 private:
  static constexpr std::size_t kPieces = 6;
  // So small that a piece is still in the second-level cache when it is parsed.
  static constexpr std::size_t kPieceBytes = std::size_t{1} << 17;

  struct Piece {
    std::unique_ptr<char[]> bytes;
    std::size_t size = 0;
  };
  void fill(Piece& piece);
  void run();

  std::unique_ptr<ByteSource> source_;
  Codec codec_ = Codec::Plain;
  std::vector<Piece> pieces_;  // one when there is no thread

  // Shared with the decoding thread: pieces filled and released since the start; piece n is
  // pieces_[n % kPieces].
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t filled_ = 0;
  std::uint64_t released_ = 0;
  bool holding_ = false;  // the reader holds piece `released_`
  bool ended_ = false;
  bool cancelled_ = false;
  std::thread thread_;
};

}  // namespace muster
