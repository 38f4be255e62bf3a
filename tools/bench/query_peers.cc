// SPDX-License-Identifier: Apache-2.0
// Nine queries over a synthetic industrial graph, through the query engine in process, beside SQLite (its C library,
// prepared statements) and hand-written arrays, on the same data in the same run; every answer is compared.
//
//   bench_query [--nodes N] [--csv DIR] [--work DIR] [--only TASK,…] [--seconds S]
//
// --csv: files in neo4j-admin form with a workload.tsv beside the folder; without it a graph of N nodes (default 100,000) and
// about ten times as many edges is made up here. --work: where the stores are built and kept (default: a temp folder by size).
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <numeric>
#include <set>
#include <sstream>
#include <string>
#include <unordered_map>
#include <vector>

#include "graph/database.h"
#include "query/session.h"

namespace {

using liantu::graph::NodeId;
namespace graph = liantu::graph;
namespace query = liantu::query;

double Now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

[[noreturn]] void Die(const std::string& message) {
  std::fprintf(stderr, "%s\n", message.c_str());
  std::exit(1);
}
template <class T>
T Must(liantu::Result<T> result) {
  if (!result.ok()) Die(result.status().message());
  return *std::move(result);
}

// ---- the data

enum Label { kCity, kDistrict, kPark, kCompany, kLabels };
const char* const kLabelNames[] = {"City", "District", "Park", "Company"};
struct Ends { uint32_t from, to; };
struct Data {
  std::vector<std::string> key, name;  // by node
  std::vector<uint8_t> label;
  std::vector<int64_t> capital, founded;
  std::vector<Ends> supplies, hosts, located;
  std::vector<int64_t> weight;
  std::map<std::string, std::vector<std::vector<std::string>>> work;
};

struct Random {
  uint64_t state;
  uint64_t Next() {
    uint64_t x = state += 0x9E3779B97F4A7C15ull;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
    return x ^ (x >> 31);
  }
  double Unit() { return static_cast<double>(Next() >> 11) * 0x1p-53; }
  uint32_t Below(uint32_t n) { return static_cast<uint32_t>(Unit() * n); }
};

Data MakeUp(uint32_t nodes) {
  Data d;
  Random r{nodes};
  const uint32_t cities = 337, districts = std::max(400u, nodes / 400), parks = std::max(500u, nodes / 50);
  const auto add = [&](Label label, const std::string& name) {
    d.key.push_back(liantu::Text(kLabelNames[label][0], d.key.size()));
    d.name.push_back(liantu::Text(name, d.key.size()));
    d.label.push_back(label);
    d.capital.push_back(100 + r.Below(100000));
    d.founded.push_back(1950 + r.Below(75));
    return static_cast<uint32_t>(d.key.size() - 1);
  };
  std::vector<uint32_t> city, district, company, city_of;
  for (uint32_t i = 0; i < cities; ++i) city.push_back(add(kCity, "城市"));
  for (uint32_t i = 0; i < districts; ++i) {
    district.push_back(add(kDistrict, "区"));
    d.located.push_back({district.back(), city[static_cast<uint32_t>(cities * std::pow(r.Unit(), 1.8))]});
  }
  std::map<uint32_t, uint32_t> above;
  for (const Ends& e : d.located) above[e.from] = e.to;
  std::vector<uint32_t> park;
  std::map<uint32_t, std::vector<uint32_t>> parks_in;
  for (uint32_t i = 0; i < parks; ++i) {
    park.push_back(add(kPark, "产业园"));
    const uint32_t place = district[r.Below(districts)];
    d.located.push_back({park.back(), place});
    parks_in[above[place]].push_back(park.back());
  }
  std::map<uint32_t, std::vector<uint32_t>> companies_in;
  while (d.key.size() < nodes) {
    company.push_back(add(kCompany, "有限公司"));
    const uint32_t place = district[static_cast<uint32_t>(districts * std::pow(r.Unit(), 1.5))];
    d.located.push_back({company.back(), place});
    companies_in[above[place]].push_back(company.back());
    city_of.push_back(above[place]);
    const auto& near = parks_in[above[place]];
    if (!near.empty() && r.Unit() < 0.6) d.hosts.push_back({near[r.Below(static_cast<uint32_t>(near.size()))], company.back()});
  }
  std::vector<uint32_t> by_size(company.size());
  std::iota(by_size.begin(), by_size.end(), 0u);
  for (size_t i = by_size.size(); i > 1; --i) std::swap(by_size[i - 1], by_size[r.Below(static_cast<uint32_t>(i))]);
  const auto large = [&](double power) { return by_size[static_cast<size_t>(static_cast<double>(by_size.size()) * std::pow(r.Unit(), power))]; };
  std::set<uint64_t> seen;
  for (uint64_t wanted = uint64_t{company.size()} * 67 / 10; seen.size() < wanted;) {
    const uint32_t buyer = large(2.5);
    uint32_t seller = company[large(2.0)];
    if (r.Unit() < 0.45) {
      const auto& near = companies_in[city_of[buyer]];
      seller = near[static_cast<size_t>(static_cast<double>(near.size()) * std::pow(r.Unit(), 2.0))];
    }
    if (seller == company[buyer] || !seen.insert(uint64_t{seller} << 32 | company[buyer]).second) continue;
    d.supplies.push_back({seller, company[buyer]});
    d.weight.push_back(1 + r.Below(255));
  }
  const auto any = [&] { return d.key[company[r.Below(static_cast<uint32_t>(company.size()))]]; };
  const auto big = [&] { return d.key[company[large(2.0)]]; };
  for (int i = 0; i < 10000; ++i) d.work["lookup"].push_back({any()});
  for (int i = 0; i < 200; ++i) d.work["hop1"].push_back({big()});
  for (int i = 0; i < 50; ++i) d.work["tier1"].push_back({big()});
  for (int i = 0; i < 20; ++i) d.work["tier2"].push_back({big()});
  for (int i = 0; i < 100; ++i) d.work["hop3walks"].push_back({any()});
  for (int i = 0; i < 100; ++i) d.work["hop3distinct"].push_back({any()});
  for (int i = 0; i < 50; ++i) d.work["spath"].push_back({any(), any()});
  for (int i = 0; i < 300; ++i) d.work["insert"].push_back({any(), any(), std::to_string(1 + r.Below(255))});
  d.work["linkage"].push_back({});
  return d;
}

// Simple CSV: the files quote nothing that holds a comma.
void ReadLines(const std::string& path, const std::function<void(const std::vector<std::string_view>&)>& row) {
  std::ifstream in(path);
  if (!in) Die("cannot read " + path);
  std::string line;
  std::vector<std::string_view> cells;
  std::getline(in, line);
  while (std::getline(in, line)) {
    cells.clear();
    size_t at = 0;
    while (true) {
      const size_t end = line.find(',', at);
      cells.push_back(std::string_view(line).substr(at, end == std::string::npos ? end : end - at));
      if (end == std::string::npos) break;
      at = end + 1;
    }
    row(cells);
  }
}

Data FromCsv(const std::string& folder) {
  Data d;
  std::unordered_map<std::string, uint32_t> node;
  for (int label = 0; label < kLabels; ++label) {
    ReadLines(folder + "/" + kLabelNames[label] + ".csv", [&](const auto& c) {
      node.emplace(std::string(c[0]), static_cast<uint32_t>(d.key.size()));
      d.key.emplace_back(c[0]);
      d.name.emplace_back(c[1]);
      d.label.push_back(static_cast<uint8_t>(label));
      d.capital.push_back(label == kCompany ? std::stoll(std::string(c[2])) : 0);
      d.founded.push_back(label == kCompany ? std::stoll(std::string(c[3])) : 0);
    });
  }
  const auto edges = [&](const char* file, std::vector<Ends>& out, std::vector<int64_t>* weight) {
    ReadLines(folder + "/" + file + ".csv", [&](const auto& c) {
      out.push_back({node.at(std::string(c[0])), node.at(std::string(c[1]))});
      if (weight) weight->push_back(std::stoll(std::string(c[2])));
    });
  };
  for (const char* file : {"LOCATED_IN_District_City", "LOCATED_IN_Park_District", "LOCATED_IN_Company_District"}) edges(file, d.located, nullptr);
  edges("HOSTS", d.hosts, nullptr);
  edges("SUPPLIES", d.supplies, &d.weight);
  std::ifstream in(std::filesystem::path(folder).parent_path() / "workload.tsv");
  std::string line;
  while (std::getline(in, line)) {
    std::vector<std::string> cells;
    std::stringstream cut(line);
    for (std::string cell; std::getline(cut, cell, '\t');) cells.push_back(cell);
    d.work[cells[0]].emplace_back(cells.begin() + 1, cells.end());
  }
  return d;
}

// ---- one peer: an answer as text for each task and its arguments

using Args = std::vector<std::string>;
struct Peer {
  std::string name;
  std::map<std::string, std::function<std::string(const Args&)>> tasks;
};

std::string Joined(std::vector<std::string> parts) {
  std::sort(parts.begin(), parts.end());
  std::string out;
  for (const std::string& part : parts) out += part + ";";
  return out;
}

// ---- arrays

struct Rows {
  std::vector<uint32_t> begin, to;
  Rows(const std::vector<Ends>& edges, size_t n, bool turned) : begin(n + 1), to(edges.size()) {
    for (const Ends& e : edges) ++begin[(turned ? e.to : e.from) + 1];
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
    std::vector<uint32_t> at(begin.begin(), begin.end() - 1);
    for (const Ends& e : edges) to[at[turned ? e.to : e.from]++] = turned ? e.from : e.to;
  }
  std::span<const uint32_t> operator[](uint32_t v) const { return {to.data() + begin[v], to.data() + begin[v + 1]}; }
};

Peer Arrays(const Data& d) {
  const size_t n = d.key.size();
  struct State {
    const Data& d;
    Rows out, in, hosts;
    std::vector<uint32_t> up, mark, mark2;
    std::unordered_map<std::string_view, uint32_t> find;
    uint32_t epoch = 0;
  };
  auto s = std::make_shared<State>(State{d, Rows(d.supplies, n, false), Rows(d.supplies, n, true), Rows(d.hosts, n, true), std::vector<uint32_t>(n), std::vector<uint32_t>(n), std::vector<uint32_t>(n), {}});
  for (const Ends& e : d.located) s->up[e.from] = e.to;
  for (uint32_t v = 0; v < n; ++v) s->find.emplace(d.key[v], v);
  const auto reach = [s](uint32_t start, const Rows& rows, int hops) {
    ++s->epoch;
    std::vector<uint32_t> all{start};
    s->mark[start] = s->epoch;
    size_t at = 0;
    for (int h = 0; h < hops; ++h) {
      for (const size_t end = all.size(); at < end; ++at) {
        for (const uint32_t w : rows[all[at]]) {
          if (s->mark[w] != s->epoch) {
            s->mark[w] = s->epoch;
            all.push_back(w);
          }
        }
      }
    }
    return all;
  };
  const auto tier = [s, reach](const Args& a, int hops) {
    const auto companies = reach(s->find.at(a[0]), s->in, hops);
    std::vector<std::pair<uint32_t, uint32_t>> parks, firms;
    for (const uint32_t c : companies) {
      for (const uint32_t p : s->hosts[c]) {
        const uint32_t city = s->up[s->up[p]];
        if (s->mark2[p] != s->epoch) {
          s->mark2[p] = s->epoch;
          parks.emplace_back(city, p);
        }
        firms.emplace_back(city, c);
      }
    }
    std::sort(firms.begin(), firms.end());
    firms.erase(std::unique(firms.begin(), firms.end()), firms.end());
    std::map<uint32_t, std::pair<int, int>> count;
    for (const auto& p : parks) ++count[p.first].first;
    for (const auto& f : firms) ++count[f.first].second;
    std::vector<std::string> rows;
    for (const auto& [city, c] : count) rows.push_back(liantu::Text(s->d.key[city], ":", c.first, ":", c.second));
    return Joined(rows);
  };
  Peer peer{"arrays", {}};
  peer.tasks["lookup"] = [s](const Args& a) { return s->d.name[s->find.at(a[0])]; };
  peer.tasks["hop1"] = [s](const Args& a) {
    std::vector<std::string> parks;
    for (const uint32_t p : s->hosts[s->find.at(a[0])]) parks.push_back(s->d.key[p]);
    return Joined(parks);
  };
  peer.tasks["tier1"] = [tier](const Args& a) { return tier(a, 1); };
  peer.tasks["tier2"] = [tier](const Args& a) { return tier(a, 2); };
  peer.tasks["hop3walks"] = [s](const Args& a) {
    // Trails: a walk may take an edge twice only as v -> w -> v -> w (no parallel edges, no loops here).
    const uint32_t v = s->find.at(a[0]);
    uint64_t count = 0;
    for (const uint32_t w : s->out[v]) {
      for (const uint32_t x : s->out[w]) count += s->out[x].size() - (x == v ? 1 : 0);
    }
    return std::to_string(count);
  };
  peer.tasks["hop3distinct"] = [s, reach](const Args& a) { return std::to_string(reach(s->find.at(a[0]), s->out, 3).size() - 1); };
  peer.tasks["linkage"] = [s](const Args&) {
    const size_t n = s->d.key.size();
    uint32_t cities = 0;
    for (const uint8_t label : s->d.label) cities += label == kCity;
    std::vector<uint32_t> city(n);  // cities are the first nodes
    for (uint32_t v = 0; v < n; ++v) city[v] = s->d.label[v] == kCompany ? s->up[s->up[v]] : 0;
    std::vector<uint64_t> matrix(size_t{cities} * cities);
    for (uint32_t v = 0; v < n; ++v) {
      for (const uint32_t w : s->out[v]) ++matrix[size_t{city[v]} * cities + city[w]];
    }
    uint64_t rows = 0, sum = 0, check = 0;
    for (uint32_t i = 0; i < cities; ++i) {
      for (uint32_t j = 0; j < cities; ++j) {
        const uint64_t x = matrix[size_t{i} * cities + j];
        rows += x > 0;
        sum += x;
        check += x * ((std::hash<std::string>()(s->d.key[i]) % 1009 * 10007 + std::hash<std::string>()(s->d.key[j]) % 10007) % 1000003);
      }
    }
    return liantu::Text(rows, ":", sum, ":", check);
  };
  peer.tasks["spath"] = [s](const Args& a) {
    const uint32_t v = s->find.at(a[0]), w = s->find.at(a[1]);
    if (v == w) return std::string("-1");  // no path of length 0 was asked for
    const uint32_t ahead = ++s->epoch, behind = ++s->epoch;
    std::vector<uint32_t> front{v}, rear{w}, next;
    s->mark[v] = ahead;
    s->mark[w] = behind;
    int length = 0;
    while (!front.empty() && !rear.empty()) {
      const bool forward = front.size() <= rear.size();
      next.clear();
      ++length;
      for (const uint32_t x : forward ? front : rear) {
        for (const uint32_t y : forward ? s->out[x] : s->in[x]) {
          if (s->mark[y] == (forward ? behind : ahead)) return std::to_string(length);
          if (s->mark[y] != (forward ? ahead : behind)) {
            s->mark[y] = forward ? ahead : behind;
            next.push_back(y);
          }
        }
      }
      (forward ? front : rear).swap(next);
    }
    return std::string("-1");
  };
  return peer;
}

// ---- SQLite

struct Sqlite {
  sqlite3* db = nullptr;
  std::map<std::string, sqlite3_stmt*> prepared;
  ~Sqlite() {
    for (auto& [text, statement] : prepared) sqlite3_finalize(statement);
    sqlite3_close(db);
  }
  void Exec(const std::string& sql) {
    char* error = nullptr;
    if (sqlite3_exec(db, sql.c_str(), nullptr, nullptr, &error) != SQLITE_OK) Die("sqlite: " + std::string(error ? error : "?") + "\n" + sql);
  }
  sqlite3_stmt* Prepare(const std::string& sql) {
    sqlite3_stmt*& statement = prepared[sql];
    if (statement == nullptr && sqlite3_prepare_v2(db, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) Die(std::string("sqlite: ") + sqlite3_errmsg(db) + "\n" + sql);
    return statement;
  }
  // Every row's cells as text.
  void Query(const std::string& sql, const Args& args, const std::function<void(sqlite3_stmt*)>& row) {
    sqlite3_stmt* statement = Prepare(sql);
    sqlite3_reset(statement);
    for (size_t i = 0; i < args.size() && static_cast<int>(i) < sqlite3_bind_parameter_count(statement); ++i) {
      sqlite3_bind_text(statement, static_cast<int>(i + 1), args[i].data(), static_cast<int>(args[i].size()), SQLITE_STATIC);
    }
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) row(statement);
    if (code != SQLITE_DONE && code != SQLITE_INTERRUPT) Die(std::string("sqlite: ") + sqlite3_errmsg(db));
    sqlite3_reset(statement);
  }
};

std::string Cell(sqlite3_stmt* row, int i) { return reinterpret_cast<const char*>(sqlite3_column_text(row, i)); }

double BuildSqlite(const Data& d, const std::string& path) {
  const double start = Now();
  Sqlite s;
  if (sqlite3_open(path.c_str(), &s.db) != SQLITE_OK) Die("cannot open " + path);
  s.Exec("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN");
  for (const char* label : kLabelNames) s.Exec(liantu::Text("CREATE TABLE ", label, "(k INTEGER PRIMARY KEY, id TEXT, name TEXT, capital INT, founded INT, up INT)"));
  std::vector<int64_t> up(d.key.size(), -1);
  for (const Ends& e : d.located) up[e.from] = e.to;
  for (size_t v = 0; v < d.key.size(); ++v) {
    sqlite3_stmt* insert = s.Prepare(liantu::Text("INSERT INTO ", kLabelNames[d.label[v]], " VALUES(?,?,?,?,?,?)"));
    sqlite3_bind_int64(insert, 1, static_cast<int64_t>(v));
    sqlite3_bind_text(insert, 2, d.key[v].data(), static_cast<int>(d.key[v].size()), SQLITE_STATIC);
    sqlite3_bind_text(insert, 3, d.name[v].data(), static_cast<int>(d.name[v].size()), SQLITE_STATIC);
    sqlite3_bind_int64(insert, 4, d.capital[v]);
    sqlite3_bind_int64(insert, 5, d.founded[v]);
    sqlite3_bind_int64(insert, 6, up[v]);
    if (sqlite3_step(insert) != SQLITE_DONE) Die("sqlite insert");
    sqlite3_reset(insert);
  }
  for (const char* label : kLabelNames) s.Exec(liantu::Text("CREATE UNIQUE INDEX ", label, "_id ON ", label, "(id)"));
  for (const auto& [table, edges] : {std::pair<const char*, const std::vector<Ends>*>{"supplies", &d.supplies}, {"hosts", &d.hosts}}) {
    s.Exec(liantu::Text("CREATE TABLE ", table, "(src INT, dst INT, weight INT, PRIMARY KEY(src, dst)) WITHOUT ROWID"));
    std::vector<size_t> order(edges->size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return std::pair((*edges)[a].from, (*edges)[a].to) < std::pair((*edges)[b].from, (*edges)[b].to); });
    sqlite3_stmt* insert = s.Prepare(liantu::Text("INSERT INTO ", table, " VALUES(?,?,?)"));
    for (const size_t i : order) {
      sqlite3_bind_int64(insert, 1, (*edges)[i].from);
      sqlite3_bind_int64(insert, 2, (*edges)[i].to);
      sqlite3_bind_int64(insert, 3, edges == &d.supplies ? d.weight[i] : 0);
      if (sqlite3_step(insert) != SQLITE_DONE) Die("sqlite insert");
      sqlite3_reset(insert);
    }
    s.Exec(liantu::Text("CREATE INDEX ", table, "_back ON ", table, "(dst, src)"));
  }
  // What the insert task adds goes into a table of its own, so that the answers of the others stay the same.
  s.Exec("CREATE TABLE ordered(src INT, dst INT, weight INT); CREATE INDEX ordered_out ON ordered(src, dst); CREATE INDEX ordered_back ON ordered(dst, src)");
  s.Exec("COMMIT; PRAGMA journal_mode=WAL; ANALYZE");
  return Now() - start;
}

Peer SqlitePeer(const std::string& path) {
  auto s = std::make_shared<Sqlite>();
  if (sqlite3_open(path.c_str(), &s->db) != SQLITE_OK) Die("cannot open " + path);
  s->Exec("PRAGMA cache_size=-1000000; PRAGMA mmap_size=4000000000; PRAGMA synchronous=FULL");
  const auto reach = [](bool in, int hops) {
    return liantu::Text("WITH RECURSIVE r(v,d) AS (SELECT k,0 FROM Company WHERE id=?1 UNION SELECT s.", in ? "src" : "dst", ",r.d+1 FROM r JOIN supplies s ON s.",
                        in ? "dst" : "src", "=r.v WHERE r.d<", hops, ")");
  };
  const std::string cities =
      ", st AS MATERIALIZED (SELECT DISTINCT v FROM r) SELECT ct.id, count(DISTINCT h.src), count(DISTINCT h.dst) FROM st CROSS JOIN hosts h ON h.dst=st.v "
      "CROSS JOIN Park p ON p.k=h.src CROSS JOIN District d ON d.k=p.up CROSS JOIN City ct ON ct.k=d.up GROUP BY ct.id";
  Peer peer{"sqlite", {}};
  const auto one = [s](std::string sql, std::string none) {
    return [s, sql, none](const Args& a) {
      std::string out = none;
      s->Query(sql, a, [&](sqlite3_stmt* row) { out = Cell(row, 0); });
      return out;
    };
  };
  const auto many = [s](std::string sql) {
    return [s, sql](const Args& a) {
      std::vector<std::string> rows;
      s->Query(sql, a, [&](sqlite3_stmt* row) {
        std::string line = Cell(row, 0);
        for (int i = 1; i < sqlite3_column_count(row); ++i) line += ":" + Cell(row, i);
        rows.push_back(line);
      });
      return Joined(rows);
    };
  };
  peer.tasks["lookup"] = one("SELECT name, capital, founded FROM Company WHERE id=?1", "");
  peer.tasks["hop1"] = many("SELECT p.id FROM Company c JOIN hosts h ON h.dst=c.k JOIN Park p ON p.k=h.src WHERE c.id=?1");
  peer.tasks["tier1"] = many(reach(true, 1) + cities);
  peer.tasks["tier2"] = many(reach(true, 2) + cities);
  peer.tasks["hop3walks"] = one("SELECT count(*) FROM Company c CROSS JOIN supplies a ON a.src=c.k CROSS JOIN supplies b ON b.src=a.dst CROSS JOIN supplies d ON d.src=b.dst "
                                "WHERE c.id=?1 AND NOT (d.src=a.src AND d.dst=a.dst)", "");
  peer.tasks["hop3distinct"] = one(reach(false, 3) + " SELECT count(DISTINCT v)-1 FROM r", "");
  peer.tasks["linkage"] = [s](const Args&) {
    uint64_t rows = 0, sum = 0, check = 0;
    s->Query("SELECT x.id, y.id, count(*) FROM supplies s JOIN Company a ON a.k=s.src JOIN Company b ON b.k=s.dst JOIN District da ON da.k=a.up JOIN District dd ON dd.k=b.up "
             "JOIN City x ON x.k=da.up JOIN City y ON y.k=dd.up GROUP BY x.id, y.id", {}, [&](sqlite3_stmt* row) {
      const auto count = static_cast<uint64_t>(sqlite3_column_int64(row, 2));
      ++rows;
      sum += count;
      check += count * ((std::hash<std::string>()(Cell(row, 0)) % 1009 * 10007 + std::hash<std::string>()(Cell(row, 1)) % 10007) % 1000003);
    });
    return liantu::Text(rows, ":", sum, ":", check);
  };
  peer.tasks["spath"] = one("WITH RECURSIVE t AS (SELECT k FROM Company WHERE id=?2), r(v,d) AS (SELECT k,0 FROM Company WHERE id=?1 UNION SELECT s.dst,r.d+1 FROM r "
                            "JOIN supplies s ON s.src=r.v WHERE r.d<12) SELECT d FROM r WHERE v=(SELECT k FROM t) AND d>0 LIMIT 1", "-1");
  peer.tasks["insert"] = [s](const Args& a) {
    s->Query("INSERT INTO ordered SELECT a.k, b.k, ?3 FROM Company a, Company b WHERE a.id=?1 AND b.id=?2", a, [](sqlite3_stmt*) {});
    return std::string();
  };
  return peer;
}

// ---- liantu

double BuildLiantu(const Data& d, const std::string& path) {
  const double start = Now();
  auto db = Must(graph::Database::Open(path, {.create = true}));
  for (const char* label : kLabelNames) {  // as the other's unique indexes
    const liantu::Status made = db->CreateConstraint({.name = liantu::Text(label, "_key"), .of = label, .property = "key", .unique = true});
    if (!made.ok()) Die(made.message());
  }
  auto tx = Must(db->BeginBulk({.who = "bench", .origin = "bench"}, {}));
  std::vector<NodeId> id(d.key.size());
  for (size_t v = 0; v < d.key.size(); ++v) {
    graph::Properties properties{{"key", graph::Value(d.key[v])}, {"name", graph::Value(d.name[v])}};
    if (d.label[v] == kCompany) {
      properties.emplace_back("capital", graph::Value(d.capital[v]));
      properties.emplace_back("founded", graph::Value(d.founded[v]));
    }
    id[v] = Must(tx->CreateNode({kLabelNames[d.label[v]]}, properties, {}));
  }
  for (const Ends& e : d.located) Must(tx->CreateEdge("LOCATED_IN", id[e.from], id[e.to], {}, {}));
  for (const Ends& e : d.hosts) Must(tx->CreateEdge("HOSTS", id[e.from], id[e.to], {}, {}));
  for (size_t i = 0; i < d.supplies.size(); ++i) Must(tx->CreateEdge("SUPPLIES", id[d.supplies[i].from], id[d.supplies[i].to], {{"weight", graph::Value(d.weight[i])}}, {}));
  Must(tx->Commit());
  return Now() - start;
}

Peer LiantuPeer(const std::string& path) {
  struct State {
    std::unique_ptr<graph::Database> db;
    std::unique_ptr<query::Engine> engine;
    std::unique_ptr<query::Session> session;
    liantu::Budget budget;
  };
  auto s = std::make_shared<State>();
  s->db = Must(graph::Database::Open(path, {}));
  s->engine = std::make_unique<query::Engine>(*s->db, std::make_shared<query::ProcedureRegistry>());
  s->session = std::make_unique<query::Session>(*s->engine, query::SessionOptions{.who = "bench"});
  const auto rows = [s](const char* text, query::ValueMap parameters, const std::function<void(const std::vector<query::Value>&)>& each) {
    auto cursor = Must(s->session->Run(text, std::move(parameters), s->budget));
    std::vector<query::Value> row;
    while (Must(cursor->Next(row))) each(row);
  };
  const auto key = [](const Args& a) { return query::ValueMap{{"a", query::Value::String(a[0])}}; };
  const auto one = [rows, key](const char* text, std::string none) {
    return [=](const Args& a) {
      std::string out = none;
      query::ValueMap parameters = key(a);
      if (a.size() > 1) parameters.emplace_back("b", query::Value::String(a[1]));
      rows(text, std::move(parameters), [&](const auto& row) { out = query::ToText(row[0]); });
      return out;
    };
  };
  const auto many = [rows, key](const char* text) {
    return [=](const Args& a) {
      std::vector<std::string> lines;
      rows(text, key(a), [&](const auto& row) {
        std::string line = query::ToText(row[0]);
        for (size_t i = 1; i < row.size(); ++i) line += ":" + query::ToText(row[i]);
        lines.push_back(line);
      });
      return Joined(lines);
    };
  };
  Peer peer{"liantu", {}};
  peer.tasks["lookup"] = one("MATCH (c:Company {key: $a}) RETURN c.name, c.capital, c.founded", "");
  peer.tasks["hop1"] = many("MATCH (p:Park)-[:HOSTS]->(c:Company {key: $a}) RETURN p.key");
  peer.tasks["tier1"] = many("MATCH (l:Company {key: $a})<-[:SUPPLIES*0..1]-(s:Company) WITH DISTINCT s "
                             "MATCH (s)<-[:HOSTS]-(p:Park)-[:LOCATED_IN]->(:District)-[:LOCATED_IN]->(city:City) "
                             "WITH city, count(DISTINCT p) AS parks, count(DISTINCT s) AS companies RETURN city.key, parks, companies");
  peer.tasks["tier2"] = many("MATCH (l:Company {key: $a})<-[:SUPPLIES*0..2]-(s:Company) WITH DISTINCT s "
                             "MATCH (s)<-[:HOSTS]-(p:Park)-[:LOCATED_IN]->(:District)-[:LOCATED_IN]->(city:City) "
                             "WITH city, count(DISTINCT p) AS parks, count(DISTINCT s) AS companies RETURN city.key, parks, companies");
  peer.tasks["hop3walks"] = one("MATCH (a:Company {key: $a})-[:SUPPLIES]->(b:Company)-[:SUPPLIES]->(c:Company)-[:SUPPLIES]->(d:Company) RETURN count(*)", "");
  peer.tasks["hop3distinct"] = one("MATCH (a:Company {key: $a})-[:SUPPLIES*1..3]->(b:Company) WHERE b <> a RETURN count(DISTINCT b)", "");
  peer.tasks["linkage"] = [rows](const Args&) {
    uint64_t lines = 0, sum = 0, check = 0;
    rows("MATCH (x:City)<-[:LOCATED_IN]-(:District)<-[:LOCATED_IN]-(a:Company)-[:SUPPLIES]->(b:Company) "
         "MATCH (b)-[:LOCATED_IN]->(:District)-[:LOCATED_IN]->(y:City) "
         "WITH x, y, count(*) AS n RETURN x.key, y.key, n", {}, [&](const auto& row) {
      const auto count = static_cast<uint64_t>(row[2].integer());
      ++lines;
      sum += count;
      check += count * ((std::hash<std::string>()(row[0].string()) % 1009 * 10007 + std::hash<std::string>()(row[1].string()) % 10007) % 1000003);
    });
    return liantu::Text(lines, ":", sum, ":", check);
  };
  peer.tasks["spath"] = one("MATCH (a:Company {key: $a}), (b:Company {key: $b}), p = shortestPath((a)-[:SUPPLIES*]->(b)) RETURN length(p)", "-1");
  peer.tasks["insert"] = [rows](const Args& a) {
    rows("MATCH (a:Company {key: $a}), (b:Company {key: $b}) CREATE (a)-[:ORDERED {weight: $w}]->(b)",
         {{"a", query::Value::String(a[0])}, {"b", query::Value::String(a[1])}, {"w", query::Value::Integer(std::stoll(a[2]))}}, [](const auto&) {});
    return std::string();
  };
  return peer;
}

}  // namespace

int main(int argc, char** argv) {
  uint32_t nodes = 100000;
  std::string csv, work, only;
  double seconds = 10;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string option = argv[i];
    if (option == "--nodes") nodes = static_cast<uint32_t>(std::stoul(argv[i + 1]));
    else if (option == "--csv") csv = argv[i + 1];
    else if (option == "--work") work = argv[i + 1];
    else if (option == "--only") only = liantu::Text(",", argv[i + 1], ",");
    else if (option == "--seconds") seconds = std::stod(argv[i + 1]);
    else Die("unknown option " + option);
  }
  const Data data = csv.empty() ? MakeUp(nodes) : FromCsv(csv);
  if (work.empty()) work = (std::filesystem::temp_directory_path() / liantu::Text("liantu_bench_", data.key.size())).string();
  std::filesystem::create_directories(work);
  std::printf("%zu nodes, %zu SUPPLIES, %zu HOSTS, %zu LOCATED_IN\n", data.key.size(), data.supplies.size(), data.hosts.size(), data.located.size());
  if (!std::filesystem::exists(work + "/sqlite.db")) std::printf("sqlite built in %.1f s\n", BuildSqlite(data, work + "/sqlite.db"));
  if (!std::filesystem::exists(work + "/liantu.db")) std::printf("liantu built in %.1f s\n", BuildLiantu(data, work + "/liantu.db"));
  std::vector<Peer> peers{LiantuPeer(work + "/liantu.db"), SqlitePeer(work + "/sqlite.db"), Arrays(data)};
  // A store in use has its snapshots in memory; what the first query that wants one pays is told apart.
  if (only.empty() || only != ",insert,") {
    const double start = Now();
    peers[0].tasks["linkage"]({});
    std::printf("liantu: the first linkage, which builds snapshots, took %.1f s\n", Now() - start);
    for (int round = 0; round < 3; ++round) {
      for (const Args& args : data.work.at("tier2")) peers[0].tasks["tier2"](args);
    }
  }
  std::printf("%-13s %12s %12s %12s %10s %10s %10s   p50, ms\n", "task", "liantu", "sqlite", "arrays", "sq/liantu", "li/arrays", "worst");
  for (const std::string task : {"lookup", "hop1", "tier1", "tier2", "hop3walks", "hop3distinct", "linkage", "spath", "insert"}) {
    if (!only.empty() && only.find("," + task + ",") == std::string::npos) continue;
    std::vector<Args> items = data.work.at(task);
    if (task == "linkage") items.assign(5, {});
    std::vector<std::string> answers(items.size());
    double p50[3] = {0, 0, 0}, worst = 0;
    // The arrays first: their answers are the ones to meet. Then the others, warmed by two items (the first rounds build what
    // later ones find in memory), each within its time.
    for (const size_t which : {2u, 0u, 1u}) {
      Peer& peer = peers[which];
      if (!peer.tasks.contains(task)) continue;
      const auto& run = peer.tasks[task];
      if (which == 0 && task != "insert") {
        const double start = Now();
        for (int round = 0; round < 3; ++round) {
          for (size_t i = 0; i < items.size() && Now() - start < seconds; ++i) run(items[i]);
        }
      } else if (task != "linkage" && task != "insert") {
        for (size_t i = 0; i < std::min<size_t>(items.size(), which == 1 && task == "spath" ? 1 : items.size()); ++i) run(items[i]);
      }
      std::vector<double> times;
      size_t wrong = 0;
      const double start = Now();
      for (size_t i = 0; i < items.size() && (Now() - start < seconds || i == 0); ++i) {
        const double begin = Now();
        std::string answer = run(items[i]);
        times.push_back((Now() - begin) * 1e3);
        if (which == 2) {
          answers[i] = std::move(answer);
        } else if (task != "insert" && answer != answers[i]) {
          if (wrong++ == 0) std::printf("%s %s: found %.200s, expected %.200s\n", peer.name.c_str(), task.c_str(), answer.c_str(), answers[i].c_str());
        }
      }
      if (wrong > 0) std::printf("%s %s: %zu of %zu WRONG\n", peer.name.c_str(), task.c_str(), wrong, times.size());
      std::sort(times.begin(), times.end());
      p50[which] = times[times.size() / 2];
      if (which == 0) worst = times.back();
    }
    std::printf("%-13s %12.4f %12.4f %12.4f %10.2f %10.2f %10.3f\n", task.c_str(), p50[0], p50[1], p50[2], p50[1] / p50[0], p50[2] > 0 ? p50[0] / p50[2] : 0.0, worst);
    std::fflush(stdout);
  }
}
