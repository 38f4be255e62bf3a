// SPDX-License-Identifier: Apache-2.0
// serve: the store for drivers and tools, over Bolt.
#include <iostream>

#include "cli/command.h"
#include "query/session.h"
#include "server/bolt_server.h"
#include "server/test_procedures.h"

namespace liantu::cli {

namespace {

Status Serve(const Invocation& call) {
  LT_TRY(call.Arguments(0));
  auto endpoint = server::ParseEndpoint(call.String("bolt"));
  if (!endpoint.ok()) return UsageError("--bolt: " + endpoint.status().message());
  server::BoltSettings settings{.agent = call.Has("bolt-agent") ? call.String("bolt-agent") : Text("Liantu/", LIANTU_VERSION), .csv_folders = call.All("csv")};
  if (call.Has("timeout")) {
    LT_ASSIGN(const int64_t seconds, call.Integer("timeout", 1, 1'000'000));
    settings.timeout_ms = static_cast<uint64_t>(seconds) * 1000;
  }
  if (call.Has("memory")) {
    LT_ASSIGN(settings.max_bytes, call.Bytes("memory"));
  }
  LT_ASSIGN(auto ontology, LoadOntology(call.String("schema")));
  LT_ASSIGN(auto db, call.OpenForWriting(call.Has("create"), std::move(ontology)));
  auto procedures = AllProcedures(*db);
  if (call.Has("test-procedures")) LT_TRY(server::OfferTestProcedures(*procedures));
  query::Engine engine(*db, procedures);
  auto listening = server::BoltServer::Listen(*endpoint, engine, std::move(settings));
  if (listening.code() == Code::kInvalid) return UsageError("--bolt: " + listening.status().message());
  LT_TRY(listening.status());
  std::cout << "bolt://" << (*listening)->address() << std::endl;
  (*listening)->Run(/*watch_signals=*/true);
  return {};
}

}  // namespace

Command ServeCommand() {
  return {.name = "serve", .usage = "serve [--bolt HOST:PORT] [--create]", .en = "Serve the store to drivers and tools over Bolt, on this machine only, until Ctrl-C; prints the address when ready",
          .zh = "通过 Bolt 协议向本机的驱动和工具提供图库,按 Ctrl-C 结束;就绪后打印地址", .example = "liantu serve --bolt 127.0.0.1:7687",
          .options = {{"bolt", "HOST:PORT", "127.0.0.1:7687", "where to listen; port 0 takes any that is free", "监听地址;端口 0 表示任选空闲端口"},
                      {"bolt-agent", "NAME", nullptr, "how the server calls itself; some Java tools insist on Neo4j/… (default: Liantu/VERSION)", "服务器自称;某些 Java 工具要求 Neo4j/…(默认 Liantu/版本)"},
                      {"create", nullptr, nullptr, "make the store if there is none", "图库不存在时新建"},
                      {"schema", "NAME", "industry", "ontology of a new store: industry, none or a JSON file", "新图库的本体:industry、none 或 JSON 文件"},
                      {"memory", "BYTES", nullptr, "what a statement may hold at most, e.g. 2G", "一条语句最多占用的内存,如 2G"},
                      {"csv", "FOLDER", nullptr, "LOAD CSV may read below this folder (may be repeated)", "LOAD CSV 可读取该文件夹(可重复)"},
                      {"test-procedures", nullptr, nullptr, "offer liantu.test.register(step, columns, rows), which makes procedures out of tables (openCypher's TCK)",
                       "提供 liantu.test.register(step, columns, rows),由表格生成过程(openCypher TCK 测试用)"}},
          .reads_store = true, .run = Serve};
}

}  // namespace liantu::cli
