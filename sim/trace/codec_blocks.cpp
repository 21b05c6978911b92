// The framings of lz4-java, snappy-java and ning/compress: a row of blocks, each with its own
// length, decoded one block at a time.
#include <liblzf/lzf.h>
#include <lz4.h>
#include <snappy.h>
#define XXH_STATIC_LINKING_ONLY
#include <xxhash.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "sim/trace/codec.h"

namespace muster {
namespace {

// Spark's blocks hold 32 KiB; the formats allow more (lz4-java up to 32 MiB).
constexpr std::size_t kLargestBlock = std::size_t{1} << 26;

enum class Next : std::uint8_t { Block, Nothing, End };

std::uint32_t little32(const char* at) {
  std::uint32_t n = 0;
  for (int i = 3; i >= 0; --i) n = n << 8 | static_cast<unsigned char>(at[i]);
  return n;
}

std::uint32_t big32(const char* at) {
  std::uint32_t n = 0;
  for (int i = 0; i < 4; ++i) n = n << 8 | static_cast<unsigned char>(at[i]);
  return n;
}

std::uint32_t big16(const char* at) {
  return static_cast<unsigned char>(at[0]) << 8 | static_cast<unsigned char>(at[1]);
}

// What the three framings share: pieces of input, a decoded block that is handed out in parts.
template <class Format>
class BlockSource final : public ByteSource {
 public:
  explicit BlockSource(std::unique_ptr<ByteSource> raw) : raw_(std::move(raw)) {}
  std::uint64_t position() const override { return raw_->position(); }

  std::size_t read(char* to, std::size_t room) override {
    while (given_ == size_) {
      if (done_) return 0;
      given_ = size_ = 0;
      if (Format::next_block(*this) != Next::End) continue;
      done_ = true;
      size_ = 0;
    }
    const std::size_t n = std::min(room, size_ - given_);
    std::memcpy(to, block_.data() + given_, n);
    given_ += n;
    return n;
  }

  // Exactly `n` bytes, valid until the next call; null at the end of the data. `first` tells that
  // the data may rightly end here.
  const char* take(std::size_t n, bool first = false) {
    if (piece_.size() <= n) piece_.resize(n + 1);
    std::size_t got = 0;
    while (got < n) {
      const std::size_t more = raw_->read(piece_.data() + got, n - got);
      if (more == 0) break;
      got += more;
    }
    if (got == n) return piece_.data();
    if (raw_->end() != StreamEnd::Complete)
      stop(raw_->end(), raw_->fault());
    else if (got > 0 || !first)
      stop(StreamEnd::CutOff, "the data stop inside a compressed block");
    return nullptr;
  }
  Next corrupt(const char* why) {
    stop(StreamEnd::Corrupt, std::string(Format::kName) + ": " + why);
    return Next::End;
  }
  // Where the next block's `size` bytes go; never null.
  char* block(std::size_t size) {
    if (block_.size() <= size) block_.resize(size + 1);
    size_ = size;
    return block_.data();
  }

 private:
  std::unique_ptr<ByteSource> raw_;
  std::vector<char> piece_;
  std::vector<char> block_;
  std::size_t size_ = 0;   // of the block, whose memory is used again
  std::size_t given_ = 0;  // of those bytes
  bool done_ = false;
};

// "LZ4Block", token, compressed length, original length, XXH32 of the original (28 bits).
struct Lz4Format {
  static constexpr const char* kName = "lz4";

  static Next next_block(BlockSource<Lz4Format>& in) {
    const char* head = in.take(21, true);
    if (!head) return Next::End;
    if (std::memcmp(head, "LZ4Block", 8) != 0) return in.corrupt("a block without its magic word");
    const int method = head[8] & 0xf0;
    const std::size_t packed = little32(head + 9), original = little32(head + 13);
    const std::uint32_t checksum = little32(head + 17);
    if (original == 0 && packed == 0) return Next::Nothing;  // end mark; another stream may follow
    if (packed > kLargestBlock || original > kLargestBlock || (method != 0x10 && method != 0x20) ||
        (method == 0x10 && packed != original))
      return in.corrupt("a block with impossible lengths");
    const char* data = in.take(packed);
    if (!data) return Next::End;
    char* block = in.block(original);
    if (method == 0x10)
      std::memcpy(block, data, original);
    else if (LZ4_decompress_safe(data, block, static_cast<int>(packed),
                                 static_cast<int>(original)) != static_cast<int>(original))
      return in.corrupt("a block that does not decompress");
    if ((XXH32(block, original, 0x9747b28c) & 0x0fffffff) != checksum)
      return in.corrupt("a block whose checksum is wrong");
    return Next::Block;
  }
};

// A 16-byte header, which recurs where streams were concatenated; then length and raw snappy.
struct SnappyFormat {
  static constexpr const char* kName = "snappy";

  static Next next_block(BlockSource<SnappyFormat>& in) {
    const char* head = in.take(4, true);
    if (!head) return Next::End;
    if (std::memcmp(head, "\x82SNA", 4) == 0) return in.take(12) ? Next::Nothing : Next::End;
    const std::size_t packed = big32(head);
    if (packed > kLargestBlock) return in.corrupt("a chunk with an impossible length");
    const char* data = in.take(packed);
    if (!data) return Next::End;
    std::size_t original = 0;
    if (!snappy::GetUncompressedLength(data, packed, &original) || original > kLargestBlock)
      return in.corrupt("a chunk with an impossible length");
    if (!snappy::RawUncompress(data, packed, in.block(original)))
      return in.corrupt("a chunk that does not decompress");
    return Next::Block;
  }
};

// 'Z' 'V' type, length, and for compressed chunks the original length.
struct LzfFormat {
  static constexpr const char* kName = "lzf";

  static Next next_block(BlockSource<LzfFormat>& in) {
    const char* head = in.take(5, true);
    if (!head) return Next::End;
    if (head[0] != 'Z' || head[1] != 'V' || (head[2] != 0 && head[2] != 1))
      return in.corrupt("a chunk without its magic word");
    const bool packed = head[2] == 1;
    const std::size_t length = big16(head + 3);
    std::size_t original = length;
    if (packed) {
      const char* more = in.take(2);
      if (!more) return Next::End;
      original = big16(more);
    }
    const char* data = in.take(length);
    if (!data) return Next::End;
    char* block = in.block(original);
    if (!packed)
      std::memcpy(block, data, length);
    else if (lzf_decompress(data, static_cast<unsigned>(length), block,
                            static_cast<unsigned>(original)) != original)
      return in.corrupt("a chunk that does not decompress");
    return Next::Block;
  }
};

}  // namespace

std::unique_ptr<ByteSource> decode_lz4_blocks(std::unique_ptr<ByteSource> raw) {
  return std::make_unique<BlockSource<Lz4Format>>(std::move(raw));
}

std::unique_ptr<ByteSource> decode_snappy_chunks(std::unique_ptr<ByteSource> raw) {
  return std::make_unique<BlockSource<SnappyFormat>>(std::move(raw));
}

std::unique_ptr<ByteSource> decode_lzf_chunks(std::unique_ptr<ByteSource> raw) {
  return std::make_unique<BlockSource<LzfFormat>>(std::move(raw));
}

}  // namespace muster
