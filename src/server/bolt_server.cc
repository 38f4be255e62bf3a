// SPDX-License-Identifier: Apache-2.0
// Boost.Asio (in this file only) listens, waits for signals and counts the seconds of a stop; a connection's socket is then
// BoltConnection's alone.
#include "server/bolt_server.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <charconv>
#include <csignal>
#include <list>
#include <thread>

#include "server/bolt_connection.h"

namespace liantu::server {

namespace asio = boost::asio;
using boost::system::error_code;
using asio::ip::tcp;

namespace {

constexpr auto kGrace = std::chrono::seconds(3);       // for what runs when a stop is asked for
constexpr auto kPause = std::chrono::milliseconds(50); // between looks at what still runs, and after a failed accept

struct Client {
  std::unique_ptr<BoltConnection> connection;
  std::thread thread;
  std::atomic<bool> done{false};
};

}  // namespace

Result<Endpoint> ParseEndpoint(std::string_view text) {
  Endpoint endpoint;
  const auto wrong = [&] {
    return Status(Code::kInvalid, Text("expected HOST:PORT such as 127.0.0.1:7687, found '", text, "'"));
  };
  std::string_view port = text;
  if (const size_t colon = text.rfind(':'); colon != std::string_view::npos) {
    std::string_view host = text.substr(0, colon);
    port = text.substr(colon + 1);
    if (host.starts_with('[') && host.ends_with(']')) {
      host = host.substr(1, host.size() - 2);
    } else if (host.find(':') != std::string_view::npos) {
      return wrong();
    }
    if (!host.empty()) endpoint.host = host;
  }
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), endpoint.port);
  if (error != std::errc() || end != port.data() + port.size()) return wrong();
  return endpoint;
}

struct BoltServer::State {
  State(query::Engine& e, BoltSettings s, size_t most) : engine(e), settings(std::move(s)), max_connections(most) {}
  query::Engine& engine;
  BoltSettings settings;
  size_t max_connections;
  asio::io_context io;
  tcp::acceptor acceptor{io};
  asio::signal_set signals{io};
  asio::steady_timer timer{io};
  std::list<Client> clients;
  uint64_t last_id = 0;
  bool stopping = false;
  std::chrono::steady_clock::time_point give_up;
  uint16_t port = 0;

  void Accept() {
    acceptor.async_accept([this](error_code error, tcp::socket socket) {
      if (stopping) return;
      Reap();
      if (error) {
        // Out of descriptors, most likely: try again when some may be free.
        timer.expires_after(kPause);
        timer.async_wait([this](error_code) { if (!stopping) Accept(); });
        return;
      }
      if (clients.size() < max_connections) Serve(std::move(socket));
      Accept();
    });
  }

  void Serve(tcp::socket socket) {
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    socket.set_option(asio::socket_base::keep_alive(true), ignored);
    socket.native_non_blocking(false, ignored);
    error_code error;
    const int handle = socket.release(error);
    if (error) return;
    Client& client = clients.emplace_back();
    client.connection = std::make_unique<BoltConnection>(handle, Text("bolt-", ++last_id), engine, settings);
    client.thread = std::thread([&client] {
      client.connection->Serve();
      client.done.store(true);
    });
  }

  void Reap() {
    for (auto it = clients.begin(); it != clients.end();) {
      if (it->done.load()) {
        it->thread.join();
        it = clients.erase(it);
      } else {
        ++it;
      }
    }
  }

  void BeginStop() {
    if (stopping) return;
    stopping = true;
    error_code ignored;
    acceptor.close(ignored);
    signals.cancel(ignored);
    for (Client& client : clients) client.connection->Finish();
    give_up = std::chrono::steady_clock::now() + kGrace;
    AwaitClients();
  }

  void AwaitClients() {
    Reap();
    if (clients.empty()) return io.stop();
    if (std::chrono::steady_clock::now() >= give_up) {
      for (Client& client : clients) client.connection->Abort();
    }
    timer.expires_after(kPause);
    timer.async_wait([this](error_code) { AwaitClients(); });
  }
};

Result<std::unique_ptr<BoltServer>> BoltServer::Listen(const Endpoint& endpoint, query::Engine& engine, BoltSettings settings,
                                                       size_t max_connections) {
  error_code error;
  asio::ip::address address;
  if (endpoint.host == "localhost") {
    address = asio::ip::address_v4::loopback();
  } else {
    address = asio::ip::make_address(endpoint.host, error);
    if (error) return Status(Code::kInvalid, Text("'", endpoint.host, "' is not an address; expected 127.0.0.1, ::1 or localhost"));
  }
  if (!address.is_loopback()) {
    return Status(Code::kInvalid, Text("'", endpoint.host, "' can be reached by other machines; without users and encryption only "
                                       "127.0.0.1, ::1 or localhost are served (forward the port with ssh to reach it from elsewhere)"));
  }
  auto state = std::make_unique<State>(engine, std::move(settings), max_connections);
  const tcp::endpoint at(address, endpoint.port);
  state->acceptor.open(at.protocol(), error);
  if (!error) state->acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) state->acceptor.bind(at, error);
  if (!error) state->acceptor.listen(asio::socket_base::max_listen_connections, error);
  tcp::endpoint bound;
  if (!error) bound = state->acceptor.local_endpoint(error);
  if (error) return Status(Code::kIo, Text("cannot listen on ", endpoint.host, ":", endpoint.port, ": ", error.message()));
  state->port = bound.port();
  if (state->settings.address.empty()) {
    state->settings.address = address.is_v6() ? Text("[", address.to_string(), "]:", bound.port()) : Text(endpoint.host, ":", bound.port());
  }
  return std::unique_ptr<BoltServer>(new BoltServer(std::move(state)));
}

BoltServer::BoltServer(std::unique_ptr<State> state) : state_(std::move(state)) {}
BoltServer::~BoltServer() = default;
const std::string& BoltServer::address() const { return state_->settings.address; }
uint16_t BoltServer::port() const { return state_->port; }

void BoltServer::Run(bool watch_signals) {
  State& s = *state_;
  if (watch_signals) {
    s.signals.add(SIGINT);
    s.signals.add(SIGTERM);
    s.signals.async_wait([&s](error_code error, int) {
      if (!error) s.BeginStop();
    });
  }
  s.Accept();
  s.io.run();
}

void BoltServer::Stop() {
  asio::post(state_->io, [this] { state_->BeginStop(); });
}

}  // namespace liantu::server
