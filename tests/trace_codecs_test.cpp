// Every compression that event logs come in, written here with the C libraries in the framings of
// the Java ones, then cut, joined, renamed and damaged.
#include <gtest/gtest.h>
#include <liblzf/lzf.h>
#include <lz4.h>
#include <snappy.h>
#include <xxhash.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/trace/chunks.h"
#include "sim/trace/codec.h"
#include "sim/trace/read_log.h"

namespace muster {
namespace {

void put_little(std::string& out, std::uint32_t n) {
  for (int i = 0; i < 4; ++i) out += static_cast<char>(n >> (8 * i));
}

void put_big(std::string& out, std::uint32_t n, int bytes = 4) {
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(n >> (8 * i));
}

// A frame per `frame` bytes: Spark closes one at every flush.
std::string zstd_frames(std::string_view text, std::size_t frame) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += frame) {
    const std::string_view part = text.substr(at, frame);
    std::string packed(ZSTD_compressBound(part.size()), '\0');
    packed.resize(ZSTD_compress(packed.data(), packed.size(), part.data(), part.size(), 1));
    out += packed;
  }
  return out;
}

std::string to_zstd(std::string_view text) { return zstd_frames(text, 50'000); }

std::string to_gzip(std::string_view text) {
  z_stream state{};
  deflateInit2(&state, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&state, text.size()) + 64, '\0');
  state.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  state.avail_in = static_cast<uInt>(text.size());
  state.next_out = reinterpret_cast<Bytef*>(out.data());
  state.avail_out = static_cast<uInt>(out.size());
  deflate(&state, Z_FINISH);
  out.resize(out.size() - state.avail_out);
  deflateEnd(&state);
  return out;
}

void put_lz4_block(std::string& out, std::string_view block) {
  std::string packed(static_cast<std::size_t>(LZ4_compressBound(static_cast<int>(block.size()))),
                     '\0');
  packed.resize(static_cast<std::size_t>(LZ4_compress_default(block.data(), packed.data(),
                                                              static_cast<int>(block.size()),
                                                              static_cast<int>(packed.size()))));
  const bool raw = packed.size() >= block.size();
  out += "LZ4Block";
  out += static_cast<char>((raw ? 0x10 : 0x20) | 5);
  put_little(out, static_cast<std::uint32_t>(raw ? block.size() : packed.size()));
  put_little(out, static_cast<std::uint32_t>(block.size()));
  put_little(out, XXH32(block.data(), block.size(), 0x9747b28c) & 0x0fffffff);
  out += raw ? std::string(block) : packed;
}

std::string to_lz4(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += 32 << 10)
    put_lz4_block(out, text.substr(at, 32 << 10));
  out += "LZ4Block";
  out += static_cast<char>(0x15);
  for (int i = 0; i < 3; ++i) put_little(out, 0);
  return out;
}

std::string to_snappy(std::string_view text) {
  std::string out("\x82SNAPPY\0\0\0\0\1\0\0\0\1", 16);
  for (std::size_t at = 0; at < text.size(); at += 32 << 10) {
    std::string packed;
    const std::string_view part = text.substr(at, 32 << 10);
    snappy::Compress(part.data(), part.size(), &packed);
    put_big(out, static_cast<std::uint32_t>(packed.size()));
    out += packed;
  }
  return out;
}

std::string to_lzf(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += 65535) {
    const std::string_view part = text.substr(at, 65535);
    std::string packed(part.size(), '\0');
    const unsigned size = part.size() < 16
                              ? 0
                              : lzf_compress(part.data(), static_cast<unsigned>(part.size()),
                                             packed.data(), static_cast<unsigned>(part.size() - 1));
    out += "ZV";
    out += static_cast<char>(size > 0);
    put_big(out, size > 0 ? size : static_cast<std::uint32_t>(part.size()), 2);
    if (size > 0) put_big(out, static_cast<std::uint32_t>(part.size()), 2);
    out += size > 0 ? packed.substr(0, size) : std::string(part);
  }
  return out;
}

struct Packing {
  Codec codec;
  std::function<std::string(std::string_view)> pack;
};

const std::vector<Packing>& packings() {
  static const std::vector<Packing> kPackings = {
      {Codec::Plain, [](std::string_view text) { return std::string(text); }},
      {Codec::Zstd, to_zstd},
      {Codec::Gzip, to_gzip},
      {Codec::Lz4, to_lz4},
      {Codec::Snappy, to_snappy},
      {Codec::Lzf, to_lzf},
  };
  return kPackings;
}

struct Unpacked {
  std::string text;
  StreamEnd end;
};

Unpacked unpack(std::string_view bytes) {
  Chunks chunks(std::make_unique<MemorySource>(bytes));
  Unpacked out;
  for (;;) {
    const std::string_view piece = chunks.next();
    if (piece.empty()) break;
    out.text += piece;
  }
  out.end = chunks.end();
  return out;
}

// The text of a real log, a megabyte of it.
const std::string& log_text() {
  static const std::string kText = [] {
    std::string why;
    Chunks chunks(
        open_file(MUSTER_SOURCE_DIR "/tests/recordings/h1-kill-exec-map-r1/eventlog.zst", why));
    std::string text;
    for (std::string_view piece = chunks.next(); !piece.empty(); piece = chunks.next())
      text += piece;
    return text;
  }();
  return kText;
}

// Bytes that no codec can make smaller, so that raw blocks are written too.
std::string noise(std::size_t size) {
  std::string out(size, '\0');
  std::uint64_t state = 1;
  for (char& c : out) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    c = static_cast<char>(state >> 56);
  }
  return out;
}

}  // namespace

TEST(TraceCodecs, EachGivesBackWhatWentIn) {
  const std::string inputs[] = {log_text(), noise(300'000), "x", log_text() + noise(70'000)};
  for (const Packing& p : packings())
    for (const std::string& input : inputs) {
      const std::string packed = p.pack(input);
      EXPECT_TRUE(p.codec == Codec::Plain || codec_of(packed) == p.codec) << name_of(p.codec);
      const Unpacked out = unpack(packed);
      EXPECT_EQ(out.end, StreamEnd::Complete) << name_of(p.codec);
      EXPECT_TRUE(out.text == input) << name_of(p.codec);
    }
}

TEST(TraceCodecs, EachGivesTheSameTimelineUnderAnyName) {
  Problems problems;
  const std::optional<LogRead> plain = read_log_bytes(log_text(), "a.json", problems);
  ASSERT_TRUE(plain);
  for (const Packing& p : packings()) {
    // The name lies about the codec; only the bytes count.
    const std::optional<LogRead> log = read_log_bytes(p.pack(log_text()), "app.lz4", problems);
    ASSERT_TRUE(log) << name_of(p.codec) << problems.text();
    EXPECT_EQ(log->health.codec, name_of(p.codec));
    EXPECT_TRUE(log->timeline == plain->timeline) << name_of(p.codec);
    EXPECT_EQ(log->health.counts.text_bytes, log_text().size());
  }
}

TEST(TraceCodecs, JoinedStreamsAreOneText) {
  const std::string half = log_text().substr(0, 100'000), rest = log_text().substr(100'000);
  for (const Packing& p : packings())
    EXPECT_TRUE(unpack(p.pack(half) + p.pack(rest)).text == log_text()) << name_of(p.codec);
}

TEST(TraceCodecs, HundredsOfSmallFrames) {
  const Unpacked out = unpack(zstd_frames(log_text(), 700));
  EXPECT_EQ(out.end, StreamEnd::Complete);
  EXPECT_TRUE(out.text == log_text());
}

TEST(TraceCodecs, TwoCodecsOneInTheOther) {
  Problems problems;
  const auto log = read_log_bytes(to_gzip(to_zstd(log_text())), "app.zstd.gz", problems);
  ASSERT_TRUE(log) << problems.text();
  EXPECT_EQ(log->timeline.attempts.size(), 72u);
}

TEST(TraceCodecs, ACutTailKeepsWhatCameBefore) {
  for (const Packing& p : packings()) {
    if (p.codec == Codec::Plain) continue;
    const std::string packed = p.pack(log_text());
    for (std::size_t cut = 20; cut < packed.size(); cut += packed.size() / 37) {
      const Unpacked out = unpack(std::string_view(packed).substr(0, cut));
      EXPECT_TRUE(log_text().starts_with(out.text)) << name_of(p.codec) << " at " << cut;
      EXPECT_NE(out.end, StreamEnd::Corrupt) << name_of(p.codec) << " at " << cut;
    }
    const Unpacked most = unpack(std::string_view(packed).substr(0, packed.size() * 9 / 10));
    EXPECT_EQ(most.end, StreamEnd::CutOff) << name_of(p.codec);
    EXPECT_GT(most.text.size(), log_text().size() / 2) << name_of(p.codec);
  }
}

TEST(TraceCodecs, ACutTailIsTold) {
  for (const Packing& p : packings()) {
    const std::string packed = p.pack(log_text());
    Problems problems;
    const auto log =
        read_log_bytes(std::string_view(packed).substr(0, packed.size() * 9 / 10), "cut", problems);
    ASSERT_TRUE(log) << name_of(p.codec) << problems.text();
    EXPECT_TRUE(log->health.find("cut_off")) << log->health.text();
    EXPECT_EQ(log->health.find("cut_data") != nullptr, p.codec != Codec::Plain)
        << log->health.text();
    EXPECT_TRUE(log->health.trustworthy());
  }
}

TEST(TraceCodecs, AnyCutIsReadOrRefusedWithAReason) {
  for (const Packing& p : packings()) {
    const std::string packed = p.pack(log_text());
    for (std::size_t cut = 0; cut < packed.size(); cut += 1 + packed.size() / 61) {
      Problems problems;
      const auto log = read_log_bytes(std::string_view(packed).substr(0, cut), "cut", problems);
      ASSERT_NE(log.has_value(), !problems.empty()) << name_of(p.codec) << " at " << cut;
      EXPECT_TRUE(!log || log->timeline.attempts.size() <= 72u);
    }
  }
}

TEST(TraceCodecs, DamageIsToldAndHarmless) {
  for (const Packing& p : packings()) {
    if (p.codec == Codec::Plain) continue;
    const std::string packed = p.pack(log_text());
    for (std::size_t at = 25; at < packed.size(); at += packed.size() / 53) {
      std::string damaged = packed;
      damaged[at] = static_cast<char>(damaged[at] ^ 0x5a);
      Problems problems;
      const auto log = read_log_bytes(damaged, "damaged", problems);
      EXPECT_NE(log.has_value(), !problems.empty());
    }
  }
  std::string damaged = to_lz4(log_text());
  damaged[damaged.size() / 2] ^= 1;
  Problems problems;
  const auto log = read_log_bytes(damaged, "damaged", problems);
  ASSERT_TRUE(log);
  ASSERT_TRUE(log->health.find("corrupt_data")) << log->health.text();
  EXPECT_FALSE(log->health.trustworthy());
}

TEST(TraceCodecs, HostileLengthsDoNotExhaustMemory) {
  std::string lz4 = "LZ4Block\x25";
  put_little(lz4, 0x7fffffff), put_little(lz4, 0xffffffff), put_little(lz4, 0);
  EXPECT_EQ(unpack(lz4).end, StreamEnd::Corrupt);
  std::string snappy("\x82SNAPPY\0\0\0\0\1\0\0\0\1", 16);
  put_big(snappy, 0xfffffff0);
  EXPECT_EQ(unpack(snappy).end, StreamEnd::Corrupt);
  std::string lzf("ZV\1", 3);
  put_big(lzf, 5, 2), put_big(lzf, 65535, 2);
  lzf += "abcde";
  EXPECT_EQ(unpack(lzf).end, StreamEnd::Corrupt);
}

TEST(TraceCodecs, BytesAfterAGzipMemberAreIgnored) {
  const Unpacked out = unpack(to_gzip("{}\n") + std::string(512, '\0'));
  EXPECT_EQ(out.text, "{}\n");
  EXPECT_EQ(out.end, StreamEnd::Complete);
}

}  // namespace muster
