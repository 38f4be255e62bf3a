// SPDX-License-Identifier: Apache-2.0
// Rounds that look only at what has changed: failed suppliers push their loss along their arcs, nobody else is visited.
#include "analysis/cascade.h"

#include <omp.h>

#include <cstdio>
#include <numeric>

namespace liantu::analysis {
namespace {

Status CheckSupply(const Snapshot& g, const char* method) {
  LT_TRY(CheckDirected(g, method));
  return CheckWeights(g, method);
}

}  // namespace

// --- Threshold cascade

Result<CascadeResult> ThresholdCascade(const Snapshot& g, const CascadeOptions& options, const Budget& budget) {
  LT_TRY(CheckSupply(g, "threshold cascade"));
  if (!(options.threshold > 0 && options.threshold <= 1)) {
    return Status(Code::kInvalid, Text("threshold cascade: the threshold is ", options.threshold, ", expected a share above 0 and at most 1"));
  }
  if (options.seeds.empty()) return Status(Code::kInvalid, "threshold cascade: at least one seed is needed");
  const Vertex n = g.vertex_count();
  CascadeResult result;
  result.header = MakeHeader(g, Text("a buyer fails when the lost share of its inputs reaches ", options.threshold, "; synchronous rounds"),
                             "Granovetter 1978; Watts 2002", "shares of inputs by weight", "rounds by ascending node id");
  std::vector<bool> failed(n, false);
  std::vector<double> lost(n, 0), inputs(n, -1);  // inputs: -1 until somebody's supplier fails
  std::vector<Vertex> round = options.seeds;
  for (Vertex v : round) LT_TRY(CheckVertex(g, v, "threshold cascade"));
  Poll poll(budget);
  for (uint32_t number = 0; !round.empty(); ++number) {
    std::sort(round.begin(), round.end());
    round.erase(std::unique(round.begin(), round.end()), round.end());
    for (Vertex v : round) {
      failed[v] = true;
      CascadeFailure failure{.vertex = v, .round = number};
      if (number > 0) {
        failure.lost_share = lost[v] / inputs[v];
        const auto in = g.in(v);
        double from_one = 0, most = 0;
        for (size_t i = 0; i < in.size(); ++i) {
          from_one += g.weight(g.in_arc(v, i));
          if (i + 1 < in.size() && in[i + 1] == in[i]) continue;
          // Those that fail in this very round cannot have caused it.
          if (failed[in[i]] && from_one > most && !std::binary_search(round.begin(), round.end(), in[i])) {
            most = from_one;
            failure.largest_cause = in[i];
          }
          from_one = 0;
        }
      }
      result.failures.push_back(failure);
    }
    std::vector<Vertex> next;
    for (Vertex v : round) {
      if (poll.Spent(g.out_degree(v) + 1)) {
        result.header.Stop(budget.Check(), Text("rounds after ", number, " are missing"));
        break;
      }
      for (uint32_t a = g.row_begin(v); a < g.row_end(v); ++a) {
        const Vertex t = g.target(a);
        result.weight_of_failed += g.weight(a);
        if (failed[t]) continue;
        if (inputs[t] < 0) {
          inputs[t] = 0;
          for (size_t i = 0; i < g.in_degree(t); ++i) inputs[t] += g.weight(g.in_arc(t, i));
        }
        lost[t] += g.weight(a);
        if (inputs[t] > 0 && lost[t] / inputs[t] >= options.threshold - 1e-12) next.push_back(t);
      }
    }
    result.rounds.push_back(std::move(round));
    if (result.header.partial) break;
    round = std::move(next);
  }
  result.failed = result.failures.size();
  return result;
}

// --- ESRI

namespace {

// What does not depend on who fails. A slot is one group of inputs of one firm: those of one essential sector, or all that
// are not essential; the firm loses the worst of its slots.
struct SupplyModel {
  explicit SupplyModel(const Snapshot& graph) : g(graph) {}
  const Snapshot& g;
  std::vector<double> output;         // s_j
  double total_output = 0;
  std::vector<uint32_t> sector;       // unknown ones numbered one by one after the known
  std::vector<double> sector_output;
  std::vector<uint32_t> slot;         // of each arc
  std::vector<double> share;          // of each arc: its part of the slot
  std::vector<Vertex> slot_owner;
  EsriCoverage coverage;

  bool Loop(Vertex v, uint32_t arc) const { return g.target(arc) == v; }
};

Result<SupplyModel> MakeModel(const Snapshot& g, const EsriOptions& options, const Budget& budget) {
  LT_TRY(CheckSupply(g, "ESRI"));
  LT_ASSIGN(const int32_t known, CountGroups(g, options.sector));
  if (!options.essential.empty() && options.essential.size() != static_cast<size_t>(known) * static_cast<size_t>(known)) {
    return Status(Code::kInvalid, Text("ESRI: the table of essential inputs has ", options.essential.size(), " entries, expected ", known,
                                       " x ", known, " for the sectors in use"));
  }
  if (!(options.eps >= 0)) return Status(Code::kInvalid, Text("ESRI: eps is ", options.eps, ", expected a number from 0"));
  for (Vertex v : options.firms) LT_TRY(CheckVertex(g, v, "ESRI"));
  const Vertex n = g.vertex_count();
  SupplyModel model(g);
  model.output.assign(n, 0);
  model.sector.resize(n);
  auto sectors = static_cast<uint32_t>(known);
  Poll poll(budget);
  for (Vertex v = 0; v < n; ++v) {
    if (poll.Spent(g.out_degree(v) + 1)) return budget.Check();
    for (uint32_t a = g.row_begin(v); a < g.row_end(v); ++a) model.output[v] += model.Loop(v, a) ? 0 : g.weight(a);
    model.sector[v] = options.sector[v] >= 0 ? static_cast<uint32_t>(options.sector[v]) : sectors++;
    model.total_output += model.output[v];
    EsriCoverage& c = model.coverage;
    c.firms += 1;
    c.known_sector += options.sector[v] >= 0;
    c.with_buyer += model.output[v] > 0;
    c.output += model.output[v];
    c.output_known_sector += options.sector[v] >= 0 ? model.output[v] : 0;
  }
  model.sector_output.assign(sectors, 0);
  for (Vertex v = 0; v < n; ++v) model.sector_output[model.sector[v]] += model.output[v];

  model.slot.assign(g.arc_count(), 0);
  model.share.assign(g.arc_count(), 0);
  auto essential = [&](uint32_t supplier, int32_t buyer) {
    return options.essential.empty() || supplier >= static_cast<uint32_t>(known) || buyer < 0 ||
           options.essential[supplier * static_cast<size_t>(known) + static_cast<size_t>(buyer)] != 0;
  };
  std::vector<std::pair<uint64_t, uint32_t>> arcs;  // group of inputs, arc
  constexpr uint64_t kNotEssential = ~0ull;
  for (Vertex i = 0; i < n; ++i) {
    arcs.clear();
    const auto in = g.in(i);
    if (poll.Spent(in.size() + 1)) return budget.Check();
    for (size_t k = 0; k < in.size(); ++k) {
      const uint32_t arc = g.in_arc(i, k), from = model.sector[in[k]];
      if (in[k] == i || g.weight(arc) == 0) continue;
      arcs.emplace_back(essential(from, options.sector[i]) ? from : kNotEssential, arc);
    }
    if (arcs.empty()) continue;
    ++model.coverage.with_supplier;
    std::sort(arcs.begin(), arcs.end());
    double all = 0;
    for (auto [group, arc] : arcs) all += g.weight(arc);
    for (size_t first = 0; first < arcs.size();) {
      size_t last = first;
      double inside = 0;
      for (; last < arcs.size() && arcs[last].first == arcs[first].first; ++last) inside += g.weight(arcs[last].second);
      if (arcs[first].first == kNotEssential) inside = all;
      for (; first < last; ++first) {
        model.slot[arcs[first].second] = static_cast<uint32_t>(model.slot_owner.size());
        model.share[arcs[first].second] = g.weight(arcs[first].second) / inside;
      }
      model.slot_owner.push_back(i);
    }
  }
  return model;
}

Header MakeEsriHeader(const Snapshot& g, const EsriOptions& options, const SupplyModel& model) {
  char eps[32];
  std::snprintf(eps, sizeof eps, "%g", options.eps);
  Header header = MakeHeader(g, Text("ESRI_i = sum_j (s_j/sum s)(1 - h_j) after firm i fails, h = min(downstream, upstream); ",
                                     options.essential.empty() ? "all inputs essential (no table given)" : "essential inputs by table of sectors",
                                     "; eps = ", eps, ", at most ", options.max_iterations, " iterations"),
                             "Diem, Borsos, Reisch, Kertesz & Thurner 2022", "share of all output, in [0, 1]");
  const EsriCoverage& c = model.coverage;
  if (c.known_sector < c.firms) {
    header.warnings.push_back(Text(c.firms - c.known_sector, " of ", c.firms, " firms have no sector; nothing can replace their supplies"));
  }
  header.warnings.push_back(Text("coverage: ", c.with_supplier, " of ", c.firms, " firms have a known supplier, ", c.with_buyer,
                                 " a known buyer; firms and ties that are missing change the result"));
  return header;
}

// The spreading of one shock; kept and cleaned between shocks.
class Spread {
 public:
  Spread(const SupplyModel& model, const Budget& budget)
      : model_(model), poll_(budget), down_(model.output.size(), 1), up_(model.output.size(), 1), down_loss_(model.output.size(), 0),
        up_loss_(model.output.size(), 0), in_down_(model.output.size(), false), in_up_(model.output.size(), false),
        failed_(model.output.size(), false), sector_loss_(model.sector_output.size(), 0), slot_sum_(model.slot_owner.size(), 0) {}

  // False where the budget is spent.
  bool Run(const std::vector<Vertex>& firms, double eps, uint32_t max_iterations) {
    for (Vertex v : down_list_) down_[v] = 1, in_down_[v] = false, failed_[v] = false;
    for (Vertex v : up_list_) up_[v] = 1, in_up_[v] = false;
    down_list_.clear();
    up_list_.clear();
    for (Vertex v : firms) {
      if (failed_[v]) continue;
      failed_[v] = in_down_[v] = in_up_[v] = true;
      down_list_.push_back(v);
      up_list_.push_back(v);
    }
    settled = false;
    for (iterations = 0; iterations < max_iterations && !settled; ++iterations) {
      double change = 0;
      if (!Downstream(change) || !Upstream(change)) return false;
      settled = change <= eps;
    }
    return true;
  }
  double State(Vertex v) const { return std::min(down_[v], up_[v]); }
  // Every firm whose state fell, ascending.
  std::vector<Vertex> Touched() const {
    std::vector<Vertex> all = down_list_;
    for (Vertex v : up_list_) {
      if (!in_down_[v]) all.push_back(v);
    }
    std::sort(all.begin(), all.end());
    return all;
  }
  double Loss() const {
    double sum = 0;
    for (Vertex v : down_list_) sum += model_.output[v] * (1 - State(v));
    for (Vertex v : up_list_) sum += in_down_[v] ? 0 : model_.output[v] * (1 - State(v));
    return sum / model_.total_output;
  }

  uint32_t iterations = 0;
  bool settled = false;

 private:
  // The lists only grow and keep their order, so sums are the same in every round and states only fall: with eps = 0 the
  // iteration ends too.
  bool Downstream(double& change) {
    const Snapshot& g = model_.g;
    for (Vertex v : down_list_) sector_loss_[model_.sector[v]] += model_.output[v] * (1 - down_[v]);
    const size_t known = down_list_.size();
    for (size_t i = 0; i < known; ++i) {
      const Vertex v = down_list_[i];
      const double gone = 1 - down_[v];
      if (gone == 0 || model_.output[v] == 0) continue;
      if (poll_.Spent(g.out_degree(v) + 1)) return false;
      const uint32_t sector = model_.sector[v];
      const double left = model_.sector_output[sector] - sector_loss_[sector];
      const double sigma = left > model_.output[v] ? model_.output[v] / left : 1;
      for (uint32_t a = g.row_begin(v); a < g.row_end(v); ++a) {
        if (model_.share[a] == 0) continue;
        double& sum = slot_sum_[model_.slot[a]];
        if (sum == 0) slots_.push_back(model_.slot[a]);
        sum += sigma * model_.share[a] * gone;
      }
    }
    for (size_t i = 0; i < known; ++i) sector_loss_[model_.sector[down_list_[i]]] = 0;
    for (uint32_t slot : slots_) {
      const Vertex owner = model_.slot_owner[slot];
      down_loss_[owner] = std::max(down_loss_[owner], std::exchange(slot_sum_[slot], 0.0));
      if (!in_down_[owner]) in_down_[owner] = true, down_list_.push_back(owner);
    }
    slots_.clear();
    Update(down_list_, down_loss_, down_, change);
    return true;
  }
  bool Upstream(double& change) {
    const Snapshot& g = model_.g;
    const size_t known = up_list_.size();
    for (size_t i = 0; i < known; ++i) {
      const Vertex v = up_list_[i];
      const double gone = 1 - up_[v];
      if (gone == 0) continue;
      const auto in = g.in(v);
      if (poll_.Spent(in.size() + 1)) return false;
      for (size_t k = 0; k < in.size(); ++k) {
        const Vertex supplier = in[k];
        const double w = g.weight(g.in_arc(v, k));
        if (supplier == v || w == 0) continue;
        if (!in_up_[supplier]) in_up_[supplier] = true, up_list_.push_back(supplier);
        up_loss_[supplier] += w / model_.output[supplier] * gone;
      }
    }
    Update(up_list_, up_loss_, up_, change);
    return true;
  }
  void Update(const std::vector<Vertex>& list, std::vector<double>& loss, std::vector<double>& state, double& change) {
    for (Vertex v : list) {
      const double now = failed_[v] ? 0 : std::max(0.0, 1 - loss[v]);
      loss[v] = 0;
      change = std::max(change, std::abs(state[v] - now));
      state[v] = now;
    }
  }

  const SupplyModel& model_;
  Poll poll_;
  std::vector<double> down_, up_, down_loss_, up_loss_;
  std::vector<uint8_t> in_down_, in_up_, failed_;
  std::vector<double> sector_loss_, slot_sum_;
  std::vector<uint32_t> slots_;
  std::vector<Vertex> down_list_, up_list_;
};

}  // namespace

Result<EsriResult> Esri(const Snapshot& g, const EsriOptions& options, const Budget& budget) {
  LT_ASSIGN(const SupplyModel model, MakeModel(g, options, budget));
  EsriResult result;
  result.header = MakeEsriHeader(g, options, model);
  result.coverage = model.coverage;
  std::vector<Vertex> firms = options.firms;
  if (firms.empty()) {
    firms.resize(g.vertex_count());
    std::iota(firms.begin(), firms.end(), Vertex{0});
  }
  result.firms.resize(firms.size());
  uint64_t done = 0;
  bool all_settled = true;
#pragma omp parallel reduction(+ : done) reduction(&& : all_settled)
  {
    Spread spread(model, budget);
    bool whole = true;
#pragma omp for schedule(dynamic, 4)
    for (size_t i = 0; i < firms.size(); ++i) {
      EsriResult::Firm& firm = result.firms[i];
      firm.vertex = firms[i];
      if (model.total_output == 0) {
        firm.esri = Measure::Undefined("no firm supplies anything");
        ++done;
        continue;
      }
      whole = whole && spread.Run({firms[i]}, options.eps, options.max_iterations);
      if (!whole) {
        firm.esri = Measure::Undefined("the budget ran out before");
        continue;
      }
      if (omp_get_thread_num() == 0 && i % 16 == 0) budget.Progress(static_cast<double>(i) / static_cast<double>(firms.size()));
      firm.esri = spread.Loss();
      firm.iterations = spread.iterations;
      all_settled = all_settled && spread.settled;
      ++done;
    }
  }
  result.all_settled = all_settled;
  if (!all_settled) result.header.warnings.push_back("some firms stopped at the largest number of iterations");
  if (done < firms.size()) result.header.Stop(budget.Check(), Text(done, " of ", firms.size(), " firms are done"));
  return result;
}

Result<EsriShockResult> EsriShock(const Snapshot& g, const EsriOptions& options, const Budget& budget) {
  if (options.firms.empty()) return Status(Code::kInvalid, "ESRI shock: at least one failing firm is needed");
  LT_ASSIGN(const SupplyModel model, MakeModel(g, options, budget));
  EsriShockResult result;
  result.header = MakeEsriHeader(g, options, model);
  result.coverage = model.coverage;
  Spread spread(model, budget);
  if (!spread.Run(options.firms, options.eps, options.max_iterations)) return budget.Check();
  result.iterations = spread.iterations;
  result.settled = spread.settled;
  result.state.assign(g.vertex_count(), 1);
  for (Vertex v : spread.Touched()) result.state[v] = spread.State(v);
  if (model.total_output == 0) {
    result.esri = Measure::Undefined("no firm supplies anything");
    return result;
  }
  result.esri = spread.Loss();
  for (Vertex v : spread.Touched()) {
    const double loss = model.output[v] * (1 - spread.State(v)) / model.total_output;
    if (loss > 0) result.losses.push_back({v, kNoVertex, loss});
  }
  result.losses = TopContributions(std::move(result.losses), 20);
  return result;
}

}  // namespace liantu::analysis
