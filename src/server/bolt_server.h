// SPDX-License-Identifier: Apache-2.0
// Listens for Bolt clients on this machine and serves each in threads of its own. There are no users and no encryption yet, so
// addresses other than loopback ones are refused.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "query/session.h"
#include "server/bolt_session.h"

namespace liantu::server {

// "127.0.0.1:7687", "localhost:0", "[::1]:7687", ":7687" or "7687". Port 0: any that is free.
struct Endpoint {
  std::string host = "127.0.0.1";
  uint16_t port = 7687;
};
Result<Endpoint> ParseEndpoint(std::string_view text);

class BoltServer {
 public:
  // Binds at once. kInvalid: not a loopback address; kIo: the port is taken. Fills in settings.address where it is empty.
  // More than `max_connections` at a time are turned away. `engine` must outlive the server.
  static Result<std::unique_ptr<BoltServer>> Listen(const Endpoint& endpoint, query::Engine& engine, BoltSettings settings,
                                                    size_t max_connections = 200);
  ~BoltServer();
  const std::string& address() const;  // "127.0.0.1:7687"
  uint16_t port() const;
  // Serves until Stop, or until SIGINT or SIGTERM where asked to watch for them. Then what is running may end within a few
  // seconds, is stopped after that, and all connections are closed.
  void Run(bool watch_signals);
  void Stop();  // from any thread

 private:
  struct State;
  explicit BoltServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace liantu::server
