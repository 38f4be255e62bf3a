// SPDX-License-Identifier: Apache-2.0
// One Bolt conversation: messages in, answers out, and the states between them (docs/bolt.md). It knows nothing of sockets or
// threads: bolt_connection.h brings the messages and sends the answers.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/budget.h"
#include "base/result.h"
#include "query/session.h"
#include "server/bolt_values.h"
#include "server/bolt_wire.h"

namespace liantu::server {

// What all conversations of a server share.
struct BoltSettings {
  std::string agent;                            // what HELLO is answered with: "Liantu/0.1.0"
  std::string address;                          // for ROUTE, when the client does not say how it reached us
  uint64_t timeout_ms = Budget::kNoLimit;       // of a transaction; a client may ask for less
  uint64_t max_bytes = Budget::kNoLimit;        // of a statement
  std::vector<std::string> csv_folders;         // LOAD CSV
  std::chrono::milliseconds keep_alive{10'000};     // a busy connection says so this often
  std::chrono::milliseconds first_words{30'000};    // a client must have logged on within
};

class BoltSession {
 public:
  using Clock = std::chrono::steady_clock;
  // Answers are appended to `out`; `flush` sends what is there and empties it, false when the client is gone.
  BoltSession(query::Engine& engine, const BoltSettings& settings, BoltVersion version, std::string connection_id, std::string& out,
              std::function<bool()> flush);
  ~BoltSession();

  // --- by the thread that owns the conversation
  // Answers one message. False: the conversation is over (GOODBYE, or a message that breaks the protocol, which is told).
  bool Handle(std::string_view message);
  // Tells the client why, before the connection is closed.
  void Refuse(std::string_view why);
  // Until when the open transaction may idle; Expire must be called then and frees what it holds.
  std::optional<Clock::time_point> deadline() const;
  void Expire();

  // --- by any thread
  // A RESET has come in: whatever runs is stopped, and all messages before the RESET will be ignored.
  void Interrupt();
  // Stops what runs, now and later: the connection is going away.
  void Cancel();
  bool logged_on() const { return logged_on_.load(std::memory_order_relaxed); }

 private:
  enum class State : uint8_t { kConnected, kUnauthenticated, kReady, kStreaming, kTxReady, kTxStreaming, kFailed };
  struct Position { int64_t offset, line, column; };
  struct Failure { std::string code, message, gql_status; std::optional<Position> position; };
  // A result that the client has not read to its end.
  struct Stream {
    std::unique_ptr<query::Cursor> cursor;
    std::string text;
    std::vector<query::Value> row;
    bool has_row = false, ended = false;
    std::string kept;              // whole RECORD messages that were read ahead
    std::vector<size_t> kept_ends; // where each ends
    size_t kept_next = 0;
    Clock::time_point began;
  };
  struct Transaction { query::SessionOptions options; uint64_t timeout_ms = Budget::kNoLimit; std::string database; bool notices = true; };

  bool Dispatch(uint8_t tag, std::vector<query::Value> fields);
  bool Hello(const query::Value& extra);
  bool LogOn(const query::Value& auth);
  bool LogOff();
  bool Run(const query::Value& text, const query::Value& parameters, const query::Value& extra);
  bool Pull(const query::Value& extra, bool discard);
  bool Begin(const query::Value& extra);
  bool Commit();
  bool Rollback();
  bool Reset();
  bool Route(const query::Value& routing, const query::Value& extra);

  std::optional<Failure> ReadTransaction(const query::Value& extra, Transaction& result) const;
  std::shared_ptr<Budget> NewBudget(uint64_t timeout_ms);
  void EndTransaction();
  Result<bool> Peek(Stream& stream);
  static void Skip(Stream& stream);
  Status WriteRecord(Stream& stream, std::string& out);
  Status KeepRest(Stream& stream);
  void WriteSummary(const Stream& stream);

  bool Fail(const Status& status, std::string_view text = {});  // of the statement, to say where
  bool Fail(const Failure& failure);
  bool Violation(std::string message);
  void WriteFailure(const Failure& failure);
  void WriteSuccess();  // with an empty map
  template <class Body>
  void Answer(uint8_t tag, Body body);

  query::Engine& engine_;
  const BoltSettings& settings_;
  const BoltVersion version_;
  const std::string connection_id_;
  std::string& out_;
  std::function<bool()> flush_;
  ValueForms forms_;
  State state_ = State::kConnected;
  bool gone_ = false;                 // flush failed
  std::string client_, user_, route_address_;
  std::unique_ptr<query::Session> session_;
  std::map<int64_t, Stream> streams_;  // by qid
  int64_t next_qid_ = 0, last_qid_ = -1;
  std::string database_;
  bool wants_notices_ = true;  // of the connection, as HELLO said
  bool notices_ = true;        // of the running transaction
  Status expired_;                    // why the open transaction was ended while it idled
  std::optional<Clock::time_point> deadline_;
  Clock::time_point flushed_ = Clock::now();

  std::atomic<bool> logged_on_{false};
  std::mutex mutex_;                  // of the three below
  std::shared_ptr<Budget> budget_;    // of the open transaction or statement
  int interrupts_ = 0;                // RESETs that came in and were not reached yet
  bool cancelled_ = false;
};

}  // namespace liantu::server
