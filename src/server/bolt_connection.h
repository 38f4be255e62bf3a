// SPDX-License-Identifier: Apache-2.0
// One client at the other end of a socket. Two threads: the caller's answers messages one after another, a second one reads, so
// that a RESET reaches a running query and keep-alives go out meanwhile.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "server/bolt_session.h"

namespace liantu::server {

class BoltConnection {
 public:
  // Takes the socket over and closes it in the end. `engine` and `settings` must outlive the connection.
  BoltConnection(int socket, std::string id, query::Engine& engine, const BoltSettings& settings);
  ~BoltConnection();
  BoltConnection(const BoltConnection&) = delete;

  // From the handshake to the end of the conversation.
  void Serve();
  // From any thread. Finish: the message at hand is still answered. Abort: what runs is stopped as well.
  void Finish();
  void Abort();

 private:
  using Clock = BoltSession::Clock;
  bool ShakeHands(BoltVersion& version, std::string& rest);
  bool Receive(std::string& bytes, Clock::time_point deadline);  // appends what comes; false: nothing came, or the end
  bool Send(std::string& bytes);                                 // and empties it
  void ReadMessages(std::string first);
  void Answer();

  const int socket_;
  const std::string id_;
  query::Engine& engine_;
  const BoltSettings& settings_;
  const Clock::time_point deadline_;   // for logging on
  std::unique_ptr<BoltSession> session_;
  std::string out_;
  std::mutex send_mutex_;

  std::mutex mutex_;                   // of all below
  std::condition_variable changed_;
  std::deque<std::string> messages_;
  size_t message_bytes_ = 0;
  std::string broken_;                 // why nothing more can be read
  bool ended_ = false;                 // nothing more will come
  bool closing_ = false;               // nothing more will be answered
  bool finish_ = false, abort_ = false;
  std::atomic<bool> busy_{false};
};

}  // namespace liantu::server
