// SPDX-License-Identifier: Apache-2.0
// One function a section; a section without rows is left out and named at the end among what was looked for and not found.
// In tables the two groups are called A and B, which the first section says.
#include "report/linkage_report.h"

#include <algorithm>

#include "io/json.h"
#include "report/answers.h"
#include "report/bridging_sections.h"
#include "report/pictures.h"

namespace liantu::report {

using chain::CrossChain;
using chain::Entity;
using chain::Group;
using chain::LinkageAnswer;
using chain::Part;
using chain::Reader;
using chain::TieStrength;

namespace {

constexpr size_t kNamesInSentence = 5;
constexpr double kNotable = 1.96;  // |z| beyond which a difference is called clear (5 % two-sided, normal approximation)

std::string PartName(Lang lang, Part part) {
  switch (part) {
    case Part::kAOnly: return Say(lang, "仅 A", "A only");
    case Part::kBOnly: return Say(lang, "仅 B", "B only");
    case Part::kBoth: return Say(lang, "A 与 B 共有", "both");
    case Part::kRest: return Say(lang, "其他企业", "others");
  }
  return "";
}

Tone PartTone(Part part) {
  switch (part) {
    case Part::kAOnly: return Tone::kFirst;
    case Part::kBOnly: return Tone::kSecond;
    case Part::kBoth: return Tone::kBoth;
    case Part::kRest: return Tone::kOther;
  }
  return Tone::kOther;
}

class Writer {
 public:
  Writer(Reader& reader, const LinkageAnswer& answer, const LinkageDocumentOptions& options)
      : reader_(reader), answer_(answer), options_(options), lang_(reader.lang()), zh_(reader.lang() == Lang::kZh) {}

  Result<Document> Write() {
    document_.kind = "linkage";
    document_.lang = lang_;
    document_.title = zh_ ? Text(NameA(), " 与 ", NameB(), " 的联系") : Text("How ", NameA(), " and ", NameB(), " are linked");
    Summary();
    Groups();
    Kinds();
    LT_TRY(Ties());
    Matrix();
    StrengthSection();
    Bridges();
    for (Section& s : BridgingSections(reader_, notes_, answer_)) document_.sections.push_back(std::move(s));
    Cities();
    if (options_.pictures) LT_TRY(Map());
    Frames();
    Parks();
    Segments();
    Platforms();
    Agreements();
    Leaders();
    Complements();
    LT_TRY(Chains());
    Members();
    CoverageSection();
    Method();
    document_.sources = notes_.Take();
    if (const std::string latest = document_.LatestDate(); !latest.empty()) document_.method.emplace_back(Words("来源的最晚日期", "Latest date of a source"), latest);
    return std::move(document_);
  }

 private:
  const std::string& NameA() const { return answer_.a.entity.name; }
  const std::string& NameB() const { return answer_.b.entity.name; }
  const char* Words(const char* zh, const char* en) const { return zh_ ? zh : en; }
  // Words put together here, as a cell; names and values stay as the data has them.
  io::Cell Prose(const std::string& text) const { return zh_ ? TextCell(ChinesePunctuation(text)) : TextCell(text); }
  PictureMaker Maker() { return {reader_, notes_, options_.basemap}; }
  std::string Arrow(bool forward) const { return Text(forward ? NameA() : NameB(), " → ", forward ? NameB() : NameA()); }
  size_t Count(Part part) const { return answer_.parts.of(part).size(); }

  std::string Names(const std::vector<Entity>& entities) const {
    std::vector<std::string> names;
    for (size_t i = 0; i < entities.size() && i < kNamesInSentence; ++i) names.push_back(entities[i].name);
    return Join(names, Words("、", ", ")) + (entities.size() > kNamesInSentence ? Words("等", " and others") : "");
  }

  // Keeps a section that has rows; the others are named at the end.
  void Keep(Section section) {
    if (section.table.rows.empty()) missing_.push_back(section.title);
    else document_.sections.push_back(std::move(section));
  }

  void Summary() {
    auto& out = document_.summary;
    bool computable = true;
    for (const Group* group : {&answer_.a, &answer_.b}) {
      if (group->membership != chain::Membership::kNotComputable) continue;
      computable = false;
      out.push_back(zh_ ? Text(group->entity.name, "的成员无法计算:", group->reason, ";因此企业之间的联系也无法统计,下面只比较来源对它本身的陈述。")
                        : Text("The members of ", group->entity.name, " cannot be computed: ", group->reason, "; so no ties can be counted, and only what is stated about it is compared."));
    }
    const bool derived = answer_.a.membership == chain::Membership::kDerived || answer_.b.membership == chain::Membership::kDerived;
    if (computable) {
      out.push_back(zh_ ? Text(NameA(), "有企业 ", answer_.a.members.size(), " 家,", NameB(), "有 ", answer_.b.members.size(), " 家,", Count(Part::kBoth) == 0 ? "没有共有的企业" : Text("其中共有 ", Count(Part::kBoth), " 家"),
                               derived ? "(集群成员为推算,非来源列明)。" : "。")
                        : Text(NameA(), " has ", answer_.a.members.size(), " companies, ", NameB(), " has ", answer_.b.members.size(), "; shared by both: ", Count(Part::kBoth),
                               derived ? " (members of clusters are derived, not stated by a source)." : "."));
      if (Count(Part::kAOnly) == 0 || Count(Part::kBOnly) == 0) {
        const std::string& empty = Count(Part::kAOnly) == 0 ? NameA() : NameB();
        out.push_back(zh_ ? Text(empty, "没有独有的企业,因此两边之间没有可统计的联系。") : Text(empty, " has no company of its own, so there are no ties between the two sides to count."));
      } else {
        out.push_back(TiesSentence());
        out.push_back(StrengthSentence());
      }
    }
    out.push_back(CommonSentence());
    if (!answer_.cross.complements.empty()) out.push_back(ComplementSentence());
    if (!answer_.complete) out.push_back(zh_ ? Text("结果不完整:", answer_.stopped, "。") : Text("Incomplete: ", answer_.stopped, "."));
  }

  std::string TiesSentence() const {
    const auto& s = answer_.strength;
    const uint64_t weak = answer_.weak[0][1] + answer_.weak[1][0], past = answer_.past[0][1] + answer_.past[1][0];
    if (answer_.ties_total == 0) return Words("双方独有企业之间,数据中没有供应联系。", "The data holds no supply tie between companies of one side only.");
    return zh_ ? Text("双方独有企业之间,数据中有确定的供应联系 ", s.between(), " 条(", Arrow(true), " ", s.a_to_b, " 条,", Arrow(false), " ", s.b_to_a, " 条),较弱的 ", weak, " 条,已结束的 ", past, " 条。")
               : Text("Supply ties in the data between companies of one side only: ", s.between(), " firm (", Arrow(true), " ", s.a_to_b, ", ", Arrow(false), " ", s.b_to_a, "), ", weak, " weaker, ", past, " past.");
  }

  std::string StrengthSentence() const {
    const auto& s = answer_.strength;
    const uint64_t inside = s.inside_a + s.inside_b;
    if (s.too_few()) {
      return zh_ ? Text("连同双方内部,确定联系共 ", s.ties(), " 条,不足 ", chain::kFewTies, " 条,太少,不足以判断联系强弱。")
                 : Text("With those inside either side there are ", s.ties(), " firm ties, fewer than ", chain::kFewTies, ": too few to say how strong the linkage is.");
    }
    std::string out = zh_ ? Text("确定联系共 ", s.ties(), " 条:双方之间 ", s.between(), " 条,各自内部 ", inside, " 条")
                          : Text(s.ties(), " firm ties in all: ", s.between(), " between the sides, ", inside, " inside them");
    if (s.ei.defined()) {
      out += zh_ ? Text(",E-I 指数 ", Fixed(*s.ei, 2)) : Text("; E-I index ", Fixed(*s.ei, 2));
      if (s.ei_expected.defined()) out += zh_ ? Text("(负数表示多在各自内部;只按企业数应为 ", Fixed(*s.ei_expected, 2), ")") : Text(" (negative: more inside; ", Fixed(*s.ei_expected, 2), " by size alone)");
    }
    const auto& c = s.undirected;
    if (c.z.defined()) {
      if (*c.z <= -kNotable || *c.z >= kNotable) {
        const bool fewer = *c.z < 0;
        out += zh_ ? Text(";双方之间的联系明显", fewer ? "少于" : "多于", "随机配对的 ", Fixed(c.expected, 1), " 条(z = ", Fixed(*c.z, 2), ")")
                   : Text("; clearly ", fewer ? "fewer" : "more", " between the sides than the ", Fixed(c.expected, 1), " of random matching (z = ", Fixed(*c.z, 2), ")");
      } else {
        out += zh_ ? Text(";双方之间的联系与随机配对的 ", Fixed(c.expected, 1), " 条无明显差别(z = ", Fixed(*c.z, 2), ")")
                   : Text("; not clearly different from the ", Fixed(c.expected, 1), " of random matching (z = ", Fixed(*c.z, 2), ")");
      }
    }
    return out + Words("。", ".");
  }

  std::string CommonSentence() const {
    const auto& common = answer_.common;
    std::vector<std::string> pieces;
    auto add = [&](size_t count, const char* zh, const char* one, const char* many, const std::string& names) {
      if (count == 0) return;
      pieces.push_back((zh_ ? Text(zh, " ", count, " 个") : Text(count, " ", count == 1 ? one : many)) + (names.empty() ? "" : zh_ ? Text("(", names, ")") : Text(" (", names, ")")));
    };
    std::vector<Entity> cities, parks, segments, leaders, agreements;
    for (const auto& c : common.cities) cities.push_back(c.city);
    for (const auto& p : common.parks) parks.push_back(p.park);
    for (const auto& s : common.segments) segments.push_back(s.segment);
    for (const auto& a : common.agreements) agreements.push_back(a.agreement);
    add(cities.size(), "城市", "city", "cities", Names(cities));
    add(parks.size(), "园区", "park", "parks", Names(parks));
    add(segments.size(), "环节", "segment", "segments", Names(segments));
    add(common.platforms.size(), "平台", "platform", "platforms", "");
    std::string out = pieces.empty() ? std::string(Words("数据中双方没有共同的城市、园区、环节或平台", "The data shows no city, park, segment or platform that they share"))
                                     : Text(Words("双方共有:", "They share "), Join(pieces, Words(",", ", ")));
    if (!agreements.empty()) out += zh_ ? Text(";代表其中一方签署的协议 ", agreements.size(), " 项(", Names(agreements), ")") : Text("; agreements signed on behalf of either: ", agreements.size(), " (", Names(agreements), ")");
    return out + Words("。", ".");
  }

  std::string ComplementSentence() const {
    std::vector<Entity> lacks[2];
    size_t own_chain[2] = {0, 0};
    for (const auto& c : answer_.cross.complements) {
      lacks[c.a_lacks ? 0 : 1].push_back(c.segment);
      own_chain[c.a_lacks ? 0 : 1] += c.own_chain ? 1 : 0;
    }
    auto side = [&](size_t i) {
      const std::string &own = i == 0 ? NameA() : NameB(), &other = i == 0 ? NameB() : NameA();
      std::string out = zh_ ? Text(own, "没有企业而", other, "有的环节 ", lacks[i].size(), " 个")
                            : Text(lacks[i].size(), lacks[i].size() == 1 ? " segment" : " segments", " that ", own, " lacks and ", other, " has");
      if (lacks[i].empty()) return out;
      out += zh_ ? Text("(", Names(lacks[i])) : Text(" (", Names(lacks[i]));
      if (own_chain[i] > 0) out += zh_ ? Text(";属其自身产业链的 ", own_chain[i], " 个") : Text("; ", own_chain[i], " of its own chain");
      return out + Words(")", ")");
    };
    return zh_ ? Text("可互补:", side(0), ";", side(1), "。") : Text("They could complement each other: ", side(0), "; ", side(1), ".");
  }

  void Groups() {
    Section s{.name = "groups", .title = Words("两边是谁", "The two sides"), .derived_from = {"members"}};
    s.notes = {Text("A: ", GroupSentence(reader_, answer_.a), notes_.Mark(answer_.a_sources)), Text("B: ", GroupSentence(reader_, answer_.b), notes_.Mark(answer_.b_sources))};
    s.notes.push_back(zh_ ? "两组分成互不重叠的四部分:仅 A、仅 B、共有、其他。只有“仅 A”与“仅 B”之间的才算联系;共有企业是桥梁,不算联系。"
                          : "The two groups make four disjoint parts: A only, B only, both, others. Only what runs between A only and B only is a tie; shared companies are bridges, never ties.");
    s.table.columns = {{"side", Words("边", "Side")}, {"group", Words("名称", "Group")}, {"membership", Words("成员规则", "Membership")}, {"members", Words("企业", "Companies")},
                       {"only", Words("独有", "Its own")}, {"shared", Words("共有", "Shared")}, {"chains", Words("产业链", "Chains")}, {"places", Words("覆盖地", "Places")}, {"sources", Words("来源", "Sources")}};
    for (const Group* g : {&answer_.a, &answer_.b}) {
      const bool a = g == &answer_.a, known = g->membership != chain::Membership::kNotComputable;
      s.table.rows.push_back({a ? "A" : "B", EntityCell(g->entity), {graph::Value(MembershipWords(g->membership)), io::ToJson(graph::Value(chain::MembershipName(g->membership)))},
                              known ? CountCell(g->members.size()) : io::Cell(), known ? CountCell(Count(a ? Part::kAOnly : Part::kBOnly)) : io::Cell(),
                              known ? CountCell(Count(Part::kBoth)) : io::Cell(), EntitiesCell(lang_, g->chains),
                              EntitiesCell(lang_, g->cities), notes_.Cell(a ? answer_.a_sources : answer_.b_sources)});
    }
    document_.sections.push_back(std::move(s));
  }

  std::string MembershipWords(chain::Membership m) const {
    switch (m) {
      case chain::Membership::kSeated: return Words("所在地", "seated there");
      case chain::Membership::kStated: return Words("来源列明", "stated");
      case chain::Membership::kDerived: return Words("推算", "derived");
      case chain::Membership::kOperating: return Words("从事其环节", "operating in it");
      case chain::Membership::kProducing: return Words("生产它", "making it");
      case chain::Membership::kHosted: return Words("入驻", "hosted");
      case chain::Membership::kNotComputable: return Words("无法计算", "cannot be computed");
    }
    return "";
  }

  void Kinds() {
    Section s{.name = "ties_by_kind", .title = Words("联系按类型", "Ties by kind"), .derived_from = {"ties_a_to_b", "ties_b_to_a", "ownership"}};
    s.table.columns = {{"type", Words("类型", "Type")}, {"kind", Words("状态或关系", "Status or relation")}, {"strength", Words("强度", "Strength")}, {"a_to_b", "A → B"}, {"b_to_a", "B → A"}, {"total", Words("合计", "Total")}};
    for (const chain::TieKind& k : answer_.kinds) {
      const bool supply = k.strength.has_value();
      s.table.rows.push_back({{graph::Value(reader_.TypeName(k.type)), io::ToJson(graph::Value(k.type))}, TextCell(reader_.ValueName(k.type, supply ? "status" : "relation", k.value)),
                              supply ? io::Cell(StrengthName(lang_, *k.strength)) : io::Cell(), CountCell(k.a_to_b), CountCell(k.b_to_a), CountCell(k.a_to_b + k.b_to_a)});
    }
    Keep(std::move(s));
  }

  void Matrix() {
    Section s{.name = "matrix", .title = Words("供应联系矩阵", "Matrix of supply ties")};
    s.notes.push_back(Words("行是供应方所在部分,列是客户所在部分;每个产品、每个年份各计一条。其他企业之间的联系不在范围内;较弱和已结束的,全零的行略去。",
                            "Rows are the supplier's part, columns the customer's; every product and year counts once. Ties among others are out of scope; rows of weaker or past ties that are all zero are left out."));
    s.table.columns = {{"strength", Words("强度", "Strength")}, {"supplier", Words("供应方", "Supplier")}, {"a_only", Words("→ 仅 A", "→ A only")}, {"b_only", Words("→ 仅 B", "→ B only")},
                       {"both", Words("→ 共有", "→ both")}, {"rest", Words("→ 其他", "→ others")}};
    if (options_.pictures) s.table.columns.push_back({"sources", Words("来源", "Sources")});
    else s.derived_from = {"ties_a_to_b", "ties_b_to_a", "bridges"};
    for (const auto& [strength, matrix] : {std::pair(TieStrength::kFirm, &answer_.firm), std::pair(TieStrength::kWeak, &answer_.weak), std::pair(TieStrength::kPast, &answer_.past)}) {
      if (answer_.parts.all.empty()) continue;
      for (size_t row = 0; row < 4; ++row) {
        if (strength != TieStrength::kFirm && std::all_of((*matrix)[row].begin(), (*matrix)[row].end(), [](uint64_t n) { return n == 0; })) continue;
        io::Row cells{StrengthName(lang_, strength), PartName(lang_, static_cast<Part>(row))};
        for (size_t column = 0; column < 4; ++column) cells.push_back(row == 3 && column == 3 ? io::Cell() : CountCell((*matrix)[row][column]));
        if (options_.pictures) cells.push_back(notes_.CountedCell(lang_, answer_.count_sources[static_cast<size_t>(strength)][row]));
        s.table.rows.push_back(std::move(cells));
      }
    }
    if (options_.pictures && !s.table.rows.empty()) {
      HeatMap heat{.text = {.id = "matrix-heat", .title = s.title, .description = Words("确定的供应联系,与表相同。", "Firm supply ties, as in the table.")},
                   .row_title = Words("供应方", "Supplier"), .column_title = Words("客户", "Customer")};
      for (size_t i = 0; i < 4; ++i) {
        heat.rows.push_back(PartName(lang_, static_cast<Part>(i)));
        heat.columns.push_back(PartName(lang_, static_cast<Part>(i)));
        std::vector<std::optional<double>> values;
        for (size_t k = 0; k < 4; ++k) values.push_back(i == 3 && k == 3 ? std::nullopt : std::optional(static_cast<double>(answer_.firm[i][k])));
        heat.values.push_back(std::move(values));
      }
      s.figures.push_back({DrawHeatMap(heat), Words("确定的供应联系条数;颜色越深越多。其他企业之间的不在范围内。", "Firm supply ties; darker is more. Ties among others are out of scope.")});
    }
    Keep(std::move(s));
  }

  void StrengthSection() {
    const auto& s = answer_.strength;
    Section out{.name = "strength", .title = Words("联系的强弱", "How strong the linkage is"), .derived_from = {"matrix"}};
    if (s.too_few()) {
      out.notes.push_back(zh_ ? Text("太少:确定联系共 ", s.ties(), " 条,不足 ", chain::kFewTies, " 条。下列数值只供复核,不宜解读。")
                              : Text("Too few: ", s.ties(), " firm ties, fewer than ", chain::kFewTies, ". The numbers below are there to be checked, not to be read."));
    }
    out.table.columns = {{"measure", Words("指标", "Measure")}, {"scope", Words("范围", "Scope")}, {"ties", Words("确定联系", "Firm ties")}, {"observed", Words("其中 A–B", "A–B among them")},
                         {"expected", Words("期望", "Expected")}, {"value", Words("值", "Value")}, {"enough", Words("数量足够", "Enough ties")}, {"reason", Words("说明", "Remark")}};
    const char* among = Words("仅 A 与仅 B 之间及内部", "among A only and B only");
    auto row = [&](const char* name, const std::string& title, const char* scope, uint64_t ties, uint64_t observed, io::Cell expected, const analysis::Measure& value, bool counts) {
      out.table.rows.push_back({{Prose(title).value, io::ToJson(graph::Value(name))}, scope, CountCell(ties), CountCell(observed), std::move(expected), MeasureCell(value, 3), YesNoCell(lang_, counts), Prose(ReasonText(lang_, value))});
    };
    const bool enough = !s.too_few();
    row("ei", Words("E-I 指数", "E-I index"), among, s.ties(), s.between(), MeasureCell(s.ei_expected, 3), s.ei, enough);
    row("z", Words("z(不分方向)", "z, both directions"), among, s.ties(), s.undirected.observed, MeasureCell(s.undirected.expected, 2), s.undirected.z, enough);
    row("z_a_to_b", "z(A → B)", among, s.ties(), s.forward.observed, MeasureCell(s.forward.expected, 2), s.forward.z, enough);
    row("z_b_to_a", "z(B → A)", among, s.ties(), s.backward.observed, MeasureCell(s.backward.expected, 2), s.backward.z, enough);
    out.notes.push_back(zh_ ? Text("确定联系:仅 A 内部 ", s.inside_a, " 条,仅 B 内部 ", s.inside_b, " 条,A → B ", s.a_to_b, " 条,B → A ", s.b_to_a, " 条;企业:仅 A ", s.members_a, " 家,仅 B ", s.members_b, " 家。")
                            : Text("Firm ties: inside A only ", s.inside_a, ", inside B only ", s.inside_b, ", A to B ", s.a_to_b, ", B to A ", s.b_to_a, "; companies: A only ", s.members_a, ", B only ", s.members_b, "."));
    document_.sections.push_back(std::move(out));
  }

  Status Ties() {
    for (const bool forward : {true, false}) {
      std::vector<chain::Tie> ties;
      for (const chain::Tie& t : answer_.ties) {
        if ((answer_.parts.Of(t.supplier.id) == Part::kAOnly) == forward) ties.push_back(t);
      }
      Section s = TiesSection(reader_, notes_, forward ? "ties_a_to_b" : "ties_b_to_a", zh_ ? Text("供应:", Arrow(forward)) : Text("Supply: ", Arrow(forward)), ties);
      if (answer_.ties.size() < answer_.ties_total) s.notes.push_back(zh_ ? Text("两个方向共 ", answer_.ties_total, " 条,列出前 ", answer_.ties.size(), " 条。") : Text(answer_.ties_total, " in both directions; the first ", answer_.ties.size(), " are shown."));
      if (options_.pictures && !ties.empty()) {
        LT_ASSIGN(s.figures, FlowFigure(Maker(), {.id = forward ? "flow-a-to-b" : "flow-b-to-a", .title = s.title, .ties = ties, .left = zh_ ? Text("供应方(", forward ? NameA() : NameB(), ")") : Text("Suppliers (", forward ? NameA() : NameB(), ")"),
                                         .right = zh_ ? Text("客户(", forward ? NameB() : NameA(), ")") : Text("Customers (", forward ? NameB() : NameA(), ")"),
                                         .left_tone = forward ? Tone::kFirst : Tone::kSecond, .right_tone = forward ? Tone::kSecond : Tone::kFirst}));
      }
      Keep(std::move(s));
    }
    Section s{.name = "ownership", .title = Words("双方之间的持股与控制", "Ownership between the sides")};
    s.table.columns = {{"direction", Words("方向", "Direction")}, {"owner", Words("持有方", "Owner")}, {"owned", Words("被持有方", "Owned")}, {"relation", Words("关系", "Relation")}, {"sources", Words("来源", "Sources")}};
    for (const chain::CrossOwnership& o : answer_.ownerships) {
      s.table.rows.push_back({o.forward ? "A → B" : "B → A", EntityCell(o.ownership.owner), EntityCell(o.ownership.owned), TextCell(reader_.ValueName("OWNS", "relation", o.ownership.relation)), notes_.Cell(o.ownership.sources)});
    }
    Keep(std::move(s));
    return {};
  }

  void Bridges() {
    Section s{.name = "bridges", .title = Words("桥梁企业", "Bridging companies")};
    s.notes.push_back(zh_ ? Text("共有企业 ", answer_.bridges_shared, " 家;不属于任何一边而与两边都有确定联系的 ", answer_.bridges_both_sides, " 家;只与共有企业有确定联系的 ", answer_.bridges_around_shared, " 家。数字为确定供应联系的条数。")
                          : Text(answer_.bridges_shared, " shared companies; ", answer_.bridges_both_sides, " of neither side with firm ties to both; ", answer_.bridges_around_shared, " with firm ties to shared companies only. Numbers count firm supply ties."));
    s.table.columns = {{"company", Words("企业", "Company")}, {"role", Words("角色", "Role")}, {"city", Words("城市", "City")}, {"to_a", Words("供 A", "to A")}, {"from_a", Words("购自 A", "from A")},
                       {"to_b", Words("供 B", "to B")}, {"from_b", Words("购自 B", "from B")}, {"to_both", Words("供共有", "to shared")}, {"from_both", Words("购自共有", "from shared")}, {"sources", Words("来源", "Sources")}};
    for (const chain::Bridge& b : answer_.bridges) {
      const char* role = b.shared ? Words("共有成员", "member of both") : b.ties.with_a() > 0 && b.ties.with_b() > 0 ? Words("第三方,连两边", "third party, tied to both") : Words("第三方,连共有企业", "third party, tied to shared members");
      s.table.rows.push_back({EntityCell(b.company), Prose(role), EntityCell(b.city), CountCell(b.ties.to_a), CountCell(b.ties.from_a), CountCell(b.ties.to_b), CountCell(b.ties.from_b), CountCell(b.ties.to_both),
                              CountCell(b.ties.from_both), notes_.Cell(b.sources)});
    }
    const uint64_t total = answer_.bridges_shared + answer_.bridges_both_sides + answer_.bridges_around_shared;
    if (answer_.bridges.size() < total) s.notes.push_back(zh_ ? Text("列出前 ", answer_.bridges.size(), " 家。") : Text("The first ", answer_.bridges.size(), " are shown."));
    Keep(std::move(s));
  }

  // --- Chains

  std::string StageText(const CrossChain& chain, size_t i) const {
    const chain::ChainStage& stage = chain.stages[i];
    std::vector<std::string> companies;
    for (size_t c = 0; c < stage.companies.size(); ++c) {
      const auto& city = stage.cities[c];
      companies.push_back(stage.companies[c].name + (city ? Text(zh_ ? "(" : " (", city->name, zh_ ? ")" : ")") : ""));
    }
    std::string who = Join(companies, Words("、", ", "));
    if (stage.company_count > stage.companies.size()) who += zh_ ? Text("等 ", stage.company_count, " 家") : Text(" and ", stage.company_count - stage.companies.size(), " more");
    if (!stage.segment) return who;
    return chain.actual ? Text(who, zh_ ? "〔" : " [", stage.segment->name, zh_ ? "〕" : "]") : Text(stage.segment->name, zh_ ? "〔" : " [", PartName(lang_, stage.part), zh_ ? ":" : ": ", who, zh_ ? "〕" : "]");
  }

  io::Cell RouteCell(const CrossChain& chain) const {
    std::string text;
    io::JsonWriter json;
    json.BeginArray();
    for (size_t i = 0; i < chain.stages.size(); ++i) {
      if (i > 0) {
        const std::string product = chain.actual ? reader_.ProductName(chain.ties[i - 1].product) : "";
        text += chain.actual ? Text(" —", product.empty() ? reader_.TypeName("SUPPLIES") : product, "→ ") : " ⇢ ";
      }
      text += StageText(chain, i);
      const chain::ChainStage& stage = chain.stages[i];
      json.BeginObject().Key("segment");
      if (stage.segment) json.Raw(EntityCell(*stage.segment).json);
      else json.Null();
      json.Member("level", stage.level).Member("part", PartName(Lang::kEn, stage.part)).Key("companies").BeginArray();
      for (size_t c = 0; c < stage.companies.size(); ++c) {
        json.BeginObject().Key("company").Raw(EntityCell(stage.companies[c]).json).Key("city");
        if (stage.cities[c]) json.Raw(EntityCell(*stage.cities[c]).json);
        else json.Null();
        json.EndObject();
      }
      json.EndArray().Member("count", static_cast<int64_t>(stage.company_count));
      if (chain.actual && i < chain.ties.size()) json.Member("product", chain.ties[i].product).Member("status", chain.ties[i].status);
      json.EndObject();
    }
    json.EndArray();
    return {Prose(text).value, json.Take()};
  }

  Status Chains() {
    for (const bool actual : {true, false}) {
      Section s{.name = actual ? "chains" : "possible_chains",
                .title = actual ? Words("代表性跨边链条(已有供应联系)", "Representative chains across (supply ties that exist)") : Words("可以衔接的链条(推算,未必已有供货)", "Chains that could be joined (derived, not stated)")};
      s.notes.push_back(actual ? Words("从上游到下游,每一步都是一条有来源的供应联系;前后两步经过同一家企业,不表示同一批物料。",
                                       "From upstream to downstream, each step a sourced supply tie; two steps meet in one company, not necessarily in one material.")
                               : Words("环节前后相接、两边各有企业,因此可以衔接;这不表示已经供货。", "The segments follow each other and each side has companies there, so they could be joined; it does not say that they are."));
      s.table.columns = {{"route", Words("链条", "Chain")}, {"stages", Words("环节数", "Stages")}};
      if (actual) s.table.columns.push_back({"strength", Words("最弱一环", "Weakest tie")});
      else s.table.columns.push_back({"existing_ties", Words("跨边处已有确定联系", "Firm ties already there")});
      s.table.columns.push_back({"sources", Words("来源", "Sources")});
      for (const CrossChain& c : answer_.cross.chains) {
        if (c.actual != actual) continue;
        s.table.rows.push_back({RouteCell(c), CountCell(c.stages.size()), actual ? io::Cell(StrengthName(lang_, c.strength)) : CountCell(c.existing_ties), notes_.Cell(c.sources)});
      }
      if (options_.pictures && !s.table.rows.empty() && document_.sections.end() == std::find_if(document_.sections.begin(), document_.sections.end(), [](const Section& x) { return !x.figures.empty(); })) {
        LT_TRY(AddPicture(s));
      }
      Keep(std::move(s));
    }
    return {};
  }

  Status AddPicture(Section& section) {
    LT_ASSIGN(const Picture picture, ChainPicture());
    auto drawing = DrawLayered(picture);
    if (drawing.ok()) section.figures.push_back({*std::move(drawing), zh_ ? "从左到右为上游到下游;方框是环节,框内是企业与城市。" : "Left to right is upstream to downstream; a box is a segment with companies and their cities."});
    else section.notes.push_back(drawing.status().message());
    return {};
  }

  Result<Picture> ChainPicture() {
    Picture p{.id = "chain-picture"};
    p.title = zh_ ? Text(NameA(), " 与 ", NameB(), " 的跨边链条") : Text("Chains across ", NameA(), " and ", NameB());
    std::map<graph::NodeId, size_t> boxes;  // by segment, or by company where no segment is known
    std::map<std::pair<size_t, graph::NodeId>, bool> listed;
    auto box = [&](const chain::ChainStage& stage) {
      const graph::NodeId id = stage.segment ? stage.segment->id : stage.companies[0].id;
      const auto [it, fresh] = boxes.try_emplace(id, p.boxes.size());
      if (fresh) {
        p.boxes.push_back({.heading = stage.segment ? stage.segment->name : std::string(Words("环节未知", "segment not known")),
                           .tag = stage.level.empty() ? "" : reader_.ValueName("Segment", "level", stage.level)});
      }
      return it->second;
    };
    struct Drawn {
      std::vector<std::string> products;
      bool from_a = false, from_b = false;
    };
    std::map<std::tuple<size_t, size_t, Stroke>, Drawn> arrows;
    for (const CrossChain& chain : answer_.cross.chains) {
      std::vector<size_t> at;
      for (const chain::ChainStage& stage : chain.stages) {
        at.push_back(box(stage));
        for (size_t c = 0; c < stage.companies.size(); ++c) {
          if (!listed.emplace(std::pair(at.back(), stage.companies[c].id), true).second) continue;
          const auto& city = stage.cities[c];
          LT_ASSIGN(const std::string name, ShortName(reader_, stage.companies[c]));
          p.boxes[at.back()].lines.push_back({name + (city ? " · " + city->name : ""), PartTone(answer_.parts.Of(stage.companies[c].id))});
        }
      }
      for (size_t i = 0; i + 1 < at.size(); ++i) {
        if (at[i] == at[i + 1]) continue;
        const Stroke stroke = !chain.actual ? Stroke::kDotted : chain.ties[i].strength == TieStrength::kFirm ? Stroke::kSolid : Stroke::kDashed;
        // Where a tie exists, that it could exist is no news.
        if (!chain.actual && arrows.contains({at[i], at[i + 1], Stroke::kSolid})) continue;
        Drawn& drawn = arrows[{at[i], at[i + 1], stroke}];
        const Part part = answer_.parts.Of(chain.stages[i].companies[0].id);
        drawn.from_a = drawn.from_a || part == Part::kAOnly;
        drawn.from_b = drawn.from_b || part == Part::kBOnly;
        if (!chain.actual || chain.ties[i].product.empty()) continue;
        auto& products = drawn.products;
        const std::string product = reader_.ProductName(chain.ties[i].product);
        if (std::find(products.begin(), products.end(), product) == products.end()) products.push_back(product);
      }
    }
    std::set<Stroke> strokes;
    for (const auto& [key, drawn] : arrows) {
      const auto& [from, to, stroke] = key;
      std::string label;
      if (!drawn.products.empty()) label = drawn.products.size() == 1 ? drawn.products[0] : zh_ ? Text(drawn.products[0], "等") : drawn.products[0] + " …";
      strokes.insert(stroke);
      p.arrows.push_back({.from = from, .to = to, .label = label, .tone = drawn.from_a == drawn.from_b ? Tone::kOther : drawn.from_a ? Tone::kFirst : Tone::kSecond, .stroke = stroke});
    }
    p.tones = {{Tone::kFirst, Text(PartName(lang_, Part::kAOnly), zh_ ? ":" : ": ", NameA())}, {Tone::kSecond, Text(PartName(lang_, Part::kBOnly), zh_ ? ":" : ": ", NameB())}};
    const auto has = [&](Tone tone) {
      return std::any_of(p.boxes.begin(), p.boxes.end(), [&](const PictureBox& b) { return std::any_of(b.lines.begin(), b.lines.end(), [&](const PictureLine& l) { return l.tone == tone; }); });
    };
    if (has(Tone::kBoth)) p.tones.emplace_back(Tone::kBoth, PartName(lang_, Part::kBoth));
    if (has(Tone::kOther)) p.tones.emplace_back(Tone::kOther, PartName(lang_, Part::kRest));
    for (const Stroke stroke : strokes) {
      p.strokes.emplace_back(stroke, stroke == Stroke::kSolid ? Words("确定的供应联系", "firm supply tie") : stroke == Stroke::kDashed ? Words("较弱或计划中的联系", "weaker or planned tie") : Words("可以衔接(推算)", "could be joined (derived)"));
    }
    p.description = zh_ ? Text(p.boxes.size(), " 个环节,", p.arrows.size(), " 条箭头;内容与下表相同。") : Text(p.boxes.size(), " segments, ", p.arrows.size(), " arrows; the table below says the same.");
    return p;
  }

  // --- What they lack and share

  void Complements() {
    for (const bool a_lacks : {true, false}) {
      const std::string &own = a_lacks ? NameA() : NameB(), &other = a_lacks ? NameB() : NameA();
      Section s{.name = a_lacks ? "a_lacks" : "b_lacks", .title = zh_ ? Text(own, "缺而", other, "有的环节") : Text("Segments that ", own, " lacks and ", other, " has")};
      s.notes.push_back(Words("“缺”指数据中该边没有企业从事此环节,不表示现实中没有;列出的企业可以补上,不表示会。",
                              "“Lacks” means that the data shows no company of that side there; the companies named could fill it, nothing says that they will."));
      s.table.columns = {{"segment", Words("环节", "Segment")}, {"chain", Words("产业链", "Chain")}, {"level", Words("位置", "Level")}, {"own_chain", Words("属本边产业链", "Of its own chain")},
                         {"companies", Words("对方企业", "Companies")}, {"examples", Words("如", "Such as")}, {"supplies", Words("下接本边环节", "Supplies its segments")}, {"supplied_by", Words("上接本边环节", "Supplied by its segments")}, {"sources", Words("来源", "Sources")}};
      for (const chain::Complement& c : answer_.cross.complements) {
        if (c.a_lacks != a_lacks) continue;
        s.table.rows.push_back({EntityCell(c.segment), EntitiesCell(lang_, c.chains), TextCell(reader_.ValueName("Segment", "level", c.level)), YesNoCell(lang_, c.own_chain), CountCell(c.companies),
                                EntitiesCell(lang_, c.examples), EntitiesCell(lang_, c.supplies), EntitiesCell(lang_, c.supplied_by), notes_.Cell(c.sources)});
      }
      const bool unnamed = std::any_of(answer_.cross.complements.begin(), answer_.cross.complements.end(), [&](const chain::Complement& c) { return c.a_lacks == a_lacks && c.examples.empty(); });
      if (unnamed) {
        s.notes.push_back(zh_ ? Text("企业数是全部的;双方互补环节中前 ", chain::kComplementsWithExamples, " 个列出了企业和来源。")
                              : Text("Counts are of all companies; the first ", chain::kComplementsWithExamples, " segments of both lists name some, with sources."));
      }
      Keep(std::move(s));
    }
  }

  void Cities() {
    Section s{.name = "cities", .title = Words("共同的城市", "Cities in common")};
    s.table.columns = {{"city", Words("城市", "City")}, {"a_covers", Words("A 覆盖或位于", "A covers or lies in it")}, {"b_covers", Words("B 覆盖或位于", "B covers or lies in it")}, {"a_only", Words("仅 A 企业", "A only")},
                       {"b_only", Words("仅 B 企业", "B only")}, {"both", Words("共有企业", "Both")}, {"sources", Words("来源", "Sources")}};
    for (const chain::SharedCity& c : answer_.common.cities) {
      s.table.rows.push_back({EntityCell(c.city), YesNoCell(lang_, c.a_covers), YesNoCell(lang_, c.b_covers), CountCell(c.a_members), CountCell(c.b_members), CountCell(c.both_members), notes_.Cell(c.sources)});
    }
    Keep(std::move(s));
  }

  // Where the members listed are, and the ties listed between the two sides.
  Status Map() {
    std::map<graph::NodeId, std::pair<Entity, std::array<uint64_t, 3>>> cities;
    for (const chain::LinkageMember& m : answer_.members) {
      if (m.city) ++cities.try_emplace(m.city->id, *m.city, std::array<uint64_t, 3>{}).first->second.second[static_cast<size_t>(m.part)];
    }
    MapRequest request{.id = "members-map", .title = zh_ ? Text(NameA(), " 与 ", NameB(), " 的企业与供应联系") : Text("Companies and supply ties of ", NameA(), " and ", NameB()), .unit = Words("名单中的企业数", "companies listed")};
    for (const auto& [id, city] : cities) {
      const auto& [a, b, both] = city.second;
      const Tone tone = both > 0 || (a > 0 && b > 0) ? Tone::kBoth : a > 0 ? Tone::kFirst : Tone::kSecond;
      request.items.push_back({city.first, static_cast<double>(a + b + both), tone});
    }
    std::map<std::tuple<graph::NodeId, graph::NodeId, bool, Stroke>, double> ties;
    for (const chain::Tie& t : answer_.ties) {
      if (!t.supplier_city || !t.customer_city || t.strength == TieStrength::kPast) continue;
      ++ties[{t.supplier_city->id, t.customer_city->id, answer_.parts.Of(t.supplier.id) == Part::kAOnly, t.strength == TieStrength::kFirm ? Stroke::kSolid : Stroke::kDashed}];
    }
    for (const auto& [key, count] : ties) {
      const auto& [from, to, forward, stroke] = key;
      request.ties.push_back({.from = from, .to = to, .value = count, .tone = forward ? Tone::kFirst : Tone::kSecond, .stroke = stroke});
    }
    request.tones = {{Tone::kFirst, Text("A: ", NameA())}, {Tone::kSecond, Text("B: ", NameB())}, {Tone::kBoth, Words("两边都有企业", "companies of both")}};
    Section s{.name = "map", .title = Words("企业在哪里", "Where the companies are")};
    LT_ASSIGN(s.figures, MapFigure(Maker(), request));
    if (!s.figures.empty()) document_.sections.push_back(std::move(s));
    return {};
  }

  void Frames() {
    Section s{.name = "frames", .title = Words("共同所属", "What both belong to")};
    s.table.columns = {{"entity", Words("名称", "Name")}, {"label", Words("类别", "Label")}, {"type", Words("关系", "By")}, {"sources", Words("来源", "Sources")}};
    for (const chain::SharedFrame& f : answer_.common.frames) {
      s.table.rows.push_back({EntityCell(f.frame), reader_.LabelName(f.frame.label), {graph::Value(reader_.TypeName(f.type)), io::ToJson(graph::Value(f.type))}, notes_.Cell(f.sources)});
    }
    Keep(std::move(s));
  }

  void Parks() {
    Section s{.name = "parks", .title = Words("共同的园区(已入驻)", "Parks that host both")};
    s.table.columns = {{"park", Words("园区", "Park")}, {"city", Words("城市", "City")}, {"a_only", Words("仅 A 企业", "A only")}, {"b_only", Words("仅 B 企业", "B only")}, {"both", Words("共有企业", "Both")}, {"sources", Words("来源", "Sources")}};
    for (const chain::SharedPark& p : answer_.common.parks) {
      s.table.rows.push_back({EntityCell(p.park), EntityCell(p.city), EntitiesCell(lang_, p.a_only), EntitiesCell(lang_, p.b_only), EntitiesCell(lang_, p.both), notes_.Cell(p.sources)});
    }
    Keep(std::move(s));
  }

  void Segments() {
    Section s{.name = "segments", .title = Words("共同的环节", "Segments in common")};
    s.table.columns = {{"segment", Words("环节", "Segment")}, {"chain", Words("产业链", "Chain")}, {"a_only", Words("仅 A 企业", "A only")}, {"b_only", Words("仅 B 企业", "B only")}, {"both", Words("共有企业", "Both")}, {"sources", Words("来源", "Sources")}};
    for (const chain::SharedSegment& g : answer_.common.segments) {
      s.table.rows.push_back({EntityCell(g.segment), EntitiesCell(lang_, g.chains), EntitiesCell(lang_, g.examples[0], g.companies[0]), EntitiesCell(lang_, g.examples[1], g.companies[1]),
                              EntitiesCell(lang_, g.examples[2], g.companies[2]), notes_.Cell(g.sources)});
    }
    if (const size_t most = chain::kSegmentsWithExamples; s.table.rows.size() > most) {
      s.notes.push_back(zh_ ? Text("企业数是全部的;企业最多的 ", most, " 个环节列出了企业和来源。") : Text("Counts are of all companies; the ", most, " segments with most of them name some, with sources."));
    }
    Keep(std::move(s));
  }

  void Platforms() {
    Section s{.name = "platforms", .title = Words("共同的平台", "Platforms in common")};
    s.table.columns = {{"platform", Words("平台", "Platform")}, {"reason", Words("为何共同", "Why")}, {"where", Words("地点", "Where")}, {"status", Words("状态", "Status")}, {"sources", Words("来源", "Sources")}};
    for (const chain::SharedPlatform& p : answer_.common.platforms) {
      const char* reason = p.reason == chain::PlatformReason::kDeveloped ? Words("双方成员建设", "developed by members of both")
                           : p.reason == chain::PlatformReason::kHosted  ? Words("位于共同园区", "hosted by a shared park")
                                                                         : Words("位于双方覆盖或所在的城市", "in a city that both cover or lie in");
      s.table.rows.push_back({EntityCell(p.platform), reason, EntityCell(p.where), TextCell(reader_.ValueName("Platform", "status", p.status)), notes_.Cell(p.sources)});
    }
    Keep(std::move(s));
  }

  void Agreements() {
    Section s{.name = "agreements", .title = Words("代表任一方签署的协议", "Agreements signed on behalf of either")};
    s.table.columns = {{"agreement", Words("协议", "Agreement")}, {"kind", Words("类型", "Kind")}, {"date", Words("日期", "Date")}, {"for", Words("代表", "On behalf of")}, {"signatories", Words("签署方(来源点名者)", "Signatories named")}, {"sources", Words("来源", "Sources")}};
    for (const chain::AgreementLink& a : answer_.common.agreements) {
      std::vector<std::string> who;
      std::string json = "[";
      for (const chain::Signatory& x : a.signatories) {
        who.push_back(x.who.name + (x.on_behalf_of.empty() ? "" : zh_ ? Text("(代表", x.on_behalf_of, ")") : Text(" (for ", reader_.Term("on_behalf_of", x.on_behalf_of), ")")));
        json += (json.size() > 1 ? "," : "") + EntityCell(x.who).json;
      }
      const char* side = a.for_a && a.for_b ? Words("A 与 B", "A and B") : a.for_a ? "A" : a.for_b ? "B" : Words("双方成员", "members of both");
      s.table.rows.push_back({EntityCell(a.agreement), TextCell(reader_.ValueName("Agreement", "kind", a.kind)), TextCell(a.date), side, io::Cell(Prose(Join(who, Words("、", ", "))).value, json + "]"), notes_.Cell(a.sources)});
    }
    if (std::any_of(answer_.common.agreements.begin(), answer_.common.agreements.end(), [](const auto& a) { return a.for_a != a.for_b; })) {
      s.notes.push_back(Words("只代表一方签署的协议,来源没有点名另一方。", "Where only one side is signed for, the source does not name the other."));
    }
    Keep(std::move(s));
  }

  void Leaders() {
    Section s{.name = "leaders", .title = Words("链主与龙头", "Leaders")};
    s.table.columns = {{"company", Words("企业", "Company")}, {"part", Words("属于", "Member of")}, {"leads", Words("牵头", "Leads")}, {"side", Words("所涉边", "Concerns")}, {"sources", Words("来源", "Sources")}};
    for (const chain::LeaderLink& l : answer_.common.leaders) {
      std::vector<std::string> leads;
      std::string json = "[";
      for (const chain::Leadership& x : l.leads) {
        std::vector<std::string> remarks;
        for (const std::string& remark : {reader_.ValueName("LEADS", "wording", x.wording), reader_.PlaceName(x.place)}) {
          if (!remark.empty()) remarks.push_back(remark);
        }
        leads.push_back(x.led.name + (remarks.empty() ? "" : zh_ ? Text("(", Join(remarks, ","), ")") : Text(" (", Join(remarks, ", "), ")")));
        json += (json.size() > 1 ? "," : "") + EntityCell(x.led).json;
      }
      s.table.rows.push_back({EntityCell(l.company), PartName(lang_, l.part), io::Cell(Prose(Join(leads, Words("、", ", "))).value, json + "]"),
                              l.of_a && l.of_b ? Words("A 与 B", "A and B") : l.of_a ? "A" : l.of_b ? "B" : "", notes_.Cell(l.sources)});
    }
    Keep(std::move(s));
  }

  // --- Members, coverage, method

  void Members() {
    Section s{.name = "members", .title = Words("成员名单", "Members")};
    s.table.columns = {{"part", Words("属于", "Part")}, {"company", Words("企业", "Company")}, {"city", Words("城市", "City")}, {"segments", Words("环节", "Segments")}, {"parks", Words("园区", "Parks")}, {"cross_ties", Words("跨边确定联系", "Firm ties across")}, {"sources", Words("来源", "Sources")}};
    std::array<size_t, 3> listed{};
    for (const chain::LinkageMember& m : answer_.members) {
      ++listed[static_cast<size_t>(m.part)];
      s.table.rows.push_back({PartName(lang_, m.part), EntityCell(m.company), EntityCell(m.city), EntitiesCell(lang_, m.segments), EntitiesCell(lang_, m.parks), CountCell(m.cross_ties), notes_.Cell(m.sources)});
    }
    for (const Part part : {Part::kAOnly, Part::kBOnly, Part::kBoth}) {
      const size_t shown = listed[static_cast<size_t>(part)];
      if (shown < Count(part)) s.notes.push_back(zh_ ? Text(PartName(lang_, part), "共 ", Count(part), " 家,列出 ", shown, " 家(跨边联系多者在前)。") : Text(PartName(lang_, part), ": ", Count(part), ", of which ", shown, " are listed, those with most ties across first."));
    }
    Keep(std::move(s));
  }

  void CoverageSection() {
    Section s{.name = "coverage", .title = Words("数据覆盖与不能说的话", "Coverage, and what cannot be said"), .derived_from = {"members", "matrix"}};
    s.table.columns = {{"side", Words("边", "Side")}, {"members", Words("企业", "Companies")}, {"with_city", Words("知其城市", "City known")}, {"with_district", Words("知其区县", "District known")}, {"with_segment", Words("知其环节", "Segment known")},
                       {"with_tie", Words("有供应联系", "With a supply tie")}, {"with_firm_tie", Words("有确定联系", "With a firm tie")}, {"in_park", Words("知其园区", "Park known")}};
    for (const bool a : {true, false}) {
      const chain::Coverage& c = a ? answer_.coverage_a : answer_.coverage_b;
      s.table.rows.push_back({a ? "A" : "B", CountCell(c.members), CountCell(c.with_city), CountCell(c.with_district), CountCell(c.with_segment), CountCell(c.with_tie), CountCell(c.with_firm_tie), CountCell(c.in_park)});
      const std::string& name = a ? NameA() : NameB();
      const uint64_t silent = c.members - c.with_tie;
      if (c.members == 0) {
        s.notes.push_back(zh_ ? Text(name, "没有可统计的企业,关于其企业联系什么也不能说。") : Text(name, " has no companies that can be counted; nothing can be said about their ties."));
      } else if (silent > 0) {
        s.notes.push_back(zh_ ? Text(name, "的 ", c.members, " 家企业中,", silent, " 家在数据中没有任何供应联系:没有记录不等于没有联系,联系条数只是下限。")
                              : Text("Of the ", c.members, " companies of ", name, ", ", silent, " have no supply tie in the data: no record is not no tie, and counts of ties are lower bounds."));
      }
    }
    const uint64_t a_unplaced = answer_.coverage_a.members - answer_.coverage_a.in_park, b_unplaced = answer_.coverage_b.members - answer_.coverage_b.in_park;
    if (a_unplaced + b_unplaced > 0) {
      s.notes.push_back(zh_ ? Text("所在园区未知的企业:A ", a_unplaced, " 家,B ", b_unplaced, " 家;因此“共同的园区”可能不全。")
                            : Text("Companies whose park is not known: A ", a_unplaced, ", B ", b_unplaced, "; so the parks in common may be incomplete."));
    }
    if (answer_.a.membership == chain::Membership::kDerived || answer_.b.membership == chain::Membership::kDerived) {
      s.notes.push_back(Words("推算的成员名单不是官方名单:真实成员可能更多,也可能不含其中某些企业。", "Derived members are not an official list: real members may be more, and some of these may not be among them."));
    }
    if (!answer_.cross.no_complements.empty()) s.notes.push_back((zh_ ? "互补环节:" : "Complementary segments: ") + answer_.cross.no_complements + Words("。", "."));
    if (!missing_.empty()) s.notes.push_back((zh_ ? "查过而数据中没有的:" : "Looked for and not found in the data: ") + Join(missing_, Words("、", "; ")) + Words("。", "."));
    document_.sections.push_back(std::move(s));
  }

  void Method() {
    auto& m = document_.method;
    m.emplace_back(Words("投影", "Projection"), Words("企业之间的 SUPPLIES 边;每条边(产品、年份各一)计一次,不加权;位于、属于等包含关系不进入计算",
                                                      "SUPPLIES edges between companies; every edge (a product and a year each) counts once, no weights; containment such as LOCATED_IN takes no part"));
    m.emplace_back(Words("确定联系", "Firm ties"), Words("状态为供应、合同、代工、定点(或未写状态)且非计划、目标、预测", "status supply, contract, contract manufacturing or nomination (or none given), and not planned, aimed at or predicted"));
    m.emplace_back(Words("E-I 指数", "E-I index"), Text(Words("(E − I) / (E + I),其中 E 为双方之间,I 为各自内部;期望只取决于企业对数,即 (P_out − P_in) / (P_out + P_in)", "(E − I) / (E + I), E between, I inside; expected from the numbers of possible pairs: (P_out − P_in)/(P_out + P_in)"), "; ", answer_.strength.ei_reference));
    m.emplace_back("z", Text(Words("观察值与配置模型(度不变、随机配对)的精确期望和方差之比较:z = (观察 − 期望)/√方差;|z| ≥ 1.96 称为明显", "observed against the exact mean and variance of the configuration model (degrees kept, stubs matched at random): z = (observed − mean)/√variance; |z| ≥ 1.96 is called clear"), "; ",
                            zh_ ? std::string("Newman 2010(配置模型);有方向的用超几何分布") : answer_.strength.model_reference));
    m.emplace_back(Words("地点", "Places"), Words("企业按所在地计,工厂按工厂所在地计", "a company counts at its seat, a plant where it stands"));
    if (const auto& as_of = reader_.view().options().as_of) m.emplace_back(Words("事实时点", "As of"), graph::ToText(graph::Value(*as_of)));
    if (!options_.command.empty()) m.emplace_back(Words("重做此结果的命令", "Command that repeats it"), options_.command);
  }

  Reader& reader_;
  const LinkageAnswer& answer_;
  const LinkageDocumentOptions& options_;
  Lang lang_;
  bool zh_;
  Document document_;
  Footnotes notes_;
  std::vector<std::string> missing_;
};

}  // namespace

std::string StableName(const Entity& entity) { return Text(entity.label, ":", entity.key); }

Result<Document> LinkageDocument(Reader& reader, const LinkageAnswer& answer, const LinkageDocumentOptions& options) {
  return Writer(reader, answer, options).Write();
}

std::string PathSentence(Reader& reader, const chain::Connection& connection) {
  const bool zh = reader.lang() == Lang::kZh;
  std::string out = connection.entities.empty() ? "" : connection.entities[0].name;
  for (size_t i = 0; i < connection.steps.size(); ++i) {
    const chain::ConnectionEdge& edge = connection.steps[i][0];
    std::string words = reader.TypeName(edge.type);
    for (const auto& [name, value] : edge.properties) {
      if (name == "product" || name == "relation" || name == "title") words += (zh ? ":" : ": ") + reader.ValueName(edge.type, name, value);
    }
    if (edge.certainty >= graph::Certainty::kPlanned) words += zh ? Text("(", CertaintyName(Lang::kZh, edge.certainty), ")") : Text(" (", CertaintyName(Lang::kEn, edge.certainty), ")");
    out += edge.forward ? Text(" —", words, "→ ") : Text(" ←", words, "— ");
    out += connection.entities[i + 1].name;
  }
  return zh ? ChinesePunctuation(out) : out;
}

Result<Document> PathDocument(Reader& reader, const chain::ConnectAnswer& answer, const chain::ConnectOptions& options) {
  const Lang lang = reader.lang();
  const bool zh = lang == Lang::kZh;
  Document d{.kind = "path", .lang = lang};
  d.title = zh ? Text(answer.from.name, " 与 ", answer.to.name, " 之间的路径") : Text("Connections between ", answer.from.name, " and ", answer.to.name);
  Footnotes notes;
  if (answer.connections.empty()) {
    d.summary.push_back(zh ? Text(options.max_hops, " 步以内没有找到连接。") : Text("No connection of up to ", options.max_hops, " edges was found."));
  } else if (answer.from == answer.to) {
    d.summary.push_back(zh ? "起点与终点是同一实体。" : "Both ends are the same entity.");
  } else {
    const chain::Connection& best = answer.connections[0];
    d.summary.push_back(zh ? Text("最好读的一条(", best.steps.size(), " 步):", PathSentence(reader, best)) : Text("The most readable (", best.steps.size(), best.steps.size() == 1 ? " edge): " : " edges): ", PathSentence(reader, best)));
  }
  if (!answer.stopped.empty()) d.summary.push_back(zh ? Text("搜索提前停止:", answer.stopped, "。") : Text("The search stopped early: ", answer.stopped, "."));
  if (answer.not_expanded_total > 0) {
    std::vector<std::string> hubs;
    for (const Entity& e : answer.not_expanded) hubs.push_back(e.name);
    d.summary.push_back(zh ? Text("有 ", answer.not_expanded_total, " 个枢纽未展开(", Join(hubs, "、"), "),经过它们的路径可能没有列出。") : Text(answer.not_expanded_total, " hubs were not expanded (", Join(hubs, ", "), "); paths through them may be missing."));
  }
  Section paths{.name = "paths", .title = Say(lang, "路径", "Paths")};
  paths.table.columns = {{"number", Say(lang, "序号", "No.")}, {"hops", Say(lang, "步数", "Edges")}, {"cost", Say(lang, "代价", "Cost")}, {"path", Say(lang, "路径", "Path")}, {"sources", Say(lang, "来源", "Sources")}};
  Section steps{.name = "steps", .title = Say(lang, "逐步", "Step by step")};
  steps.table.columns = {{"path", Say(lang, "路径", "Path")}, {"step", Say(lang, "步", "Step")}, {"from", Say(lang, "从", "From")}, {"direction", Say(lang, "方向", "Direction")}, {"type", Say(lang, "关系", "Type")},
                         {"to", Say(lang, "到", "To")}, {"details", Say(lang, "说明", "Details")}, {"certainty", Say(lang, "可信度", "Certainty")}, {"sources", Say(lang, "来源", "Sources")}};
  for (size_t p = 0; p < answer.connections.size(); ++p) {
    const chain::Connection& c = answer.connections[p];
    if (c.steps.empty()) continue;
    std::vector<chain::Source> sources;
    for (const auto& step : c.steps) sources.insert(sources.end(), step[0].sources.begin(), step[0].sources.end());
    paths.table.rows.push_back({CountCell(p + 1), CountCell(c.steps.size()), MeasureCell(c.cost, 2), io::Cell(graph::Value(PathSentence(reader, c)), EntitiesCell(lang, c.entities).json), notes.Cell(sources)});
    for (size_t i = 0; i < c.steps.size(); ++i) {
      for (const chain::ConnectionEdge& e : c.steps[i]) {
        std::vector<std::string> details;
        std::string json = "{";
        for (const auto& [name, value] : e.properties) {
          const auto* spec = reader.view().ontology().EdgeType(e.type);
          const auto* property = spec ? spec->Property(name) : nullptr;
          details.push_back(Text(property ? (zh ? property->zh : property->en) : name, zh ? ":" : ": ", reader.ValueName(e.type, name, value)));
          json += json.size() > 1 ? "," : "";
          io::AppendJson(json, name);
          json += ":";
          io::AppendJson(json, value);
        }
        steps.table.rows.push_back({CountCell(p + 1), CountCell(i + 1), EntityCell(c.entities[i]), e.forward ? "→" : "←", {graph::Value(reader.TypeName(e.type)), io::ToJson(graph::Value(e.type))},
                                    EntityCell(c.entities[i + 1]), {graph::Value(zh ? ChinesePunctuation(Join(details, ";")) : Join(details, "; ")), json + "}"}, CertaintyName(lang, e.certainty), notes.Cell(e.sources)});
      }
    }
  }
  if (!paths.table.rows.empty()) d.sections = {std::move(paths), std::move(steps)};
  std::vector<std::string> types;
  for (const std::string& type : answer.types.empty() ? answer.left_out : answer.types) types.push_back(reader.TypeName(type));
  const std::string list = Join(types, zh ? "、" : ", ");
  d.method = {{Say(lang, "范围", "Scope"), zh ? Text(answer.types.empty() ? "除 " : "仅 ", list, answer.types.empty() ? " 外的全部关系" : "", ",两个方向都走,最多 ", options.max_hops, " 步")
                                              : Text(answer.types.empty() ? "all edge types but " : "only ", list, ", walked both ways, up to ", options.max_hops, " edges")},
              {Say(lang, "代价", "Cost"), zh ? Text("每步 1,每个中间实体另加 ", Fixed(options.hub_penalty, 2), " × log2(它在图库中的边数),避免都绕经枢纽;相同时步数少者、编号小者在前")
                                             : Text("1 an edge, and for every entity in between ", Fixed(options.hub_penalty, 2), " × log2(its edges in the store), so that hubs do not carry every path; equal ones: fewer edges, then smaller ids")}};
  d.sources = notes.Take();
  return d;
}

}  // namespace liantu::report
