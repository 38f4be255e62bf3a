// SPDX-License-Identifier: Apache-2.0
// Makes the columns from the store, in parts by several threads, or takes them from the file.
#include "chain/network.h"

#include <algorithm>
#include <atomic>
#include <cinttypes>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <thread>
#include <unordered_map>

#include "base/bytes.h"
#include "base/files.h"
#include "chain/column_file.h"
#include "chain/network_changes.h"
#include "chain/seats.h"

namespace liantu::chain {

using graph::Direction;
using graph::EdgeId;
using graph::Neighbour;

namespace {

constexpr size_t kAtOnce = 8192;  // companies read together
constexpr const char* kPrefix = "network-";
constexpr const char* kEarlierPrefix = "ties-";  // what earlier versions kept here
constexpr uint32_t kManyStatuses = 31;           // a number from here on stands apart
constexpr int16_t kNoYear = INT16_MIN, kOddYear = INT16_MIN + 1;
// A question about fewer companies reads their records where the file is at hand, and one about a smaller share of all where it
// would have to be made.
constexpr uint64_t kFewCompanies = 500, kShare = 20;

struct RelationKind {
  const char* type;
  Direction direction;  // from the company
};
constexpr RelationKind kKinds[Network::kRelations] = {{"OPERATES_IN", Direction::kOut}, {"PRODUCES", Direction::kOut}, {"HOSTS", Direction::kIn},
                                                      {"MEMBER_OF", Direction::kOut},   {"LEADS", Direction::kOut},    {"OWNS", Direction::kOut},
                                                      {"DEVELOPS", Direction::kOut},    {"SIGNED", Direction::kOut}};

struct Odd {
  uint64_t tie;
  int64_t value;
};

std::vector<std::string_view> Texts(std::string_view bytes) {
  std::vector<std::string_view> texts;
  std::string_view text;
  while (!bytes.empty() && GetString(bytes, text)) texts.push_back(text);
  return texts;
}

// Counts of the state stand beside its sequence: a folder put in another's place is not taken for it.
struct Heading {
  uint64_t sequence = 0, nodes = 0, edges = 0, ties = 0, batches = 0;
  int64_t last = 0;  // when the last batch was committed

  static constexpr const char* kForm = "liantu network 2; sequence %" PRIu64 "; nodes %" PRIu64 "; edges %" PRIu64 "; ties %" PRIu64 "; batches %" PRIu64 "; last %" PRId64;

  static Result<Heading> Of(const graph::ReadView& view, const std::vector<graph::BatchInfo>& batches) {
    Heading h{.sequence = view.sequence(), .batches = batches.size(), .last = batches.empty() ? 0 : batches.back().time_ms};
    LT_ASSIGN(h.nodes, view.NodeCount());
    LT_ASSIGN(h.edges, view.EdgeCount());
    LT_ASSIGN(h.ties, view.EdgeCount(view.type("SUPPLIES")));
    return h;
  }
  // Of a file; nullopt where it has none.
  static std::optional<Heading> Read(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    char line[300] = {};
    Heading h;
    if (!file.getline(line, sizeof line) || std::sscanf(line, kForm, &h.sequence, &h.nodes, &h.edges, &h.ties, &h.batches, &h.last) != 6) return std::nullopt;
    return h;
  }
  std::string text() const {
    char line[300];
    std::snprintf(line, sizeof line, kForm, sequence, nodes, edges, ties, batches, last);
    return Text(std::string(line), "\n");
  }
};

// Texts in the order in which they were met, with their numbers.
class TextNumbers {
 public:
  uint32_t Of(const std::string& text) {
    const auto [it, fresh] = numbers_.try_emplace(text, static_cast<uint32_t>(numbers_.size()));
    if (fresh) texts_.push_back(text);
    return it->second;
  }
  const std::vector<std::string>& texts() const { return texts_; }

 private:
  std::unordered_map<std::string, uint32_t> numbers_;
  std::vector<std::string> texts_;
};

}  // namespace

uint32_t Network::Of(NodeId id) const {
  if (!direct_.empty()) return id.raw < ids_.front().raw || id.raw - ids_.front().raw >= direct_.size() ? kNone : direct_[id.raw - ids_.front().raw];
  if (ids_.empty() || id < ids_.front() || id > ids_.back()) return kNone;
  if (ids_.back().raw - ids_.front().raw + 1 == ids_.size()) return static_cast<uint32_t>(id.raw - ids_.front().raw);
  const auto it = std::lower_bound(ids_.begin(), ids_.end(), id);
  return *it == id ? static_cast<uint32_t>(it - ids_.begin()) : kNone;
}

uint32_t Network::status(size_t tie) const {
  const uint32_t number = marks_[tie] >> 3;
  if (number < kManyStatuses) return number;
  const auto odd = Column<Odd>(kOddStatuses);
  return static_cast<uint32_t>(std::lower_bound(odd.begin(), odd.end(), tie, [](const Odd& o, uint64_t t) { return o.tie < t; })->value);
}

std::optional<int64_t> Network::year(size_t tie) const {
  const int16_t year = Column<int16_t>(kYearOf)[tie];
  if (year == kNoYear) return std::nullopt;
  if (year != kOddYear) return year;
  const auto odd = Column<Odd>(kOddYears);
  return std::lower_bound(odd.begin(), odd.end(), tie, [](const Odd& o, uint64_t t) { return o.tie < t; })->value;
}

Network::Rows Network::rows(Relation relation) const {
  const size_t first = kRows + 3 * static_cast<size_t>(relation);
  return {Column<uint32_t>(first), Column<uint32_t>(first + 1), Column<NodeId>(first + 2)};
}

void Network::Ready() {
  if (ids_.empty()) {
    ids_ = Column<NodeId>(kIds);
    const uint64_t span = ids_.empty() ? 0 : ids_.back().raw - ids_.front().raw + 1;
    if (span > ids_.size() && span < 4 * ids_.size() + 1024) {
      auto direct = std::make_shared<std::vector<uint32_t>>(span, kNone);
      for (size_t i = 0; i < ids_.size(); ++i) (*direct)[ids_[i].raw - ids_.front().raw] = static_cast<uint32_t>(i);
      direct_ = *direct;
      owned_.push_back(std::move(direct));
    }
  }
  begin_ = Column<uint32_t>(kBegin);
  customers_ = Column<uint32_t>(kCustomers);
  marks_ = Column<uint8_t>(kMarks);
  edges32_ = Column<uint32_t>(kEdges32);
  edges64_ = Column<EdgeId>(kEdges64);
  products_ = Column<uint32_t>(kProductOf);
  if (!columns_[kFirstEdge].empty()) std::memcpy(&first_edge_, columns_[kFirstEdge].data(), sizeof first_edge_);
  if (statuses_.empty()) statuses_ = Texts(columns_[kStatuses]);
  if (texts_.empty()) texts_ = Texts(columns_[kTexts]);
}

class NetworkMaker {
 public:
  NetworkMaker(Reader& reader, const Budget& budget) : reader_(reader), view_(reader.view()), budget_(budget) {}

  enum class Making { kNever, kForTheFile, kAlways };

  Result<std::shared_ptr<const Network>> Run(uint64_t companies, uint32_t want, Making making) {
    std::shared_ptr<Network>& known = reader_.network();
    if (known && (known->have_ & want) == want) return std::shared_ptr<const Network>(known);
    const graph::TypeId supplies = view_.type("SUPPLIES");
    LT_ASSIGN(const uint64_t ties, supplies ? view_.EdgeCount(supplies) : Result<uint64_t>(uint64_t{0}));
    const graph::LabelId company = view_.label("Company");
    LT_ASSIGN(const uint64_t all, company ? view_.NodeCount(company) : Result<uint64_t>(uint64_t{0}));
    const std::string folder = ties < kTiesWorthAFile ? std::string() : view_.derived_folder();
    std::string path, heading;
    std::vector<graph::BatchInfo> batches;
    Heading now;
    if (!folder.empty()) {
      if (companies > 0 && companies < kFewCompanies) return std::shared_ptr<const Network>();
      LT_ASSIGN(batches, view_.Batches());
      LT_ASSIGN(now, Heading::Of(view_, batches));
      heading = now.text();
      path = Text(folder, "/", kPrefix, view_.sequence());
      if (known == nullptr) known = FromFile(path, heading);
      if (known && Take(*known, want)) return std::shared_ptr<const Network>(known);
    }
    const bool kept = !path.empty();
    if (making == Making::kNever || (making == Making::kForTheFile && !kept) || (companies > 0 && companies * kShare < all)) return std::shared_ptr<const Network>();
    if (kept || known == nullptr) known = std::make_shared<Network>();
    made_ = known;
    Status status;
    if (kept) status = TakeOverFromFile(folder, batches, now);
    if (status.ok()) status = Make(kept ? Network::kEverything : want);
    if (!status.ok()) {
      known = nullptr;
      return status;
    }
    if (kept) Save(folder, path, heading).Ignore("the next question makes the columns again");
    return std::shared_ptr<const Network>(known);
  }

 private:
  using Relation = Network::Relation;

  // --- the file

  std::shared_ptr<Network> FromFile(const std::string& path, const std::string& heading) {
    auto network = std::make_shared<Network>();
    network->file_ = ColumnFile::Open(path, heading, Network::kColumns);
    if (network->file_ == nullptr) return nullptr;
    for (const size_t number : {Network::kIds, Network::kOthers}) {
      if (!TakeColumn(*network, number)) return nullptr;
    }
    return network;
  }
  static bool TakeColumn(Network& network, size_t number) {
    if (!network.columns_[number].empty()) return true;
    const auto bytes = network.file_->Column(number);
    if (bytes) network.columns_[number] = *bytes;
    return bytes.has_value();
  }
  // False: something is not what was written.
  static bool Take(Network& network, uint32_t want) {
    if (network.file_ == nullptr) return false;
    std::vector<size_t> numbers;
    const auto add = [&](uint32_t what, std::initializer_list<size_t> columns) {
      if ((want & what) != 0 && (network.have_ & what) == 0) numbers.insert(numbers.end(), columns);
    };
    add(Network::kTies, {Network::kFirstEdge, Network::kBegin, Network::kCustomers, Network::kMarks, Network::kEdges32, Network::kEdges64, Network::kStatuses, Network::kOddStatuses});
    add(Network::kProducts, {Network::kProductOf, Network::kTexts});
    add(Network::kYears, {Network::kYearOf, Network::kOddYears});
    add(Network::kSeats, {Network::kSeatOf, Network::kLocations});
    add(Network::kProductNames, {Network::kNames, Network::kTexts});
    add(Network::kCertainties, {Network::kCertaintyOf});
    for (size_t r = 0; r < Network::kRelations; ++r) {
      const size_t first = Network::kRows + 3 * r;
      add(Network::WantOf(static_cast<Relation>(r)), {first, first + 1, first + 2});
    }
    for (const size_t number : numbers) {
      if (!TakeColumn(network, number)) return false;
    }
    network.have_ |= want;
    network.Ready();
    return true;
  }

  Status Save(const std::string& folder, const std::string& path, const std::string& heading) const {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return Status(Code::kIo, Text("cannot make '", folder, "': ", error.message()));
    LT_TRY(ColumnFile::Write(path, heading, {made_->columns_.begin(), made_->columns_.end()}));
    LT_ASSIGN(const auto files, ListFolder(folder));
    for (const std::string& name : files) {
      const std::string other = Text(folder, "/", name);
      if ((name.starts_with(kPrefix) || name.starts_with(kEarlierPrefix)) && other != path) std::filesystem::remove(other, error);
    }
    return {};
  }

  // --- taking over

  // The file of an earlier state says what has not changed since.
  Status TakeOverFromFile(const std::string& folder, const std::vector<graph::BatchInfo>& batches, const Heading& now) {
    const auto files = ListFolder(folder);
    if (!files.ok()) return {};  // it is not there yet
    std::optional<Heading> latest;
    std::string path;
    for (const std::string& name : *files) {
      if (!name.starts_with(kPrefix)) continue;
      const std::optional<Heading> heading = Heading::Read(Text(folder, "/", name));
      if (heading && heading->sequence < view_.sequence() && (!latest || heading->sequence > latest->sequence)) latest = heading, path = Text(folder, "/", name);
    }
    if (!latest || latest->batches == 0 || latest->batches > batches.size() || batches[latest->batches - 1].time_ms != latest->last) return {};
    auto earlier = FromFile(path, latest->text());
    if (earlier == nullptr || !Take(*earlier, Network::kEverything)) return {};
    const graph::ReadView before = view_.With({.as_known = batches[latest->batches - 1].id});
    LT_ASSIGN(const NetworkChanges changes, ChangesOfNetwork(before, view_, earlier->size() / kShare, budget_));
    const auto fits = [](uint64_t then, int64_t more, uint64_t count) { return then + static_cast<uint64_t>(more) == count; };
    if (!changes.one_by_one || !fits(latest->nodes, changes.nodes, now.nodes) || !fits(latest->edges, changes.edges, now.edges) || !fits(latest->ties, changes.ties, now.ties)) return {};
    TakeOver(std::move(earlier), changes);
    return {};
  }

 public:
  void TakeOver(std::shared_ptr<const Network> earlier, const NetworkChanges& changes) {
    const Network& e = *earlier;
    std::vector<NodeId> ids;
    ids.reserve(e.size() + changes.added.size());
    old_of_.reserve(ids.capacity());
    new_of_.assign(e.size(), Network::kNone);
    size_t touched = 0, added = 0, removed = 0;
    const auto at = [](const std::vector<NodeId>& list, size_t& i, NodeId id) {  // `list` ascends, and so do ids asked for
      while (i < list.size() && list[i] < id) ++i;
      return i < list.size() && list[i] == id;
    };
    const auto add = [&](NodeId id, uint32_t old) {
      ids.push_back(id);
      old_of_.push_back(old);
    };
    for (uint32_t old = 0; old < e.size(); ++old) {
      const NodeId id = e.id(old);
      for (; added < changes.added.size() && changes.added[added] < id; ++added) add(changes.added[added], Network::kNone);
      if (at(changes.removed, removed, id)) continue;
      new_of_[old] = static_cast<uint32_t>(ids.size());
      add(id, at(changes.touched, touched, id) ? Network::kNone : old);
    }
    for (; added < changes.added.size(); ++added) add(changes.added[added], Network::kNone);
    std::vector<uint32_t> others;
    for (const uint32_t old : e.others()) others.push_back(new_of_[old]);
    Put(Network::kIds, std::move(ids));
    Put(Network::kOthers, std::move(others));
    made_->Ready();
    earlier_ = std::move(earlier);
  }
  Result<std::shared_ptr<const Network>> MakeFrom(std::shared_ptr<const Network> earlier, const NetworkChanges& changes) {
    made_ = std::make_shared<Network>();
    TakeOver(std::move(earlier), changes);
    LT_TRY(Make(Network::kEverything));
    return std::shared_ptr<const Network>(made_);
  }

 private:
  // Runs `copy(first node, earlier first node, nodes)` or `read(first node, nodes)` for one stretch of nodes after the other.
  template <class Copy, class Read>
  Status InStretches(size_t begin, size_t nodes, const Copy& copy, const Read& read) const {
    if (earlier_ == nullptr) return read(begin, nodes);
    for (size_t at = begin, end = begin + nodes; at < end;) {
      const uint32_t old = old_of_[at];
      size_t next = at + 1;
      while (next < end && (old == Network::kNone ? old_of_[next] == old : old_of_[next] == old + (next - at))) ++next;
      if (old == Network::kNone) {
        LT_TRY(read(at, next - at));
      } else {
        copy(at, old, next - at);
      }
      at = next;
    }
    return {};
  }

  // --- making

  Status Make(uint32_t want) {
    Network& n = *made_;
    want &= ~n.have_;
    // What records of ties say is read at one go, and names of products share its texts.
    constexpr uint32_t kOfTies = Network::kTies | Network::kProducts | Network::kYears | Network::kProductNames;
    const bool of_ties = (want & kOfTies) != 0;
    if (of_ties) want |= kOfTies | Network::WantOf(Relation::kProduces);
    if ((want & Network::kCertainties) != 0) want |= Network::WantOf(Relation::kOperatesIn);
    if (n.ids_.empty()) LT_TRY(MakeNodes());
    if (of_ties) LT_TRY(MakeTies());
    for (size_t r = 0; r < Network::kRelations; ++r) {
      const auto relation = static_cast<Relation>(r);
      const bool certainties = relation == Relation::kOperatesIn && (want & Network::kCertainties) != 0;
      if ((want & Network::WantOf(relation)) != 0 && (n.rows(relation).who.empty() || certainties)) LT_TRY(MakeRows(relation, certainties));
    }
    if (of_ties) LT_TRY(MakeTexts());
    if ((want & Network::kSeats) != 0) LT_TRY(MakeSeats());
    n.have_ |= want;
    n.Ready();
    return budget_.Check();
  }

  template <class T>
  void Put(size_t number, std::vector<T> column) {
    auto owned = std::make_shared<const std::vector<T>>(std::move(column));
    made_->columns_[number] = {reinterpret_cast<const char*>(owned->data()), owned->size() * sizeof(T)};
    made_->owned_.push_back(std::move(owned));
  }
  void PutTexts(size_t number, const std::vector<std::string>& texts) {
    std::string bytes;
    for (const std::string& text : texts) PutString(bytes, text);
    Put(number, std::vector<char>(bytes.begin(), bytes.end()));
  }

  // Companies, and whatever their ties lead to, and the ties of that.
  Status MakeNodes() {
    std::vector<NodeId> ids;
    if (const graph::LabelId label = view_.label("Company")) {
      LT_TRY(view_.NodesWithLabel(label, {}, [&](NodeId id) {
        ids.push_back(id);
        return true;
      }));
    }
    const std::vector<NodeId> companies = ids;
    if (const graph::TypeId type = view_.type("SUPPLIES")) {
      std::vector<NodeId> open = ids;
      while (!open.empty()) {
        std::vector<NodeId> met;
        for (const Direction direction : {Direction::kOut, Direction::kIn}) {
          NodeId last;  // neighbours come sorted, mostly
          LT_TRY(view_.ExpandMany(open, direction, std::span(&type, 1), [&](size_t, const Neighbour& n) {
            if (n.node == last) return true;
            last = n.node;
            if (!In(ids, n.node)) met.push_back(n.node);
            return true;
          }));
          LT_TRY(budget_.Check());
        }
        std::sort(met.begin(), met.end());
        met.erase(std::unique(met.begin(), met.end()), met.end());
        ids.insert(ids.end(), met.begin(), met.end());
        std::sort(ids.begin(), ids.end());
        open = std::move(met);
      }
    }
    std::vector<uint32_t> others;
    if (ids.size() > companies.size()) {
      for (size_t i = 0; i < ids.size(); ++i) {
        if (!In(companies, ids[i])) others.push_back(static_cast<uint32_t>(i));
      }
    }
    Put(Network::kIds, std::move(ids));
    Put(Network::kOthers, std::move(others));
    made_->Ready();
    return {};
  }
  static bool In(const std::vector<NodeId>& ids, NodeId id) {
    if (ids.empty() || id < ids.front() || id > ids.back()) return false;
    if (ids.back().raw - ids.front().raw + 1 == ids.size()) return true;
    return std::binary_search(ids.begin(), ids.end(), id);
  }

  // Runs `read(part, first node, nodes)` for parts of the nodes, taken one after the other by whoever is free; the first thread
  // tells how far it is.
  template <class Read>
  Status InParts(size_t parts, const Read& read) {
    std::atomic<bool> stop{false};
    std::atomic<size_t> next{0};
    std::vector<Status> failed(parts);
    const auto work = [&](bool first) {
      for (size_t p = next++; p < parts && !stop; p = next++) {
        const size_t begin = p * kAtOnce;
        failed[p] = read(p, begin, made_->ids_.subspan(begin, std::min(kAtOnce, made_->size() - begin)));
        if (!failed[p].ok()) stop = true;
        if (first) budget_.Progress(static_cast<double>(p) / static_cast<double>(parts));
      }
    };
    std::vector<std::thread> threads;
    for (unsigned t = 1; t < std::min<size_t>(parts, std::max(1u, std::thread::hardware_concurrency())); ++t) threads.emplace_back(work, false);
    work(true);
    for (std::thread& thread : threads) thread.join();
    for (const Status& status : failed) LT_TRY(status);
    return {};
  }

  // What the parts found is put together in the order of the nodes, and their texts are numbered in that order.
  Status MakeTies() {
    struct Part {
      std::vector<uint32_t> degrees, customers, products, statuses;
      std::vector<EdgeId> edges;
      std::vector<uint8_t> marks;
      std::vector<int64_t> years;
      std::vector<char> has_year;
      TextNumbers product_texts, status_texts;
    };
    const size_t parts_count = (made_->size() + kAtOnce - 1) / kAtOnce;
    std::vector<Part> parts(parts_count);
    const graph::TypeId type = view_.type("SUPPLIES");
    const graph::PropertyId status_id = view_.property("status"), product_id = view_.property("product"), year_id = view_.property("year");
    const auto text_of = [](const graph::Edge& edge, graph::PropertyId id) {
      const graph::Value* value = id ? edge.Property(id) : nullptr;
      return value ? graph::ToText(*value) : std::string();
    };
    LT_TRY(InParts(parts_count, [&](size_t p, size_t begin, std::span<const NodeId> some) -> Status {
      LT_TRY(budget_.Check());
      Part& part = parts[p];
      part.degrees.assign(some.size(), 0);
      if (!type) return {};
      const auto read = [&](size_t first, size_t nodes) -> Status {
        const size_t before = part.edges.size();
        LT_TRY(view_.ExpandMany(made_->ids_.subspan(first, nodes), Direction::kOut, std::span(&type, 1), [&](size_t i, const Neighbour& n) {
          ++part.degrees[first - begin + i];
          part.edges.push_back(n.edge);
          part.customers.push_back(made_->Of(n.node));
          return true;
        }));
        const auto edges = std::span(part.edges).subspan(before);
        LT_ASSIGN(const auto stored, view_.GetEdges(edges));
        for (size_t i = 0; i < stored.size(); ++i) {
          if (!stored[i]) return Status(Code::kDamaged, Text("edge ", edges[i].raw, " stands beside a company but is not there"));
          const graph::Edge& edge = *stored[i];
          const std::string status = text_of(edge, status_id);
          const TieStrength strength = StrengthOf(status, edge.certainty);
          const bool planned = strength == TieStrength::kWeak && (status == "planned" || edge.certainty >= graph::Certainty::kPlanned);
          part.marks.push_back(static_cast<uint8_t>(static_cast<uint8_t>(strength) | (planned ? 4 : 0)));
          part.statuses.push_back(part.status_texts.Of(status));
          part.products.push_back(part.product_texts.Of(text_of(edge, product_id)));
          const graph::Value* value = year_id ? edge.Property(year_id) : nullptr;
          const int64_t* year = value ? value->as<int64_t>() : nullptr;
          part.years.push_back(year ? *year : 0);
          part.has_year.push_back(year != nullptr);
        }
        return {};
      };
      // Texts of the earlier network → texts of this part.
      std::vector<uint32_t> products(earlier_ ? earlier_->products().size() : 0, Network::kNone), statuses(earlier_ ? earlier_->statuses().size() : 0, Network::kNone);
      const auto number = [](std::vector<uint32_t>& known, const std::vector<std::string_view>& texts, uint32_t old, TextNumbers& numbers) {
        if (known[old] == Network::kNone) known[old] = numbers.Of(std::string(texts[old]));
        return known[old];
      };
      const auto copy = [&](size_t first, uint32_t old, size_t nodes) {
        const Network& e = *earlier_;
        for (size_t i = 0; i < nodes; ++i) part.degrees[first - begin + i] = e.begin()[old + i + 1] - e.begin()[old + i];
        for (size_t tie = e.begin()[old]; tie < e.begin()[old + nodes]; ++tie) {
          part.edges.push_back(e.edge(tie));
          part.customers.push_back(new_of_[e.customers()[tie]]);
          part.marks.push_back(e.marks_[tie] & 7);
          part.statuses.push_back(number(statuses, e.statuses(), e.status(tie), part.status_texts));
          part.products.push_back(number(products, e.products(), e.product(tie), part.product_texts));
          const std::optional<int64_t> year = e.year(tie);
          part.years.push_back(year.value_or(0));
          part.has_year.push_back(year.has_value());
        }
      };
      return InStretches(begin, some.size(), copy, read);
    }));
    size_t ties = 0;
    for (const Part& part : parts) ties += part.edges.size();
    if (ties >= Network::kNone) return Status(Code::kInvalid, Text("too many supply ties to be counted together: ", ties));
    std::vector<uint32_t> begin{0}, customers, edges32, product_of;
    std::vector<EdgeId> edges;
    std::vector<uint8_t> marks;
    std::vector<int16_t> years;
    std::vector<Odd> odd_statuses, odd_years;
    begin.reserve(made_->size() + 1);
    customers.reserve(ties), edges.reserve(ties), product_of.reserve(ties), marks.reserve(ties), years.reserve(ties);
    TextNumbers statuses;
    for (Part& part : parts) {
      for (const uint32_t degree : part.degrees) begin.push_back(begin.back() + degree);
      customers.insert(customers.end(), part.customers.begin(), part.customers.end());
      std::vector<uint32_t> product_number, status_number;
      for (const std::string& text : part.product_texts.texts()) product_number.push_back(texts_.Of(text));
      for (const std::string& text : part.status_texts.texts()) status_number.push_back(statuses.Of(text));
      for (size_t i = 0; i < part.edges.size(); ++i) {
        const uint64_t tie = edges.size();
        const uint32_t status = status_number[part.statuses[i]];
        if (status >= kManyStatuses) odd_statuses.push_back({tie, status});
        marks.push_back(static_cast<uint8_t>(part.marks[i] | std::min(status, kManyStatuses) << 3));
        product_of.push_back(product_number[part.products[i]]);
        const bool fits = part.years[i] > kOddYear && part.years[i] <= INT16_MAX;
        years.push_back(!part.has_year[i] ? kNoYear : fits ? static_cast<int16_t>(part.years[i]) : kOddYear);
        if (part.has_year[i] && !fits) odd_years.push_back({tie, part.years[i]});
        edges.push_back(part.edges[i]);
      }
      part = Part();
    }
    uint64_t first = UINT64_MAX, last = 0;
    bool in_a_row = true;
    for (size_t t = 0; t < edges.size(); ++t) {
      first = std::min(first, edges[t].raw), last = std::max(last, edges[t].raw);
      in_a_row = in_a_row && edges[t].raw == edges[0].raw + t;
    }
    Put(Network::kFirstEdge, std::vector<uint64_t>{edges.empty() ? 0 : first});
    if (!in_a_row && last - first < UINT32_MAX) {
      edges32.reserve(edges.size());
      for (const EdgeId edge : edges) edges32.push_back(static_cast<uint32_t>(edge.raw - first));
      Put(Network::kEdges32, std::move(edges32));
    } else if (!in_a_row) {
      Put(Network::kEdges64, std::move(edges));
    }
    Put(Network::kBegin, std::move(begin));
    Put(Network::kCustomers, std::move(customers));
    Put(Network::kMarks, std::move(marks));
    PutTexts(Network::kStatuses, statuses.texts());
    Put(Network::kOddStatuses, std::move(odd_statuses));
    Put(Network::kProductOf, std::move(product_of));
    Put(Network::kYearOf, std::move(years));
    Put(Network::kOddYears, std::move(odd_years));
    return {};
  }

  Status MakeRows(Relation relation, bool with_certainties) {
    const RelationKind& kind = kKinds[static_cast<size_t>(relation)];
    const graph::TypeId type = view_.type(kind.type);
    LT_ASSIGN(const uint64_t count, type ? view_.EdgeCount(type) : Result<uint64_t>(uint64_t{0}));
    std::vector<uint32_t> who, thing;
    std::vector<NodeId> things;
    std::vector<graph::Certainty> certainties;
    if (count > 0) {
      struct Part {
        std::vector<uint32_t> who;
        std::vector<NodeId> thing;
        std::vector<graph::Certainty> certainty;
      };
      std::vector<Part> parts((made_->size() + kAtOnce - 1) / kAtOnce);
      LT_TRY(InParts(parts.size(), [&](size_t p, size_t begin, std::span<const NodeId> some) -> Status {
        LT_TRY(budget_.Check());
        Part& part = parts[p];
        const auto read = [&](size_t first, size_t nodes) -> Status {
          std::vector<EdgeId> edges;
          LT_TRY(view_.ExpandMany(made_->ids_.subspan(first, nodes), kind.direction, std::span(&type, 1), [&](size_t i, const Neighbour& n) {
            part.who.push_back(static_cast<uint32_t>(first + i));
            part.thing.push_back(n.node);
            if (with_certainties) edges.push_back(n.edge);
            return true;
          }));
          LT_ASSIGN(const auto stored, view_.GetEdges(edges));
          for (size_t i = 0; i < stored.size(); ++i) {
            if (!stored[i]) return Status(Code::kDamaged, Text("edge ", edges[i].raw, " stands beside a company but is not there"));
            part.certainty.push_back(stored[i]->certainty);
          }
          return {};
        };
        const auto copy = [&](size_t first, uint32_t old, size_t nodes) {
          const Network::Rows rows = earlier_->rows(relation);
          const auto row_of = [&](size_t node) { return static_cast<size_t>(std::lower_bound(rows.who.begin(), rows.who.end(), node) - rows.who.begin()); };
          for (size_t row = row_of(old), end = row_of(old + nodes); row < end; ++row) {
            part.who.push_back(static_cast<uint32_t>(first + (rows.who[row] - old)));
            part.thing.push_back(rows.things[rows.thing[row]]);
            if (with_certainties) part.certainty.push_back(earlier_->certainties()[row]);
          }
        };
        return InStretches(begin, some.size(), copy, read);
      }));
      for (const Part& part : parts) things.insert(things.end(), part.thing.begin(), part.thing.end());
      std::sort(things.begin(), things.end());
      things.erase(std::unique(things.begin(), things.end()), things.end());
      for (const Part& part : parts) {
        who.insert(who.end(), part.who.begin(), part.who.end());
        certainties.insert(certainties.end(), part.certainty.begin(), part.certainty.end());
        for (const NodeId id : part.thing) thing.push_back(static_cast<uint32_t>(std::lower_bound(things.begin(), things.end(), id) - things.begin()));
      }
    }
    const size_t first = Network::kRows + 3 * static_cast<size_t>(relation);
    Put(first, std::move(who));
    Put(first + 1, std::move(thing));
    Put(first + 2, std::move(things));
    if (with_certainties) Put(Network::kCertaintyOf, std::move(certainties));
    return {};
  }

  // The names of products beside the texts of ties, in one list.
  Status MakeTexts() {
    std::vector<uint32_t> names;
    const graph::PropertyId name = view_.property("name");
    const auto things = made_->rows(Relation::kProduces).things;
    for (size_t begin = 0; begin < things.size(); begin += kAtOnce) {
      LT_ASSIGN(const auto nodes, view_.GetNodes(things.subspan(begin, std::min(kAtOnce, things.size() - begin))));
      for (const auto& node : nodes) {
        const graph::Value* value = node && name ? node->Property(name) : nullptr;
        names.push_back(texts_.Of(value ? graph::ToText(*value) : std::string()));
      }
    }
    Put(Network::kNames, std::move(names));
    PutTexts(Network::kTexts, texts_.texts());
    return {};
  }

  Status MakeSeats() {
    std::vector<uint32_t> seat_of;
    std::vector<Location> locations;
    std::map<std::array<NodeId, 4>, uint32_t> numbers;
    std::vector<Location> seats(made_->size());
    const auto copy = [&](size_t first, uint32_t old, size_t nodes) {
      for (size_t i = 0; i < nodes; ++i) seats[first + i] = earlier_->locations()[earlier_->seats()[old + i]];
    };
    LT_TRY(InStretches(0, made_->size(), copy, [&](size_t first, size_t nodes) -> Status {
      LT_ASSIGN(const auto read, ReadSeats(reader_, made_->ids_.subspan(first, nodes)));
      std::copy(read.begin(), read.end(), seats.begin() + static_cast<std::ptrdiff_t>(first));
      return {};
    }));
    for (const uint32_t other : made_->others()) {
      LT_ASSIGN(seats[other], reader_.Locate(made_->id(other)));
    }
    for (const Location& seat : seats) {
      const auto [it, fresh] = numbers.try_emplace({seat.park, seat.district, seat.city, seat.province}, static_cast<uint32_t>(locations.size()));
      if (fresh) locations.push_back(seat);
      seat_of.push_back(it->second);
    }
    Put(Network::kSeatOf, std::move(seat_of));
    Put(Network::kLocations, std::move(locations));
    return {};
  }

  Reader& reader_;
  const graph::ReadView& view_;
  const Budget& budget_;
  std::shared_ptr<Network> made_;
  TextNumbers texts_;
  // Of an earlier state, from which the rows of nodes are taken that nothing has changed of; null: all is read. Node → earlier
  // node (kNone: read it) and the other way round (kNone: gone).
  std::shared_ptr<const Network> earlier_;
  std::vector<uint32_t> old_of_, new_of_;
};

Result<std::shared_ptr<const Network>> NetworkFor(Reader& reader, uint64_t companies, uint32_t want, const Budget& budget) {
  return NetworkMaker(reader, budget).Run(companies, want, NetworkMaker::Making::kAlways);
}

Result<std::shared_ptr<const Network>> NetworkAtHand(Reader& reader, uint64_t companies, uint32_t want) {
  return NetworkMaker(reader, Budget()).Run(companies, want, NetworkMaker::Making::kNever);
}

Result<std::shared_ptr<const Network>> NetworkFrom(Reader& reader, std::shared_ptr<const Network> earlier, const NetworkChanges& changes, const Budget& budget) {
  return NetworkMaker(reader, budget).MakeFrom(std::move(earlier), changes);
}

Result<std::shared_ptr<const Network>> NetworkIfKept(Reader& reader, uint64_t companies, uint32_t want, const Budget& budget) {
  return NetworkMaker(reader, budget).Run(companies, want, NetworkMaker::Making::kForTheFile);
}

}  // namespace liantu::chain
