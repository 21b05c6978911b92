// The compressions that event logs come in, and their decoders. Spark's `.lz4`, `.snappy` and
// `.lzf` are Java libraries' own framings, which the C tools do not read; `.zstd` is many frames
// one after another, the last one open while the application runs. (EventLogFileWriters.scala;
// lz4-java LZ4BlockOutputStream, snappy-java SnappyOutputStream, ning/compress LZFChunk.)
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "sim/trace/byte_source.h"

namespace muster {

enum class Codec : std::uint8_t { Plain, Zstd, Gzip, Lz4, Snappy, Lzf };

// "zstd", "lz4", ... ; "plain".
std::string_view name_of(Codec codec);

// By the first bytes alone, because files get renamed; 16 bytes are enough.
Codec codec_of(std::string_view first_bytes);

struct Decoded {
  std::unique_ptr<ByteSource> bytes;
  Codec codec = Codec::Plain;  // the outermost one
};

// The text behind `raw`, through up to two codecs (people gzip what is already .zstd).
Decoded decode(std::unique_ptr<ByteSource> raw);

// One decoder each, for `decode`; they own what they read from.
std::unique_ptr<ByteSource> decode_zstd(std::unique_ptr<ByteSource> raw);
std::unique_ptr<ByteSource> decode_gzip(std::unique_ptr<ByteSource> raw);
std::unique_ptr<ByteSource> decode_lz4_blocks(std::unique_ptr<ByteSource> raw);
std::unique_ptr<ByteSource> decode_snappy_chunks(std::unique_ptr<ByteSource> raw);
std::unique_ptr<ByteSource> decode_lzf_chunks(std::unique_ptr<ByteSource> raw);

}  // namespace muster
