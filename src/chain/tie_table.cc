// SPDX-License-Identifier: Apache-2.0
// The file: a line of text that names format and state, the number of companies and ties as 8 bytes each, then the columns one
// after the other in the machine's byte order, and a checksum of all that goes before.
#include "chain/tie_table.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <filesystem>
#include <thread>

#include "base/files.h"

namespace liantu::chain {

using graph::Direction;
using graph::EdgeId;
using graph::Neighbour;

namespace {

constexpr size_t kAtOnce = 8192;  // companies read together
constexpr const char* kPrefix = "ties-";

// Four lanes of multiply and rotate over words; the rest byte by byte.
uint64_t Checksum(std::string_view bytes) {
  constexpr uint64_t kOdd = 0x9E3779B97F4A7C15ull;
  uint64_t lanes[4] = {1, 2, 3, 4};
  size_t at = 0;
  for (; at + 32 <= bytes.size(); at += 32) {
    uint64_t words[4];
    std::memcpy(words, bytes.data() + at, 32);
    for (int i = 0; i < 4; ++i) {
      lanes[i] = (lanes[i] ^ words[i]) * kOdd;
      lanes[i] ^= lanes[i] >> 29;
    }
  }
  uint64_t sum = bytes.size();
  for (const uint64_t lane : lanes) sum = (sum ^ lane) * kOdd, sum ^= sum >> 32;
  for (; at < bytes.size(); ++at) sum = (sum ^ static_cast<unsigned char>(bytes[at])) * kOdd;
  return sum ^ (sum >> 32);
}

template <class T>
void Put(std::string& out, const std::vector<T>& column) {
  out.append(reinterpret_cast<const char*>(column.data()), column.size() * sizeof(T));
}
template <class T>
bool Take(std::string_view& in, size_t count, std::vector<T>& column) {
  if (count > in.size() / sizeof(T)) return false;
  column.resize(count);
  std::memcpy(static_cast<void*>(column.data()), in.data(), count * sizeof(T));
  in.remove_prefix(count * sizeof(T));
  return true;
}

// Counts of the state stand beside its sequence: a folder put in another's place is not taken for it.
Result<std::string> Heading(const graph::ReadView& view) {
  LT_ASSIGN(const uint64_t nodes, view.NodeCount());
  LT_ASSIGN(const uint64_t edges, view.EdgeCount());
  LT_ASSIGN(const uint64_t ties, view.EdgeCount(view.type("SUPPLIES")));
  LT_ASSIGN(const auto batches, view.Batches());
  const int64_t last = batches.empty() ? 0 : batches.back().time_ms;
  return Text("liantu ties 1; sequence ", view.sequence(), "; nodes ", nodes, "; edges ", edges, "; ties ", ties, "; batches ", batches.size(), "; last ", last, "\n");
}

}  // namespace

class TieTableMaker {
 public:
  TieTableMaker(Reader& reader, const Budget& budget) : reader_(reader), budget_(budget) {}

  Result<std::shared_ptr<const TieTable>> Run() {
    const graph::TypeId type = reader_.view().type("SUPPLIES");
    LT_ASSIGN(const uint64_t ties, type ? reader_.view().EdgeCount(type) : Result<uint64_t>(uint64_t{0}));
    const std::string folder = ties < kTiesWorthAFile ? std::string() : reader_.view().derived_folder();
    std::string path, heading;
    if (!folder.empty()) {
      LT_ASSIGN(heading, Heading(reader_.view()));
      path = Text(folder, "/", kPrefix, reader_.view().sequence());
      if (Load(path, heading)) return Done();
      table_ = std::make_shared<TieTable>();
    }
    LT_TRY(Companies());
    if (type) LT_TRY(Read(type));
    if (!path.empty()) Save(folder, path, heading).Ignore("the next question makes the table again");
    return Done();
  }

 private:
  std::shared_ptr<const TieTable> Done() { return std::move(table_); }

  Status Companies() {
    const graph::LabelId label = reader_.view().label("Company");
    if (!label) return {};
    return reader_.view().NodesWithLabel(label, {}, [&](NodeId id) {
      table_->companies_.push_back(id);
      return true;
    });
  }

  // In parts by several threads; what they found is put together in the order of the companies.
  Status Read(graph::TypeId type) {
    struct Part {
      std::vector<uint32_t> suppliers, customers;
      std::vector<EdgeId> edges;
      std::vector<uint8_t> marks;
      Status status;
    };
    const auto& companies = table_->companies_;
    const graph::ReadView& view = reader_.view();
    const graph::PropertyId status = view.property("status");
    std::vector<Part> parts((companies.size() + kAtOnce - 1) / kAtOnce);
    std::atomic<bool> stop{false};
    std::atomic<size_t> next{0};
    const auto read = [&](size_t p) {
      Part& part = parts[p];
      part.status = [&]() -> Status {
        LT_TRY(budget_.Check());
        const size_t begin = p * kAtOnce;
        const auto some = std::span(companies).subspan(begin, std::min(kAtOnce, companies.size() - begin));
        std::vector<NodeId> ends;
        LT_TRY(view.ExpandMany(some, Direction::kOut, std::span(&type, 1), [&](size_t i, const Neighbour& n) {
          part.suppliers.push_back(static_cast<uint32_t>(begin + i));
          part.edges.push_back(n.edge);
          ends.push_back(n.node);
          return true;
        }));
        LT_ASSIGN(const auto stored, view.GetEdges(part.edges));
        for (size_t i = 0; i < stored.size(); ++i) {
          const auto at = std::lower_bound(companies.begin(), companies.end(), ends[i]);
          part.customers.push_back(at == companies.end() || *at != ends[i] ? TieTable::kNone : static_cast<uint32_t>(at - companies.begin()));
          TieStrength strength = TieStrength::kFirm;
          bool planned = false;
          if (stored[i]) {
            const graph::Value* value = status ? stored[i]->Property(status) : nullptr;
            const std::string text = value ? graph::ToText(*value) : std::string();
            strength = StrengthOf(text, stored[i]->certainty);
            planned = strength == TieStrength::kWeak && (text == "planned" || stored[i]->certainty >= graph::Certainty::kPlanned);
          }
          part.marks.push_back(static_cast<uint8_t>(static_cast<uint8_t>(strength) | (planned ? 4 : 0)));
        }
        return {};
      }();
      if (!part.status.ok()) stop = true;
    };
    // Parts are taken one after the other by whoever is free; the first thread tells how far it is.
    const auto work = [&](bool first) {
      for (size_t p = next++; p < parts.size() && !stop; p = next++) {
        read(p);
        if (first) budget_.Progress(static_cast<double>(p) / static_cast<double>(parts.size()));
      }
    };
    std::vector<std::thread> others;
    for (unsigned t = 1; t < std::max(1u, std::thread::hardware_concurrency()); ++t) others.emplace_back(work, false);
    work(true);
    for (std::thread& other : others) other.join();
    for (Part& part : parts) {
      LT_TRY(part.status);
      table_->suppliers_.insert(table_->suppliers_.end(), part.suppliers.begin(), part.suppliers.end());
      table_->customers_.insert(table_->customers_.end(), part.customers.begin(), part.customers.end());
      table_->edges_.insert(table_->edges_.end(), part.edges.begin(), part.edges.end());
      table_->marks_.insert(table_->marks_.end(), part.marks.begin(), part.marks.end());
    }
    return {};
  }

  bool Load(const std::string& path, const std::string& heading) {
    if (!FileExists(path)) return false;
    const auto bytes = ReadFile(path);
    if (!bytes.ok() || bytes->size() < heading.size() + 24 || !bytes->starts_with(heading)) return false;
    const std::string_view all(*bytes);
    uint64_t sum = 0, companies = 0, ties = 0;
    std::memcpy(&sum, all.data() + all.size() - 8, 8);
    if (Checksum(all.substr(0, all.size() - 8)) != sum) return false;
    std::string_view in = all.substr(heading.size(), all.size() - 8 - heading.size());
    std::memcpy(&companies, in.data(), 8);
    std::memcpy(&ties, in.data() + 8, 8);
    in.remove_prefix(16);
    return Take(in, companies, table_->companies_) && Take(in, ties, table_->edges_) && Take(in, ties, table_->suppliers_) && Take(in, ties, table_->customers_) &&
           Take(in, ties, table_->marks_) && in.empty();
  }

  Status Save(const std::string& folder, const std::string& path, const std::string& heading) const {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return Status(Code::kIo, Text("cannot make '", folder, "': ", error.message()));
    std::string out = heading;
    out.reserve(heading.size() + 24 + table_->companies_.size() * 8 + table_->size() * 17);
    for (const uint64_t count : {uint64_t{table_->companies_.size()}, uint64_t{table_->size()}}) out.append(reinterpret_cast<const char*>(&count), 8);
    Put(out, table_->companies_);
    Put(out, table_->edges_);
    Put(out, table_->suppliers_);
    Put(out, table_->customers_);
    Put(out, table_->marks_);
    const uint64_t sum = Checksum(out);
    out.append(reinterpret_cast<const char*>(&sum), 8);
    LT_TRY(WriteFileAtomic(path, out));
    LT_ASSIGN(const auto files, ListFolder(folder));
    for (const std::string& name : files) {
      const std::string other = Text(folder, "/", name);
      if (name.starts_with(kPrefix) && other != path) std::filesystem::remove(other, error);
    }
    return {};
  }

  Reader& reader_;
  const Budget& budget_;
  std::shared_ptr<TieTable> table_ = std::make_shared<TieTable>();
};

Result<std::shared_ptr<const TieTable>> AllTies(Reader& reader, const Budget& budget) { return TieTableMaker(reader, budget).Run(); }

}  // namespace liantu::chain
