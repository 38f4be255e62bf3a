// SPDX-License-Identifier: Apache-2.0
// Finding nodes by name: candidates from the posting lists, in the order of the query's plan, each checked against the
// names that its node has in this view; and building the whole index anew.
#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "graph/name_index.h"
#include "graph/view_state.h"
#include "text/search_key.h"

namespace liantu::graph {
namespace {

using storage::Keyspace;
using text::MatchKind;

constexpr size_t kNodesAtOnce = 128;
constexpr uint64_t kFarAhead = 4096;   // ids worth a new seek instead of a walk
constexpr size_t kFewCandidates = 64;  // so few are read at once and their labels checked then

bool HasAny(const std::vector<LabelId>& labels, std::span<const LabelId> wanted) {
  return std::any_of(wanted.begin(), wanted.end(), [&](LabelId l) { return std::binary_search(labels.begin(), labels.end(), l); });
}

SearchFields FieldsOf(const ReadView& view, std::shared_ptr<const Ontology> ontology) {
  return SearchFields(
      std::move(ontology), [&view](LabelId id) -> const std::string& { return view.name(id); },
      [&view](PropertyId id) -> const std::string& { return view.name(id); });
}

struct Hit {
  NodeId node;
  text::Match match;
  std::string name;
};

// One search: what was checked already, what was found.
class Searcher {
 public:
  Searcher(const ReadView& view, std::shared_ptr<const Ontology> ontology, std::string_view query, std::span<const LabelId> labels, bool fuzzy)
      : view_(view), fields_(FieldsOf(view, std::move(ontology))), matcher_(query), labels_(labels), fuzzy_(fuzzy) {}

  Status Try(const NameIndexReader& index, const text::Alternative& way) {
    for (const char name_class : {'s', 'l'}) {
      NodeId after;
      for (size_t left = kMostCandidates; left > 0;) {
        LT_ASSIGN(std::vector<NodeId> found, index.Candidates(name_class, way.terms, way.need, left, after));
        if (found.empty()) break;
        after = found.back();
        const bool more = found.size() == left;
        if (!labels_.empty() && found.size() > kFewCandidates) LT_TRY(KeepLabelled(found));
        LT_TRY(Check(found));
        // Those without a wanted label have cost no read; go on to where the label's own are.
        left -= std::min(left, found.size());
        if (!more) break;
      }
    }
    return {};
  }
  // How many hits are better than anything of that kind.
  size_t Better(MatchKind kind) const {
    return static_cast<size_t>(std::count_if(hits_.begin(), hits_.end(), [&](const Hit& h) { return h.match.kind > kind; }));
  }
  std::vector<Hit> Best(size_t limit) {
    std::sort(hits_.begin(), hits_.end(), [](const Hit& a, const Hit& b) {
      return a.match.score != b.match.score ? a.match.score > b.match.score : a.node < b.node;
    });
    if (hits_.size() > limit) hits_.resize(limit);
    return std::move(hits_);
  }

 private:
  // Leaps through the labels' own lists beside the candidates.
  Status KeepLabelled(std::vector<NodeId>& nodes) {
    std::vector<bool> keep(nodes.size(), false);
    for (const LabelId label : labels_) {
      size_t at = 0;
      for (bool again = true; again;) {
        again = false;
        LT_TRY(view_.NodesWithLabel(label, NodeId{nodes[at].raw - 1}, [&](NodeId id) {
          while (at < nodes.size() && nodes[at] < id) ++at;
          if (at < nodes.size() && nodes[at] == id) keep[at++] = true;
          if (at == nodes.size()) return false;
          again = nodes[at].raw > id.raw + kFarAhead;
          return !again;
        }));
      }
    }
    size_t kept = 0;
    for (size_t i = 0; i < nodes.size(); ++i) {
      if (keep[i]) nodes[kept++] = nodes[i];
    }
    nodes.resize(kept);
    return {};
  }

  Status Check(const std::vector<NodeId>& nodes) {
    std::vector<NodeId> fresh;
    for (const NodeId id : nodes) {
      if (checked_.insert(id.raw).second) fresh.push_back(id);
    }
    std::vector<SearchName> names;
    for (size_t begin = 0; begin < fresh.size(); begin += kNodesAtOnce) {
      const size_t n = std::min(kNodesAtOnce, fresh.size() - begin);
      LT_ASSIGN(const auto read, view_.GetNodes(std::span(fresh).subspan(begin, n)));
      for (const std::optional<Node>& node : read) {
        if (!node || (!labels_.empty() && !HasAny(node->labels, labels_))) continue;
        names.clear();
        fields_.Collect(node->labels, node->properties, &names);
        Hit best;
        best.node = node->id;
        for (const SearchName& name : names) {
          const text::Match match = matcher_.Check(name.text, fuzzy_);
          if (name.key && match.kind < MatchKind::kStem) continue;
          if (match && match.score > best.match.score) {
            best.match = match;
            best.name = std::string(name.text);
          }
        }
        if (best.match) hits_.push_back(std::move(best));
      }
    }
    return {};
  }

  const ReadView& view_;
  SearchFields fields_;
  const text::Matcher matcher_;
  const std::span<const LabelId> labels_;
  const bool fuzzy_;
  std::unordered_set<uint64_t> checked_;
  std::vector<Hit> hits_;
};

// Deletes what other generations left.
Status Clean(storage::Store& store, uint8_t keep) {
  constexpr size_t kKeysAtOnce = 100000;
  for (;;) {
    std::vector<std::pair<storage::Route, std::string>> stale;
    const std::unique_ptr<storage::View> view = store.OpenView();
    LT_TRY(view->ForEachShard(Keyspace::kText, 1, [&](int, storage::Route route, std::string_view rest, std::string_view) {
      if (!rest.empty() && static_cast<uint8_t>(rest[0]) != keep) stale.emplace_back(route, rest);
      return stale.size() < kKeysAtOnce;
    }));
    if (stale.empty()) return {};
    const std::unique_ptr<storage::Batch> batch = store.NewBatch();
    for (const auto& [route, rest] : stale) batch->Delete(Keyspace::kText, {route, rest});
    Result<uint64_t> written = store.Write(batch.get());
    if (!written.ok()) return written.status();
  }
}

}  // namespace

Result<std::vector<SearchHit>> ReadView::Search(std::string_view query, std::span<const LabelId> labels, size_t limit, bool fuzzy) const {
  std::vector<SearchHit> out;
  const text::SearchPlan plan = text::PlanSearch(query);
  LT_ASSIGN(const NameIndexHead head, LoadNameIndexHead(*state_->view));
  if (limit == 0 || plan.alternatives.empty() || head.version.empty()) return out;
  const NameIndexReader index(*state_->view, head.generation);
  Searcher searcher(*this, state_->ontology, query, labels, fuzzy);
  for (const text::Alternative& way : plan.alternatives) {
    if (way.kind == MatchKind::kSimilar && !fuzzy) break;
    if (searcher.Better(way.kind) >= limit) break;
    LT_TRY(searcher.Try(index, way));
  }
  for (Hit& hit : searcher.Best(limit)) {
    out.push_back({hit.node, static_cast<int>(MatchKind::kExact) - static_cast<int>(hit.match.kind), std::move(hit.name)});
  }
  return out;
}

bool ReadView::HasNameIndex(LabelId label) const {
  if (options_.as_of || !state_->indexes->NamesIndexed(label)) return false;
  const auto head = LoadNameIndexHead(*state_->view);
  return head.ok() && head->version == state_->indexes->name_version();
}

Result<std::optional<std::vector<NodeId>>> ReadView::FindByName(LabelId label, std::string_view name, const Budget& budget) const {
  std::optional<std::vector<NodeId>> found;
  if (options_.as_of || !state_->indexes->NamesIndexed(label)) return found;
  const std::optional<std::string> list = WholeNameList(name);
  if (!list) return found;
  LT_ASSIGN(const NameIndexHead head, LoadNameIndexHead(*state_->view));
  if (head.version != state_->indexes->name_version()) return found;
  found.emplace();
  const PropertyId property = this->property("name");
  if (!property) return found;
  const auto keep = [&](std::span<const NodeId> nodes) -> Status {
    for (; !nodes.empty(); nodes = nodes.subspan(std::min(kNodesAtOnce, nodes.size()))) {
      LT_TRY(budget.Check());
      LT_ASSIGN(const auto read, GetNodes(nodes.first(std::min(kNodesAtOnce, nodes.size()))));
      for (const std::optional<Node>& node : read) {
        if (!node || (label && !HasAny(node->labels, std::span(&label, 1)))) continue;
        const Value* value = node->Property(property);
        const std::string* text = value != nullptr ? value->as<std::string>() : nullptr;
        if (text != nullptr && *text == name) found->push_back(node->id);
      }
    }
    return {};
  };
  if (state_->new_names != nullptr) {
    std::vector<NodeId> added;
    state_->new_names->Added(*list, &added);
    LT_TRY(keep(added));
  }
  const NameIndexReader index(state_->old_names != nullptr ? *state_->old_names : *state_->view, head.generation);
  const std::string term = list->substr(1);
  constexpr size_t kAtOnce = 4096;
  for (NodeId after;;) {
    LT_ASSIGN(const std::vector<NodeId> nodes, index.Candidates(list->front(), std::span(&term, 1), 1, kAtOnce, after));
    LT_TRY(keep(nodes));
    if (nodes.size() < kAtOnce) break;
    after = nodes.back();
  }
  std::sort(found->begin(), found->end());
  found->erase(std::unique(found->begin(), found->end()), found->end());
  return found;
}

namespace {

// The postings of every node's names.
Status GatherPostings(const ReadView& view, const Budget& budget, PostingSorter& sorter) {
  SearchFields fields = FieldsOf(view, std::make_shared<Ontology>(view.ontology()));
  std::vector<SearchName> names;
  std::vector<NodeId> ids;
  Status status;
  const auto gather = [&]() -> Status {
    LT_TRY(budget.Check());
    LT_ASSIGN(const auto nodes, view.GetNodes(ids));
    for (const std::optional<Node>& node : nodes) {
      if (!node) continue;
      names.clear();
      fields.Collect(node->labels, node->properties, &names);
      LT_TRY(sorter.Add(node->id, NameLists(names)));
    }
    ids.clear();
    return {};
  };
  LT_TRY(view.AllNodes({}, [&](NodeId id) {
    ids.push_back(id);
    if (ids.size() == 1024) status = gather();
    return status.ok();
  }));
  LT_TRY(status);
  return gather();
}

}  // namespace

Status RebuildNameIndex(storage::Store& store, const ReadView& view, const Budget& budget) {
  const std::unique_ptr<storage::View> before = store.OpenView();
  LT_ASSIGN(NameIndexHead head, LoadNameIndexHead(*before));
  LT_TRY(Clean(store, head.generation));
  ++head.generation;
  head.version = NameIndexVersion(view.ontology());
  PostingSorter sorter(256 << 20, store.folder());
  LT_TRY(GatherPostings(view, budget, sorter));
  LT_ASSIGN(const std::unique_ptr<storage::BulkLoad> load, store.NewBulkLoad(64 << 20));
  LT_TRY(sorter.Drain([&](const std::string& list, std::span<const uint64_t> nodes) {
    return PutPostings(
        head.generation, list, nodes, [](storage::KeyView, std::string*) -> Result<bool> { return false; },
        [&](storage::KeyView key, std::string_view value) { return load->Put(Keyspace::kText, key, value); });
  }));
  const std::unique_ptr<storage::Batch> batch = store.NewBatch();
  batch->Put(Keyspace::kMeta, {0, kNameIndexHeadKey}, EncodeNameIndexHead(head));
  LT_TRY(load->Publish(batch.get()));
  return Clean(store, head.generation);
}

}  // namespace liantu::graph
