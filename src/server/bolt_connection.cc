// SPDX-License-Identifier: Apache-2.0
// Blocking sockets. The reading thread takes no more than kQueueBytes ahead of what is answered, so a client that sends without
// reading holds only its own connection up.
#include "server/bolt_connection.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

namespace liantu::server {

namespace {

constexpr size_t kMaxFirstBytes = 64 << 10;   // of a message before the client has logged on
constexpr size_t kMaxMessageBytes = 64 << 20;
constexpr size_t kQueueBytes = 16 << 20, kQueueMessages = 1024;
constexpr int kSendSeconds = 60;              // a client that takes nothing for so long is gone
constexpr auto kGoneAfter = std::chrono::seconds(1);

constexpr uint8_t kRunTag = 0x10, kPullTag = 0x3F;

// A plain RESET, found before it is its turn.
bool IsReset(std::string_view message) { return message == std::string_view("\xB0\x0F", 2); }

}  // namespace

BoltConnection::BoltConnection(int socket, std::string id, query::Engine& engine, const BoltSettings& settings)
    : socket_(socket), id_(std::move(id)), engine_(engine), settings_(settings), deadline_(Clock::now() + settings.first_words) {
  const timeval limit{.tv_sec = kSendSeconds, .tv_usec = 0};
  setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

BoltConnection::~BoltConnection() { close(socket_); }

bool BoltConnection::Receive(std::string& bytes, Clock::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return false;
    pollfd wait{.fd = socket_, .events = POLLIN, .revents = 0};
    const int ready = poll(&wait, 1, static_cast<int>(left));
    if (ready < 0 && errno != EINTR) return false;
    if (ready <= 0) continue;
    char buffer[4096];
    const ssize_t n = recv(socket_, buffer, sizeof buffer, 0);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes.append(buffer, static_cast<size_t>(n));
    return true;
  }
}

bool BoltConnection::Send(std::string& bytes) {
  std::lock_guard lock(send_mutex_);
  for (size_t at = 0; at < bytes.size();) {
    const ssize_t n = send(socket_, bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    at += static_cast<size_t>(n);
  }
  bytes.clear();
  return true;
}

bool BoltConnection::ShakeHands(BoltVersion& version, std::string& rest) {
  while (rest.size() < kHandshakeBytes) {
    if (rest.size() >= 4 && !rest.starts_with(kBoltMagic)) break;
    if (!Receive(rest, deadline_)) return false;
  }
  Handshake handshake = AnswerHandshake(rest);
  if (handshake.outcome == Handshake::Outcome::kNotBolt) {
    if (rest.starts_with("GET ") || rest.starts_with("POST")) {
      std::string answer = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nThis port speaks Bolt, not HTTP.\n";
      Send(answer);
    }
    return false;
  }
  rest.erase(0, kHandshakeBytes);
  if (!Send(handshake.answer)) return false;
  if (handshake.outcome == Handshake::Outcome::kRefused) return false;
  version = handshake.version;
  while (handshake.outcome == Handshake::Outcome::kManifest) {
    const auto chosen = TakeManifestChoice(rest, version);
    if (!chosen.ok()) return false;
    if (*chosen) break;
    if (!Receive(rest, deadline_)) return false;
  }
  return true;
}

void BoltConnection::Serve() {
  BoltVersion version;
  std::string rest;
  if (!ShakeHands(version, rest)) {
    shutdown(socket_, SHUT_RDWR);
    return;
  }
  {
    std::lock_guard lock(mutex_);
    session_ = std::make_unique<BoltSession>(engine_, settings_, version, id_, out_, [this] { return Send(out_); });
    if (abort_) session_->Cancel();
  }
  std::thread reader([this, first = std::move(rest)]() mutable { ReadMessages(std::move(first)); });
  Answer();
  Send(out_);
  {
    std::lock_guard lock(mutex_);
    closing_ = true;
  }
  changed_.notify_all();
  shutdown(socket_, SHUT_RDWR);
  reader.join();
  std::lock_guard lock(mutex_);
  session_.reset();  // here, not in the destructor: what it holds belongs to this thread
}

void BoltConnection::ReadMessages(std::string first) {
  ChunkReader chunks(kMaxFirstBytes);
  std::vector<std::string> messages;
  std::string why;
  std::string buffer(64 << 10, '\0');
  const auto take = [&](std::string_view bytes) {
    chunks.set_max_message_bytes(session_->logged_on() ? kMaxMessageBytes : kMaxFirstBytes);
    const Status added = chunks.Add(bytes, messages);
    if (!added.ok()) why = added.message();
    for (const std::string& message : messages) {
      if (IsReset(message)) session_->Interrupt();
    }
    std::unique_lock lock(mutex_);
    for (std::string& message : messages) {
      changed_.wait(lock, [&] { return closing_ || messages_.empty() || (message_bytes_ < kQueueBytes && messages_.size() < kQueueMessages); });
      if (closing_) return false;
      message_bytes_ += message.size();
      messages_.push_back(std::move(message));
      changed_.notify_all();
    }
    messages.clear();
    return added.ok();
  };
  bool more = take(first);
  while (more) {
    pollfd wait{.fd = socket_, .events = POLLIN, .revents = 0};
    const int ready = poll(&wait, 1, static_cast<int>(settings_.keep_alive.count()));
    if (ready == 0) {
      // Nothing came for a while. If an answer is due, an empty chunk says that it is still being worked on.
      if (busy_.load(std::memory_order_relaxed)) {
        std::unique_lock lock(send_mutex_, std::try_to_lock);
        if (lock.owns_lock() && send(socket_, "\0\0", 2, MSG_NOSIGNAL | MSG_DONTWAIT) == 1) send(socket_, "\0", 1, MSG_NOSIGNAL);
      }
      continue;
    }
    if (ready < 0 && errno == EINTR) continue;
    const ssize_t n = ready < 0 ? -1 : recv(socket_, buffer.data(), buffer.size(), 0);
    if (n < 0 && errno == EINTR) continue;
    more = n > 0 && take(std::string_view(buffer).substr(0, static_cast<size_t>(n)));
  }
  std::unique_lock lock(mutex_);
  broken_ = std::move(why);
  ended_ = true;
  changed_.notify_all();
  // The other side sends no more. It may still be reading, so what runs gets a moment; then nobody is waiting for it.
  if (!finish_) {
    changed_.wait_for(lock, kGoneAfter, [&] { return closing_; });
    if (!closing_) session_->Cancel();
  }
}

void BoltConnection::Answer() {
  Clock::time_point log_on_by = deadline_;
  bool result_waits = false;
  for (;;) {
    std::string message;
    {
      std::unique_lock lock(mutex_);
      while (messages_.empty() && !ended_ && !finish_) {
        std::optional<Clock::time_point> until = session_->deadline();
        if (!session_->logged_on() && (!until || log_on_by < *until)) until = log_on_by;
        if (!out_.empty()) {
          lock.unlock();
          if (!Send(out_)) return;
          lock.lock();
          continue;
        }
        if (!until) {
          changed_.wait(lock);
        } else if (changed_.wait_until(lock, *until) == std::cv_status::timeout && messages_.empty()) {
          if (!session_->logged_on()) return;
          session_->Expire();
        }
      }
      if (finish_) return;
      if (messages_.empty()) {
        if (!broken_.empty()) session_->Refuse(broken_);
        return;
      }
      message = std::move(messages_.front());
      messages_.pop_front();
      message_bytes_ -= message.size();
      changed_.notify_all();
    }
    // Answers wait for those to the messages behind them, but a whole result does not wait for the next statement.
    const auto tag = message.size() > 1 ? static_cast<uint8_t>(message[1]) : 0;
    if (tag == kRunTag && result_waits && !Send(out_)) return;
    result_waits = tag != kRunTag && (result_waits || tag == kPullTag);
    const bool logged_on = session_->logged_on();
    busy_.store(true, std::memory_order_relaxed);
    const bool go_on = session_->Handle(message);
    busy_.store(false, std::memory_order_relaxed);
    if (!go_on) return;
    if (logged_on && !session_->logged_on()) log_on_by = Clock::now() + settings_.first_words;
    if (out_.size() > (64 << 10) && !Send(out_)) return;
  }
}

void BoltConnection::Finish() {
  std::lock_guard lock(mutex_);
  finish_ = true;
  shutdown(socket_, SHUT_RD);
  changed_.notify_all();
}

void BoltConnection::Abort() {
  std::lock_guard lock(mutex_);
  abort_ = true;
  if (session_) session_->Cancel();
  shutdown(socket_, SHUT_RDWR);
}

}  // namespace liantu::server
