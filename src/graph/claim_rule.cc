// SPDX-License-Identifier: Apache-2.0
#include "graph/claim_rule.h"

#include <algorithm>
#include <tuple>

#include "graph/temporal.h"

namespace liantu::graph {
namespace {

constexpr size_t kLongestLocator = 500;  // bytes of joined locators; further ones are dropped

bool HasLocator(std::string_view list, std::string_view one) {
  if (one.empty() || list == one) return true;
  for (size_t at = 0; at <= list.size();) {
    const size_t end = std::min(list.find("; ", at), list.size());
    if (list.substr(at, end - at) == one) return true;
    at = end + 2;
  }
  return false;
}

}  // namespace

bool Overlap(const ValidTime& a, const ValidTime& b) {
  const auto before = [](const ValidTime& x, const ValidTime& y) { return x.to && y.from && *x.to <= *y.from; };
  return !before(a, b) && !before(b, a);
}

ClaimRule::Standing ClaimRule::StandingOf(const EntityRecord& record) const {
  Standing standing;
  const Names& names = *writer_.state()->names;
  const auto* date = record.Find(PropertyId{names.Find(NameKind::kProperty, "date")});
  if (date != nullptr) standing.date = ToText(date->value);
  const auto* rank = record.Find(PropertyId{names.Find(NameKind::kProperty, "rank")});
  if (rank != nullptr && rank->value.as<int64_t>() != nullptr) standing.rank = *rank->value.as<int64_t>();
  return standing;
}

Result<ClaimRule::Standing> ClaimRule::StandingOf(NodeId document) {
  const auto at = documents_.find(document);
  if (at != documents_.end()) return at->second;
  Standing standing;
  NodeRecord record;
  LT_ASSIGN(const bool found, writer_.LoadNode(document, record));
  if (found) standing = StandingOf(record);
  documents_.emplace(document, standing);
  return standing;
}

// The best of the documents. A claim without documents counts as dated the day it was written.
Result<ClaimRule::Standing> ClaimRule::StandingOf(const Evidence& evidence, BatchId batch) {
  Standing best;
  if (evidence.documents.empty()) {
    int64_t time_ms = writer_.time_ms();
    if (batch != writer_.batch()) {
      const ReadView::State& base = writer_.base();
      LT_ASSIGN(const BatchInfo info, base.cache->Batch(*base.view, batch));
      time_ms = info.time_ms;
    }
    constexpr int64_t kDayMs = 86'400'000;
    best.date = ToText(Value(Date{time_ms >= 0 ? time_ms / kDayMs : (time_ms - kDayMs + 1) / kDayMs}));
    return best;
  }
  for (const NodeId document : evidence.documents) {
    LT_ASSIGN(const Standing one, StandingOf(document));
    if (one.date > best.date || (one.date == best.date && one.rank < best.rank)) best = one;
  }
  return best;
}

// The written rule: certainty, then the later date, then the document's rank, then the later batch. What still ties (one
// source about two times, or overlapping sets of documents) goes by the later start of validity, then the documents.
Status ClaimRule::Sort(std::vector<StoredClaim>& claims) {
  struct Ranked {
    std::shared_ptr<const Evidence> evidence;
    Standing standing;
    StoredClaim claim;
    int64_t ValidFrom() const {
      return evidence->valid.from ? evidence->valid.from->days : std::numeric_limits<int64_t>::min();
    }
  };
  std::vector<Ranked> ranked;
  for (StoredClaim& claim : claims) {
    LT_ASSIGN(const auto evidence, writer_.EvidenceOf(claim.evidence));
    LT_ASSIGN(Standing standing, StandingOf(*evidence, claim.batch));
    ranked.push_back({evidence, std::move(standing), std::move(claim)});
  }
  std::stable_sort(ranked.begin(), ranked.end(), [](const Ranked& a, const Ranked& b) {
    const int64_t from_a = a.ValidFrom(), from_b = b.ValidFrom();
    return std::tie(a.evidence->certainty, b.standing.date, a.standing.rank, b.claim.batch, from_b,
                    a.evidence->documents) < std::tie(b.evidence->certainty, a.standing.date, b.standing.rank,
                                                      a.claim.batch, from_a, b.evidence->documents);
  });
  for (size_t i = 0; i < claims.size(); ++i) claims[i] = std::move(ranked[i].claim);
  return {};
}

Result<bool> ClaimRule::Add(std::vector<StoredClaim>& claims, const StoredClaim& claim) {
  LT_ASSIGN(const auto evidence, writer_.EvidenceOf(claim.evidence));
  std::vector<StoredClaim> kept;
  bool joined = false;
  for (const StoredClaim& old : claims) {
    LT_ASSIGN(const auto other, writer_.EvidenceOf(old.evidence));
    if (other->documents != evidence->documents || !Overlap(other->valid, evidence->valid)) {
      kept.push_back(old);
      continue;
    }
    if (old.value != claim.value || other->certainty != evidence->certainty || other->valid != evidence->valid) continue;
    if (HasLocator(other->locator, evidence->locator)) return false;
    if (other->locator.size() + evidence->locator.size() + 2 > kLongestLocator) return false;
    Evidence both = *other;
    both.locator += (both.locator.empty() ? "" : "; ") + evidence->locator;
    LT_ASSIGN(const EvidenceId id, writer_.Intern(both));
    kept.push_back({old.value, id, claim.batch});
    joined = true;
  }
  if (!joined) kept.push_back(claim);
  claims = std::move(kept);
  return true;
}

void ClaimRule::Show(EntityRecord& record, PropertyId property, const std::vector<StoredClaim>& claims) {
  const StoredClaim& seen = claims.front();
  if (!property) {
    record.evidence = seen.evidence;
    record.batch = seen.batch;
    record.claims = claims.size() > 1;
  } else {
    record.FindOrAdd(property) = {property, seen.value, seen.evidence, seen.batch, claims.size() > 1};
  }
}

}  // namespace liantu::graph
