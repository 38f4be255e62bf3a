// SPDX-License-Identifier: Apache-2.0
// Conversations byte by byte over a pair of sockets: order, states, RESET, limits.
#include "server/bolt_connection.h"

#include <gtest/gtest.h>
#include <netinet/in.h>

#include <optional>
#include <thread>

#include "query/procedure.h"
#include "raw_client.h"
#include "server/bolt_server.h"

namespace liantu::server {
namespace {

using namespace std::string_literals;
using testing::AssertionFailure;
using testing::AssertionResult;
using testing::AssertionSuccess;

// About ten billion steps: nobody waits for its end.
constexpr const char* kEndless = "RETURN reduce(s = 0, a IN range(1, 100000) | s + reduce(t = 0, b IN range(1, 100000) | t + 1)) AS n";

struct World {
  World() {
    auto opened = graph::Database::Open("memory:", {.create = true, .ontology = graph::Ontology::None()});
    EXPECT_TRUE(opened.ok());
    database = *std::move(opened);
    auto registry = std::make_shared<query::ProcedureRegistry>();
    query::RegisterDatabaseProcedures(*registry);
    engine.emplace(*database, registry);
    settings.agent = "Liantu/test";
    settings.address = "127.0.0.1:7687";
  }
  std::unique_ptr<graph::Database> database;
  std::optional<query::Engine> engine;
  BoltSettings settings;
};

// A server's connection and the client at its other end.
struct Talk {
  explicit Talk(World& world) {
    int ends[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    connection = std::make_unique<BoltConnection>(ends[0], "bolt-1", *world.engine, world.settings);
    client = std::make_unique<RawClient>(ends[1]);
    thread = std::thread([this] { connection->Serve(); });
  }
  // Ready to run.
  Talk(World& world, int major, int minor) : Talk(world) {
    client->Send(HandshakeFor(major, minor));
    EXPECT_EQ(client->Receive(4), std::string({'\0', '\0', static_cast<char>(minor), static_cast<char>(major)}));
    client->Send(minor == 0 || major == 4 ? Hello() : Hello() + LogOn());
    for (const std::string& answer : client->Answers(minor == 0 || major == 4 ? 1 : 2)) EXPECT_TRUE(answer.starts_with("SUCCESS")) << answer;
  }
  ~Talk() {
    client->Close();
    thread.join();
  }
  std::string Say(const std::string& bytes) {
    client->Send(bytes);
    return client->Answer();
  }
  std::unique_ptr<BoltConnection> connection;
  std::unique_ptr<RawClient> client;
  std::thread thread;
};

AssertionResult Starts(const std::string& text, const std::string& beginning) {
  return text.starts_with(beginning) ? AssertionSuccess() : AssertionFailure() << text << "\ndoes not start with " << beginning;
}
AssertionResult Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos ? AssertionSuccess() : AssertionFailure() << text << "\ndoes not have " << part;
}

TEST(BoltConnection, EverythingMayComeInOneWrite) {
  World world;
  Talk talk(world);
  talk.client->Send(HandshakeFor(5, 8) + Hello() + LogOn() + Query("RETURN 1 AS n, 'a' AS s") + Pull() + Query("UNWIND [1, 2] AS x RETURN x") + Pull() + Goodbye());
  EXPECT_EQ(talk.client->Receive(4), "\0\0\x08\x05"s);
  const auto answers = talk.client->Answers(9);
  EXPECT_TRUE(Starts(answers[0], "SUCCESS {server: 'Liantu/test', connection_id: 'bolt-1', hints: {connection.recv_timeout_seconds: 120}}"));
  EXPECT_EQ(answers[1], "SUCCESS {}");
  EXPECT_TRUE(Starts(answers[2], "SUCCESS {fields: ['n', 's'], t_first: "));
  EXPECT_EQ(answers[3], "RECORD [1, 'a']");
  EXPECT_TRUE(Starts(answers[4], "SUCCESS {type: 'r', t_last: "));
  EXPECT_TRUE(Has(answers[4], "db: 'liantu'"));
  EXPECT_TRUE(Starts(answers[5], "SUCCESS {fields: ['x']"));
  EXPECT_EQ(answers[6], "RECORD [1]");
  EXPECT_EQ(answers[7], "RECORD [2]");
  EXPECT_TRUE(Starts(answers[8], "SUCCESS {type: 'r'"));
  EXPECT_EQ(talk.client->Answer(), "closed");
}

TEST(BoltConnection, EverythingMayComeByteByByteAndWithTheManifest) {
  World world;
  Talk talk(world);
  talk.client->SendByteByByte(std::string(kBoltMagic) + "\0\0\x01\xFF\0\x08\x08\x05\0\x02\x04\x04\0\0\0\x03"s);
  EXPECT_EQ(talk.client->Receive(18), "\0\0\x01\xFF\x03\0\x02\x08\x05\0\x04\x04\x05\0\0\x04\x04\0"s);
  talk.client->SendByteByByte("\0\0\x07\x05\0"s + Hello() + LogOn() + Query("RETURN 1 AS n") + Pull());
  const auto answers = talk.client->Answers(5);
  EXPECT_EQ(answers[3], "RECORD [1]");
  EXPECT_TRUE(Starts(answers[4], "SUCCESS"));
}

TEST(BoltConnection, OtherProtocolsAreTurnedAway) {
  World world;
  {
    Talk talk(world);
    talk.client->Send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_TRUE(Starts(talk.client->Receive(1000), "HTTP/1.1 400"));
  }
  {
    Talk talk(world);
    talk.client->Send(std::string(kBoltMagic) + "\0\0\0\x03"s + std::string(12, '\0'));
    EXPECT_EQ(talk.client->Receive(100), std::string(4, '\0'));
  }
  Talk talk(world);
  talk.client->Send("\x16\x03\x01\x02\0\x01\0\x01\xFC\x03\x03"s);
  EXPECT_EQ(talk.client->Receive(100), "");
}

TEST(BoltConnection, AfterAFailureEveryMessageIsIgnoredOnceUntilReset) {
  World world;
  Talk talk(world, 5, 8);
  talk.client->Send(Query("RETURN x") + Pull() + Query("RETURN 1") + Discard() + Begin() + Commit());
  auto answers = talk.client->Answers(6);
  talk.client->Send(ResetMessage() + Query("RETURN 2 AS n") + Pull());
  for (const std::string& answer : talk.client->Answers(4)) answers.push_back(answer);
  EXPECT_TRUE(Starts(answers[0], "FAILURE {neo4j_code: 'Neo.ClientError.Statement.SyntaxError', message: 'UndefinedVariable: "));
  EXPECT_TRUE(Has(answers[0], "gql_status: '"));
  EXPECT_TRUE(Has(answers[0], "diagnostic_record: {OPERATION: '', OPERATION_CODE: '0', CURRENT_SCHEMA: '/'"));
  EXPECT_TRUE(Has(answers[0], "(line 1, column 8)"));
  EXPECT_TRUE(Has(answers[0], "_position: {offset: 7, line: 1, column: 8}"));
  for (int i = 1; i <= 5; ++i) EXPECT_EQ(answers[i], "IGNORED") << i;
  EXPECT_EQ(answers[6], "SUCCESS {}");
  EXPECT_TRUE(Starts(answers[7], "SUCCESS {fields: ['n']"));
  EXPECT_EQ(answers[8], "RECORD [2]");
  EXPECT_TRUE(Starts(answers[9], "SUCCESS"));
}

TEST(BoltConnection, OlderVersionsHaveTheirForms) {
  World world;
  Talk talk(world, 4, 4);
  const std::string failure = talk.Say(Query("RETURN x"));
  EXPECT_TRUE(Starts(failure, "FAILURE {code: 'Neo.ClientError.Statement.SyntaxError', message: 'UndefinedVariable: "));
  talk.client->Send(ResetMessage() + Query("CREATE p = (a:A {k: 1})-[r:R {w: 2}]->(b) RETURN a, r, p, datetime('2020-01-01T00:00+01:00') AS t") + Pull());
  const auto answers = talk.client->Answers(4);
  EXPECT_EQ(answers[2], "RECORD [N(1, ['A'], {k: 1}), R(1, 1, 2, 'R', {w: 2}), P([N(1, ['A'], {k: 1}), N(2, [], {})], [r(1, 'R', {w: 2})], [1, 1]), F(1577836800, 0, 3600)]");
  EXPECT_TRUE(Has(answers[3], "type: 'rw'"));
  EXPECT_TRUE(Has(answers[3], "stats: {contains-updates: true, nodes-created: 2, relationships-created: 1, properties-set: 2, labels-added: 1}"));
  EXPECT_TRUE(Has(answers[3], "bookmark: 'liantu:batch:1'"));
  Talk five(world, 5, 0);
  five.client->Send(Query("MATCH (b)<-[r]-(a) MATCH p = (b)<--(a) RETURN a, r, p, datetime('2020-01-01T00:00+01:00') AS t") + Pull());
  EXPECT_EQ(five.client->Answers(2)[1],
            "RECORD [N(1, ['A'], {k: 1}, 'n:1'), R(1, 1, 2, 'R', {w: 2}, 'r:1', 'n:1', 'n:2'), "
            "P([N(2, [], {}, 'n:2'), N(1, ['A'], {k: 1}, 'n:1')], [r(1, 'R', {w: 2}, 'r:1')], [-1, 1]), I(1577833200, 0, 3600)]");
}

TEST(BoltConnection, ClientsOf44MayAskForMomentsInUtc) {
  World world;
  Talk talk(world);
  talk.client->Send(HandshakeFor(4, 4) + Message(0x01, 1, [](PackWriter& p) {
    p.Map(2);
    p.Entry("scheme", "basic");
    p.String("patch_bolt");
    p.List(1);
    p.String("utc");
  }) + Query("RETURN datetime('2020-01-01T00:00+01:00') AS t") + Pull());
  talk.client->Receive(4);
  const auto answers = talk.client->Answers(3);
  EXPECT_TRUE(Has(answers[0], "patch_bolt: ['utc']"));
  EXPECT_EQ(answers[2], "RECORD [I(1577833200, 0, 3600)]");
}

TEST(BoltConnection, ResetStopsARunningQuery) {
  World world;
  Talk talk(world, 5, 8);
  talk.client->Send(Query(kEndless) + Pull() + Query("RETURN 1") + Pull());
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  talk.client->Send(ResetMessage() + Query("RETURN 2 AS n") + Pull());
  const auto answers = talk.client->Answers(8);
  const auto stopped = [](const std::string& answer) { return answer == "IGNORED" || answer.starts_with("FAILURE"); };
  EXPECT_TRUE(stopped(answers[0]) || answers[0].starts_with("SUCCESS {fields")) << answers[0];
  EXPECT_TRUE(stopped(answers[1])) << answers[1];
  EXPECT_EQ(answers[2], "IGNORED");
  EXPECT_EQ(answers[3], "IGNORED");
  EXPECT_EQ(answers[4], "SUCCESS {}");
  EXPECT_EQ(answers[6], "RECORD [2]");
}

TEST(BoltConnection, ResetRollsTheOpenTransactionBack) {
  World world;
  Talk talk(world, 5, 8);
  talk.client->Send(Begin() + Query("CREATE (:X)") + Pull() + ResetMessage() + Query("MATCH (n) RETURN count(n) AS n") + Pull());
  const auto answers = talk.client->Answers(7);
  EXPECT_EQ(answers[3], "SUCCESS {}");
  EXPECT_EQ(answers[5], "RECORD [0]");
}

TEST(BoltConnection, ATransactionHasSeveralResultsAtOnce) {
  World world;
  Talk talk(world, 5, 8);
  talk.client->Send(Begin() + Query("UNWIND range(1, 5) AS x RETURN x") + Pull(2) + Query("CREATE (n:N) RETURN labels(n) AS l") + Pull(1, 0) + Pull(-1, 1) + Pull(-1, 0) + Commit());
  const auto answers = talk.client->Answers(14);
  EXPECT_EQ(answers[0], "SUCCESS {db: 'liantu'}");
  EXPECT_TRUE(Has(answers[1], "qid: 0"));
  EXPECT_EQ(answers[2], "RECORD [1]");
  EXPECT_EQ(answers[3], "RECORD [2]");
  EXPECT_EQ(answers[4], "SUCCESS {has_more: true}");
  EXPECT_TRUE(Has(answers[5], "qid: 1"));
  EXPECT_EQ(answers[6], "RECORD [3]");
  EXPECT_EQ(answers[7], "SUCCESS {has_more: true}");
  EXPECT_EQ(answers[8], "RECORD [['N']]");
  EXPECT_TRUE(Has(answers[9], "nodes-created: 1"));
  EXPECT_EQ(answers[10], "RECORD [4]");
  EXPECT_EQ(answers[11], "RECORD [5]");
  EXPECT_TRUE(Starts(answers[12], "SUCCESS {type: 'r'"));
  EXPECT_TRUE(Starts(answers[13], "SUCCESS {bookmark: 'liantu:batch:"));
}

TEST(BoltConnection, AResultShowsTheGraphOfItsStatementNotOfLaterOnes) {
  World world;
  Talk talk(world, 5, 8);
  talk.client->Send(Query("UNWIND range(1, 3) AS x CREATE (:N {v: x})") + Pull() + Begin() + Query("MATCH (n:N) RETURN n ORDER BY n.v") + Pull(1) +
                    Query("MATCH (n:N) SET n.v = 9") + Discard() + Pull(-1, 0) + Rollback());
  const auto answers = talk.client->Answers(11);
  EXPECT_TRUE(Has(answers[4], "{v: 1}"));
  EXPECT_EQ(answers[5], "SUCCESS {has_more: true}");
  EXPECT_TRUE(Has(answers[8], "{v: 2}"));
  EXPECT_TRUE(Has(answers[9], "{v: 3}"));
}

TEST(BoltConnection, DiscardOfAWritingStatementStillWrites) {
  World world;
  Talk talk(world, 5, 8);
  talk.client->Send(Query("UNWIND range(1, 10) AS x CREATE (n:N) RETURN n") + Discard(3) + Discard() + Query("MATCH (n) RETURN count(n) AS n") + Pull());
  const auto answers = talk.client->Answers(6);
  EXPECT_EQ(answers[1], "SUCCESS {has_more: true}");
  EXPECT_TRUE(Has(answers[2], "nodes-created: 10"));
  EXPECT_EQ(answers[4], "RECORD [10]");
}

TEST(BoltConnection, AFailedStatementRollsItsTransactionBack) {
  World world;
  Talk talk(world, 5, 8);
  talk.client->Send(Begin() + Query("CREATE (:X)") + Pull() + Query("RETURN 1 / 0") + Pull() + Commit());
  auto answers = talk.client->Answers(6);
  talk.client->Send(ResetMessage() + Query("MATCH (n) RETURN count(n) AS n") + Pull());
  for (const std::string& answer : talk.client->Answers(4)) answers.push_back(answer);
  EXPECT_TRUE(Starts(answers[3], "FAILURE") || Starts(answers[4], "FAILURE")) << answers[3] << answers[4];
  EXPECT_EQ(answers[5], "IGNORED");
  EXPECT_EQ(answers[6], "SUCCESS {}");
  EXPECT_EQ(answers[8], "RECORD [0]");
}

TEST(BoltConnection, WhatTheStateDoesNotAllowEndsTheConversation) {
  World world;
  const std::pair<std::string, const char*> kCases[] = {
      {Pull(), "PULL"}, {Discard(), "DISCARD"}, {Commit(), "COMMIT"}, {Rollback(), "ROLLBACK"}, {Hello(), "HELLO"}, {LogOn(), "LOGON"},
      {Message(0x42), "message 66"}, {Message(0x10, 1, [](PackWriter& p) { p.String("RETURN 1"); }), "RUN has other fields"},
      {"\0\x01\x7F\0\0"s, "expected a message"}, {"\0\x03\xB1\x10\xDF\0\0"s, "malformed message"}, {"\0\x03\xB0\x12\x01\0\0"s, "after its end"}};
  for (const auto& [bytes, words] : kCases) {
    Talk talk(world, 5, 8);
    const std::string answer = talk.Say(bytes);
    EXPECT_TRUE(Starts(answer, "FAILURE {neo4j_code: 'Neo.ClientError.Request.Invalid'"));
    EXPECT_TRUE(Has(answer, words));
    EXPECT_EQ(talk.client->Answer(), "closed");
  }
  for (const std::string& bytes : {Query("RETURN 1"), ResetMessage(), LogOn()}) {
    Talk talk(world);
    talk.client->Send(HandshakeFor(5, 8) + bytes);
    talk.client->Receive(4);
    EXPECT_TRUE(Starts(talk.client->Answer(), "FAILURE"));
    EXPECT_EQ(talk.client->Answer(), "closed");
  }
}

TEST(BoltConnection, LimitsHoldBeforeTheClientHasLoggedOn) {
  World world;
  {
    Talk talk(world);
    talk.client->Send(HandshakeFor(5, 8) + "\xFF\xFF"s + std::string(65535, 'x') + "\x01\0"s);
    talk.client->Receive(4);
    EXPECT_TRUE(Has(talk.client->Answer(), "a message of more than 65536 bytes"));
    EXPECT_EQ(talk.client->Answer(), "closed");
  }
  world.settings.first_words = std::chrono::milliseconds(30);
  {
    Talk talk(world);
    EXPECT_EQ(talk.client->Receive(1), "");
  }
  Talk talk(world);
  talk.client->Send(HandshakeFor(5, 8) + Hello());
  talk.client->Receive(4);
  EXPECT_TRUE(Starts(talk.client->Answer(), "SUCCESS"));
  EXPECT_EQ(talk.client->Answer(), "closed");
}

TEST(BoltConnection, ParametersThatCannotBeAreAFailureOfTheirStatement) {
  World world;
  Talk talk(world, 5, 8);
  const std::string bytes = Message(0x10, 3, [](PackWriter& p) {
    p.String("RETURN $b");
    p.Map(1);
    p.String("b");
    p.Bytes("xyz");
    p.Map(0);
  });
  EXPECT_TRUE(Has(talk.Say(bytes), "byte arrays"));
  EXPECT_EQ(talk.Say(ResetMessage()), "SUCCESS {}");
}

TEST(BoltConnection, ABusyServerSendsKeepAlives) {
  World world;
  world.settings.keep_alive = std::chrono::milliseconds(20);
  Talk talk(world, 5, 8);
  talk.client->Send(Query(kEndless, 1, [](PackWriter& p) { p.Entry("tx_timeout", int64_t{400}); }) + Pull());
  talk.client->Answers(2);
  EXPECT_GT(talk.client->keep_alives, 2);
}

TEST(BoltConnection, TimeoutsOfTheClientAndOfTheServerEndAQuery) {
  World world;
  Talk talk(world, 5, 8);
  talk.client->Send(Query(kEndless, 1, [](PackWriter& p) { p.Entry("tx_timeout", int64_t{30}); }) + Pull());
  const auto answers = talk.client->Answers(2);
  EXPECT_TRUE(Has(answers[0] + answers[1], "Neo.ClientError.Transaction.TransactionTimedOut"));
  world.settings.timeout_ms = 40;
  Talk other(world, 5, 8);
  other.client->Send(Query(kEndless, 1, [](PackWriter& p) { p.Entry("tx_timeout", int64_t{999999}); }) + Pull());
  const auto more = other.client->Answers(2);
  EXPECT_TRUE(Has(more[0] + more[1], "40 ms"));
}

TEST(BoltConnection, ATransactionThatIdlesBeyondItsTimeFreesTheWritersPlace) {
  World world;
  Talk idle(world, 5, 8), other(world, 5, 8);
  idle.client->Send(Begin(1, [](PackWriter& p) { p.Entry("tx_timeout", int64_t{50}); }) + Query("CREATE (:X)") + Pull());
  idle.client->Answers(3);
  other.client->Send(Query("CREATE (:Y)") + Pull() + Query("MATCH (n) RETURN labels(n) AS l") + Pull());
  const auto answers = other.client->Answers(5);
  EXPECT_EQ(answers[3], "RECORD [['Y']]");
  EXPECT_TRUE(Has(idle.Say(Commit()), "TransactionTimedOut"));
}

TEST(BoltConnection, ResetReachesAStatementThatWaitsForAnotherWriter) {
  World world;
  Talk writer(world, 5, 8), waiting(world, 5, 8);
  writer.client->Send(Begin() + Query("CREATE (:X)") + Pull());
  writer.client->Answers(3);
  waiting.client->Send(Query("CREATE (:Y)") + Pull());
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  waiting.client->Send(ResetMessage());
  EXPECT_EQ(waiting.client->Answers(3)[2], "SUCCESS {}");
  EXPECT_TRUE(Starts(writer.Say(Commit()), "SUCCESS"));
}

TEST(BoltConnection, AClientThatLeavesStopsItsQueryAndItsTransaction) {
  World world;
  {
    Talk talk(world, 5, 8);
    talk.client->Send(Begin() + Query("CREATE (:X)") + Pull() + Query(kEndless) + Pull());
    talk.client->Answers(3);
  }  // returns: the connection ended
  Talk talk(world, 5, 8);
  talk.client->Send(Query("CREATE (:Y)") + Pull() + Query("MATCH (n) RETURN count(n) AS n") + Pull());
  EXPECT_EQ(talk.client->Answers(4)[3], "RECORD [1]");
}

TEST(BoltConnection, DatabasesModesAndMetadata) {
  World world;
  Talk talk(world, 5, 8);
  const auto with = [](const char* key, const char* value) { return [=](PackWriter& p) { p.Entry(key, value); }; };
  for (const char* name : {"liantu", "neo4j"}) {
    talk.client->Send(Query("RETURN 1", 1, with("db", name)) + Pull());
    EXPECT_TRUE(Has(talk.client->Answers(3)[2], Text("db: '", name, "'")));
  }
  EXPECT_TRUE(Has(talk.Say(Query("RETURN 1", 1, with("db", "system"))), "Neo.ClientError.Database.DatabaseNotFound"));
  talk.Say(ResetMessage());
  EXPECT_TRUE(Starts(talk.Say(Query("CREATE ()", 1, with("mode", "r"))), "FAILURE"));
  talk.Say(ResetMessage());
  EXPECT_TRUE(Has(talk.Say(Begin(1, with("imp_user", "eve"))), "imp_user"));
  talk.Say(ResetMessage());
  EXPECT_TRUE(Has(talk.Say(Begin(1, [](PackWriter& p) {
    p.String("tx_metadata");
    p.Map(2);
    p.Entry("app", "test");
    p.Entry("as_of", "no day");
  })), "tx_metadata.as_of"));
  talk.Say(ResetMessage());
  EXPECT_TRUE(Starts(talk.Say(Begin(2, [](PackWriter& p) {
    p.String("tx_metadata");
    p.Map(3);
    p.Entry("app", "test");
    p.Entry("as_of", "2025-09-11");
    p.Entry("predicted", true);
    p.String("bookmarks");
    p.List(1);
    p.String("liantu:batch:1");
  })), "SUCCESS"));
}

TEST(BoltConnection, RouteNamesTheAddressThatTheClientUsed) {
  World world;
  Talk talk(world, 5, 8);
  const auto route = [](const char* address) {
    return Message(0x66, 3, [=](PackWriter& p) {
      p.Map(address ? 1 : 0);
      if (address) p.Entry("address", address);
      p.List(0);
      p.Map(0);
    });
  };
  EXPECT_EQ(talk.Say(route(nullptr)), "SUCCESS {rt: {ttl: 300, db: 'liantu', servers: [{addresses: ['127.0.0.1:7687'], role: 'ROUTE'}, "
                                      "{addresses: ['127.0.0.1:7687'], role: 'READ'}, {addresses: ['127.0.0.1:7687'], role: 'WRITE'}]}}");
  EXPECT_TRUE(Has(talk.Say(route("localhost:1234")), "addresses: ['localhost:1234']"));
}

TEST(BoltConnection, LogOffAndLogOnAgain) {
  World world;
  Talk talk(world, 5, 4);
  talk.client->Send(Message(0x6B) + LogOn() + Query("RETURN 1 AS n") + Pull() + Message(0x54, 1, [](PackWriter& p) { p.Integer(1); }));
  const auto answers = talk.client->Answers(6);
  EXPECT_EQ(answers[0], "SUCCESS {}");
  EXPECT_EQ(answers[1], "SUCCESS {}");
  EXPECT_EQ(answers[3], "RECORD [1]");
  EXPECT_EQ(answers[5], "SUCCESS {}");
}

// ---- the server

TEST(BoltServer, AddressesAreReadAndOthersThanLoopbackRefused) {
  EXPECT_EQ(ParseEndpoint("127.0.0.1:7687")->port, 7687);
  EXPECT_EQ(ParseEndpoint("[::1]:0")->host, "::1");
  EXPECT_EQ(ParseEndpoint("7000")->host, "127.0.0.1");
  EXPECT_EQ(ParseEndpoint(":7000")->port, 7000);
  for (const char* text : {"", "host:", "host:x", "a:b:1", "127.0.0.1:70000", "127.0.0.1:-1"}) EXPECT_EQ(ParseEndpoint(text).code(), Code::kInvalid) << text;
  World world;
  for (const char* host : {"0.0.0.0", "::", "10.0.0.1", "example.org"}) {
    EXPECT_EQ(BoltServer::Listen({host, 0}, *world.engine, world.settings).status().code(), Code::kInvalid) << host;
  }
}

TEST(BoltServer, ServesSeveralClientsTurnsTooManyAwayAndStopsWhileTheyAreBusy) {
  World world;
  world.settings.address.clear();
  auto server = BoltServer::Listen({"127.0.0.1", 0}, *world.engine, world.settings, /*max_connections=*/3);
  ASSERT_TRUE(server.ok()) << server.status().message();
  EXPECT_EQ((*server)->address(), Text("127.0.0.1:", (*server)->port()));
  std::thread serving([&] { (*server)->Run(/*watch_signals=*/false); });
  const auto connect_to = [&] {
    const int handle = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons((*server)->port());
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(handle, reinterpret_cast<sockaddr*>(&at), sizeof at), 0);
    return std::make_unique<RawClient>(handle);
  };
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(connect_to());
    clients.back()->Send(HandshakeFor(5, 8) + Hello() + LogOn() + Query("RETURN 1 AS n") + Pull());
    EXPECT_EQ(clients.back()->Receive(4).size(), 4u);
    EXPECT_EQ(clients.back()->Answers(5)[3], "RECORD [1]");
  }
  EXPECT_EQ(connect_to()->Receive(4), "");
  clients[0]->Send(Query(kEndless) + Pull());
  clients[1]->Send(Begin() + Query("CREATE (:X)") + Pull());
  clients[1]->Answers(3);
  (*server)->Stop();
  serving.join();
  EXPECT_EQ(clients[2]->Answer(), "closed");
  auto view = world.database->Read();
  ASSERT_TRUE(view.ok());
  EXPECT_EQ(*view->NodeCount(), 0u);
}

}  // namespace
}  // namespace liantu::server
