#include "sim/trace/codec.h"

#include <array>

namespace muster {
namespace {

constexpr std::array<std::string_view, 6> kCodecNames = {"plain", "zstd",   "gzip",
                                                         "lz4",   "snappy", "lzf"};

std::unique_ptr<ByteSource> decoder(Codec codec, std::unique_ptr<ByteSource> raw) {
  switch (codec) {
    case Codec::Plain:
      return raw;
    case Codec::Zstd:
      return decode_zstd(std::move(raw));
    case Codec::Gzip:
      return decode_gzip(std::move(raw));
    case Codec::Lz4:
      return decode_lz4_blocks(std::move(raw));
    case Codec::Snappy:
      return decode_snappy_chunks(std::move(raw));
    case Codec::Lzf:
      return decode_lzf_chunks(std::move(raw));
  }
  return raw;
}

}  // namespace

std::string_view name_of(Codec codec) { return kCodecNames[static_cast<std::size_t>(codec)]; }

Codec codec_of(std::string_view head) {
  using namespace std::string_view_literals;
  if (head.starts_with("\x28\xb5\x2f\xfd"sv)) return Codec::Zstd;
  // A skippable frame, which pzstd and other tools put first: 0x184D2A50 to 0x184D2A5F.
  if (head.size() >= 4 && (head[0] & 0xf0) == 0x50 && head.substr(1, 3) == "\x2a\x4d\x18"sv)
    return Codec::Zstd;
  if (head.starts_with("\x1f\x8b"sv)) return Codec::Gzip;
  if (head.starts_with("LZ4Block"sv)) return Codec::Lz4;
  if (head.starts_with("\x82SNAPPY\0"sv)) return Codec::Snappy;
  if (head.size() >= 3 && head.starts_with("ZV"sv) && (head[2] == 0 || head[2] == 1))
    return Codec::Lzf;
  return Codec::Plain;
}

Decoded decode(std::unique_ptr<ByteSource> raw) {
  Decoded out;
  for (int depth = 0;; ++depth) {
    auto peekable = std::make_unique<PeekSource>(std::move(raw));
    const Codec codec = codec_of(peekable->peek(16));
    if (depth == 0) out.codec = codec;
    raw = std::move(peekable);
    if (codec == Codec::Plain || depth == 2) break;
    raw = decoder(codec, std::move(raw));
  }
  out.bytes = std::move(raw);
  return out;
}

}  // namespace muster
