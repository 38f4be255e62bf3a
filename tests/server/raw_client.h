// SPDX-License-Identifier: Apache-2.0
// A Bolt client made of bytes: it sends what a test writes by hand and shows what comes back as text, for instance
// "SUCCESS {fields: ['n'], t_first: 0}".
#pragma once

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "server/bolt_wire.h"
#include "server/packstream.h"

namespace liantu::server {

inline std::string Shown(PackReader& reader) {
  const auto token = reader.Next();
  if (!token.ok()) return "<" + token.status().message() + ">";
  std::string out;
  const auto items = [&](bool keys) {
    for (uint32_t i = 0; i < token->size; ++i) {
      if (i > 0) out += ", ";
      if (keys) {
        const auto key = reader.Next();
        out += key.ok() ? std::string(key->text) + ": " : "<no key>";
      }
      out += Shown(reader);
    }
  };
  switch (token->kind) {
    case PackToken::Kind::kNull: return "null";
    case PackToken::Kind::kBoolean: return token->boolean ? "true" : "false";
    case PackToken::Kind::kInteger: return std::to_string(token->integer);
    case PackToken::Kind::kFloat: return std::to_string(token->number);
    case PackToken::Kind::kString: return "'" + std::string(token->text) + "'";
    case PackToken::Kind::kBytes: return "bytes";
    case PackToken::Kind::kList: out = "["; items(false); return out + "]";
    case PackToken::Kind::kMap: out = "{"; items(true); return out + "}";
    case PackToken::Kind::kStructure: {
      static const std::pair<int, const char*> kNames[] = {{0x70, "SUCCESS "}, {0x71, "RECORD "}, {0x7E, "IGNORED"}, {0x7F, "FAILURE "}};
      for (const auto& [tag, name] : kNames) {
        if (token->tag != tag) continue;
        out = name;
        items(false);
        return out;
      }
      out = std::string(1, static_cast<char>(token->tag)) + "(";
      items(false);
      return out + ")";
    }
  }
  return out;
}

class RawClient {
 public:
  explicit RawClient(int socket) : socket_(socket) {}
  ~RawClient() { Close(); }
  RawClient(const RawClient&) = delete;

  void Send(std::string_view bytes) { ASSERT_EQ(send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size())); }
  void SendByteByByte(std::string_view bytes) {
    for (const char c : bytes) Send(std::string(1, c));
  }
  void Half() { shutdown(socket_, SHUT_WR); }
  void Close() {
    if (socket_ >= 0) close(socket_);
    socket_ = -1;
  }

  // Bytes as they come; fewer when the server closed.
  std::string Receive(size_t n) {
    std::string bytes;
    while (bytes.size() < n) {
      pollfd wait{.fd = socket_, .events = POLLIN, .revents = 0};
      if (poll(&wait, 1, 20'000) <= 0) {
        ADD_FAILURE() << "nothing came for 20 s";
        break;
      }
      char c;
      if (recv(socket_, &c, 1, 0) != 1) break;
      bytes += c;
    }
    return bytes;
  }
  // The next message; "closed" at the end. Keep-alives are counted.
  std::string Answer() {
    std::string message;
    for (;;) {
      const std::string head = Receive(2);
      if (head.size() < 2) return "closed";
      const size_t size = static_cast<size_t>(static_cast<uint8_t>(head[0])) << 8 | static_cast<uint8_t>(head[1]);
      if (size == 0) {
        if (message.empty()) {
          ++keep_alives;
          continue;
        }
        PackReader reader(message);
        return Shown(reader);
      }
      message += Receive(size);
    }
  }
  std::vector<std::string> Answers(size_t n) {
    std::vector<std::string> out;
    while (out.size() < n) out.push_back(Answer());
    return out;
  }
  int keep_alives = 0;

 private:
  int socket_;
};

// A message in one chunk (or more): its tag and what `fields` writes, which must be as many values as said.
inline std::string Message(uint8_t tag, size_t count = 0, const std::function<void(PackWriter&)>& fields = {}) {
  std::string out;
  ChunkWriter chunk(out);
  chunk.Begin();
  PackWriter pack(out);
  pack.Structure(tag, count);
  if (fields) fields(pack);
  chunk.End();
  return out;
}
using Entries = std::function<void(PackWriter&)>;
inline std::string Hello() {
  return Message(0x01, 1, [](PackWriter& p) {
    p.Map(1);
    p.Entry("user_agent", "test/1");
  });
}
inline std::string LogOn() {
  return Message(0x6A, 1, [](PackWriter& p) {
    p.Map(1);
    p.Entry("scheme", "none");
  });
}
inline std::string Query(std::string_view query, size_t extras = 0, const Entries& extra = {}) {
  return Message(0x10, 3, [&](PackWriter& p) {
    p.String(query);
    p.Map(0);
    p.Map(extras);
    if (extra) extra(p);
  });
}
inline std::string Fetch(uint8_t tag, int64_t n, int64_t qid) {
  return Message(tag, 1, [&](PackWriter& p) {
    p.Map(qid == -1 ? 1 : 2);
    p.Entry("n", n);
    if (qid != -1) p.Entry("qid", qid);
  });
}
inline std::string Pull(int64_t n = -1, int64_t qid = -1) { return Fetch(0x3F, n, qid); }
inline std::string Discard(int64_t n = -1, int64_t qid = -1) { return Fetch(0x2F, n, qid); }
inline std::string Begin(size_t extras = 0, const Entries& extra = {}) {
  return Message(0x11, 1, [&](PackWriter& p) {
    p.Map(extras);
    if (extra) extra(p);
  });
}
inline std::string Commit() { return Message(0x12); }
inline std::string Rollback() { return Message(0x13); }
inline std::string ResetMessage() { return Message(0x0F); }
inline std::string Goodbye() { return Message(0x02); }
inline std::string HandshakeFor(int major, int minor) {
  return std::string(kBoltMagic) + std::string({'\0', '\0', static_cast<char>(minor), static_cast<char>(major)}) + std::string(12, '\0');
}

}  // namespace liantu::server
