// SPDX-License-Identifier: Apache-2.0
// Version slots are `00 range minor major`: the minor and as many below it as `range` says.
#include "server/bolt_wire.h"

#include <algorithm>

#include "base/bytes.h"

namespace liantu::server {

namespace {

struct Offer { int major, highest, lowest; };
constexpr Offer kOffers[] = {{5, 8, 6}, {5, 4, 0}, {4, 4, 4}};  // 5.5 was never used
constexpr std::string_view kManifestSlot = std::string_view("\x00\x00\x01\xFF", 4);
constexpr size_t kChunk = 65535;

std::string VersionBytes(BoltVersion version) {
  return {'\0', '\0', static_cast<char>(version.minor), static_cast<char>(version.major)};
}

}  // namespace

bool IsSpoken(BoltVersion version) {
  return std::any_of(std::begin(kOffers), std::end(kOffers), [&](const Offer& o) {
    return version.major == o.major && version.minor <= o.highest && version.minor >= o.lowest;
  });
}

Handshake AnswerHandshake(std::string_view first_bytes) {
  Handshake result;
  if (first_bytes.size() < kHandshakeBytes || first_bytes.substr(0, 4) != kBoltMagic) return result;
  for (size_t at = 4; at < kHandshakeBytes; at += 4) {
    const std::string_view slot = first_bytes.substr(at, 4);
    if (slot == kManifestSlot) {
      result.outcome = Handshake::Outcome::kManifest;
      result.answer = std::string(kManifestSlot);
      PutVarint(result.answer, std::size(kOffers));
      for (const Offer& o : kOffers) {
        result.answer += {'\0', static_cast<char>(o.highest - o.lowest), static_cast<char>(o.highest), static_cast<char>(o.major)};
      }
      PutVarint(result.answer, 0);  // capabilities: none
      return result;
    }
    const int range = static_cast<uint8_t>(slot[1]), minor = static_cast<uint8_t>(slot[2]), major = static_cast<uint8_t>(slot[3]);
    for (int m = minor; m >= 0 && m >= minor - range; --m) {
      if (!IsSpoken({major, m})) continue;
      result.outcome = Handshake::Outcome::kAgreed;
      result.version = {major, m};
      result.answer = VersionBytes(result.version);
      return result;
    }
  }
  result.outcome = Handshake::Outcome::kRefused;
  result.answer = std::string(4, '\0');
  return result;
}

Result<bool> TakeManifestChoice(std::string& bytes, BoltVersion& version) {
  if (bytes.size() < 5) return false;
  std::string_view rest = std::string_view(bytes).substr(4);
  uint64_t capabilities = 0;
  if (!GetVarint(rest, capabilities)) {
    if (rest.size() < 10 && std::all_of(rest.begin(), rest.end(), [](char c) { return (c & 0x80) != 0; })) return false;
    return Status(Code::kInvalid, "handshake: the capabilities are not a number");
  }
  version = {static_cast<uint8_t>(bytes[3]), static_cast<uint8_t>(bytes[2])};
  if (bytes[0] != 0 || bytes[1] != 0 || !IsSpoken(version)) {
    return Status(Code::kInvalid, Text("handshake: version ", version.major, ".", version.minor, " was not offered"));
  }
  bytes.erase(0, bytes.size() - rest.size());
  return true;
}

Status ChunkReader::Add(std::string_view bytes, std::vector<std::string>& messages) {
  while (!bytes.empty()) {
    if (chunk_left_ > 0) {
      const size_t take = std::min<size_t>(chunk_left_, bytes.size());
      message_ += bytes.substr(0, take);
      bytes.remove_prefix(take);
      chunk_left_ -= static_cast<uint32_t>(take);
      continue;
    }
    header_ = header_ << 8 | static_cast<uint8_t>(bytes.front());
    bytes.remove_prefix(1);
    if (++header_bytes_ < 2) continue;
    chunk_left_ = header_;
    header_ = 0;
    header_bytes_ = 0;
    if (chunk_left_ == 0) {
      if (!message_.empty()) messages.push_back(std::move(message_));
      message_.clear();
    } else if (message_.size() + chunk_left_ > max_message_bytes_) {
      return Status(Code::kInvalid, Text("a message of more than ", max_message_bytes_, " bytes"));
    }
  }
  return {};
}

void ChunkWriter::Begin() {
  start_ = out_.size();
  out_ += {'\0', '\0'};
}

void ChunkWriter::End() {
  const size_t size = out_.size() - start_ - 2;
  if (size <= kChunk) {
    out_[start_] = static_cast<char>(size >> 8);
    out_[start_ + 1] = static_cast<char>(size);
  } else {
    const std::string body = out_.substr(start_ + 2);
    out_.resize(start_);
    for (size_t at = 0; at < body.size(); at += kChunk) {
      const size_t piece = std::min(kChunk, body.size() - at);
      PutBigEndian(out_, static_cast<uint16_t>(piece));
      out_.append(body, at, piece);
    }
  }
  out_ += {'\0', '\0'};
}

void ChunkWriter::Drop() { out_.resize(start_); }

}  // namespace liantu::server
