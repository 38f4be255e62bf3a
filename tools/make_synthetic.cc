// SPDX-License-Identifier: Apache-2.0
// Makes a synthetic industrial-chain graph as CSV files that `liantu import` reads: provinces, cities, districts, parks,
// clusters, chains, segments, products and companies with made-up Chinese names and valid credit codes, ten edges to a
// node, nearly two thirds of them SUPPLIES. Nothing in it is true: every file is named synthetic_…, and every row names
// the one document "synthetic" as its source. The same arguments give the same bytes on every machine.
//
// Shape: the first city seats a tenth of all companies, the others follow a power law; supply degrees follow power laws at
// both ends (Pareto, exponent 2.2 out); 45 % of the ties stay within the supplier's city, 20 % within its province.
#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "text/credit_code.h"

namespace {

// SplitMix64 (Steele, Lea & Flood 2014): the same everywhere, unlike the standard library's distributions.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t Next() {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15ull);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
  }
  double Unit() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }
  uint64_t Below(uint64_t n) { return static_cast<uint64_t>((static_cast<unsigned __int128>(Next()) * n) >> 64); }

 private:
  uint64_t state_;
};

class File {
 public:
  File(const std::filesystem::path& folder, const std::string& name, std::string_view header)
      : path_((folder / ("synthetic_" + name + ".csv")).string()), file_(std::fopen(path_.c_str(), "wb")) {
    if (!file_) {
      std::fprintf(stderr, "make_synthetic: cannot write %s: %s\n", path_.c_str(), std::strerror(errno));
      std::exit(1);
    }
    std::setvbuf(file_, nullptr, _IOFBF, 1 << 20);
    Row({header});
  }
  ~File() {
    if (std::fclose(file_) != 0) {
      std::fprintf(stderr, "make_synthetic: cannot write %s: %s\n", path_.c_str(), std::strerror(errno));
      std::exit(1);
    }
  }
  File(const File&) = delete;
  void Row(std::initializer_list<std::string_view> cells) {
    line_.clear();
    for (const std::string_view cell : cells) {
      if (!line_.empty()) line_ += ',';
      line_ += cell;
    }
    line_ += '\n';
    if (std::fwrite(line_.data(), 1, line_.size(), file_) != line_.size()) {
      std::fprintf(stderr, "make_synthetic: cannot write %s: %s\n", path_.c_str(), std::strerror(errno));
      std::exit(1);
    }
  }

 private:
  std::string path_, line_;
  std::FILE* file_;
};

std::string Key(const char* prefix, uint64_t number) {
  char text[32];
  std::snprintf(text, sizeof text, "%s%07llu", prefix, static_cast<unsigned long long>(number));
  return text;
}

template <size_t N>
std::string Pick(const std::array<const char*, N>& words, Random& random) { return words[random.Below(N)]; }

constexpr std::array<const char*, 40> kPlace = {"安", "宁", "平", "永", "昌", "兴", "丰", "泰", "清", "明", "金", "临", "江", "海", "山", "林", "石", "云", "龙", "凤",
                                                "文", "武", "新", "长", "东", "西", "南", "北", "河", "湖", "溪", "泉", "桥", "陵", "阳", "州", "源", "岭", "川", "原"};
constexpr std::array<const char*, 40> kBrand = {"华", "科", "创", "达", "盛", "恒", "信", "诚", "瑞", "祥", "中", "天", "宏", "远", "方", "正", "同", "德", "益", "佳",
                                                "优", "联", "合", "众", "智", "迈", "普", "利", "通", "凯", "锐", "捷", "晟", "鑫", "博", "睿", "坤", "乾", "嘉", "旭"};
constexpr std::array<const char*, 24> kTrade = {"电机", "传感器", "轴承", "电池", "芯片", "线束", "模具", "机器人", "激光", "光电", "新材料", "精密制造",
                                                "汽车部件", "医药", "生物", "软件", "智能装备", "储能", "显示", "家电", "纺织", "食品", "陶瓷", "化工"};
constexpr std::array<const char*, 3> kForm = {"有限公司", "股份有限公司", "科技有限公司"};
constexpr std::array<const char*, 3> kLevel = {"upstream", "midstream", "downstream"};
constexpr std::string_view kCodeAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";  // GB 32100: no I O S V Z

std::string PlaceName(Random& random) { return Pick(kPlace, random) + Pick(kPlace, random); }

// The organisation code counts up, so codes are unique; the division code stands for no real one (99xxxx).
std::string CreditCode(uint64_t number, uint64_t city) {
  char region[8];
  std::snprintf(region, sizeof region, "99%04llu", static_cast<unsigned long long>(city % 10'000));
  std::string organisation(8, '0');
  for (size_t i = 8; i-- > 0; number /= 31) organisation[i] = kCodeAlphabet[number % 31];
  organisation += liantu::text::OrganisationCodeCheck(organisation);
  std::string code = "91" + std::string(region) + organisation;
  return code + liantu::text::CreditCodeCheck(code);
}

struct Sizes {
  uint64_t nodes, provinces, cities, districts, parks, clusters, chains, segments, products, companies, edges;
};

Sizes SizesFor(uint64_t nodes) {
  Sizes s{.nodes = nodes};
  s.provinces = std::min<uint64_t>(31, 1 + nodes / 1000);
  s.cities = std::min<uint64_t>(337, 2 + nodes / 300);
  s.districts = std::min<uint64_t>(2800, 4 + nodes / 36);
  s.parks = 2 + nodes / 50;
  s.clusters = 2 + nodes / 500;
  s.chains = std::min<uint64_t>(60, 2 + nodes / 1000);
  s.segments = s.chains * 10;
  s.products = 4 + nodes / 25;
  s.companies = nodes - s.provinces - s.cities - s.districts - s.parks - s.clusters - s.chains - s.segments - s.products - 1;  // 1: the document
  s.edges = nodes * 10;
  return s;
}

void Make(const Sizes& s, uint64_t seed, const std::filesystem::path& folder) {
  Random random(seed);
  const std::string_view source = "synthetic";
  { File f(folder, "documents", "key:ID(Document),title"); f.Row({source, "合成数据(并非真实)"}); }
  const auto nodes = [&](const char* file, const char* label, const char* prefix, uint64_t count, auto name) {
    File f(folder, file, std::string("key:ID(") + label + "),name,source");
    for (uint64_t i = 0; i < count; ++i) f.Row({Key(prefix, i), name(i), source});
  };
  nodes("provinces", "Province", "PR", s.provinces, [&](uint64_t) { return "合成" + PlaceName(random) + "省"; });
  nodes("cities", "City", "CT", s.cities, [&](uint64_t) { return "合成" + PlaceName(random) + "市"; });
  nodes("districts", "District", "DT", s.districts, [&](uint64_t) { return "合成" + PlaceName(random) + "区"; });
  nodes("parks", "Park", "PK", s.parks, [&](uint64_t) { return "合成" + PlaceName(random) + Pick(kTrade, random) + "产业园"; });
  nodes("clusters", "Cluster", "CL", s.clusters, [&](uint64_t) { return "合成" + PlaceName(random) + Pick(kTrade, random) + "产业集群"; });
  nodes("chains", "Chain", "CH", s.chains, [&](uint64_t i) { return "合成" + Pick(kTrade, random) + "产业链" + std::to_string(i); });
  nodes("products", "Product", "PD", s.products, [&](uint64_t i) { return "合成" + Pick(kTrade, random) + std::to_string(i); });
  {
    File f(folder, "segments", "key:ID(Segment),name,level,source");
    for (uint64_t i = 0; i < s.segments; ++i) {
      f.Row({Key("SG", i), "合成" + Pick(kTrade, random) + "环节" + std::to_string(i), kLevel[(i % 10) * 3 / 10], source});
    }
  }

  // Places: every city is in a province, every district in a city; the first cities have more districts.
  std::vector<uint32_t> province_of(s.cities), city_of(s.districts);
  std::vector<std::vector<uint32_t>> districts_in(s.cities);
  uint64_t edges = 0;
  {
    File f(folder, "part_of", ":START_ID,:END_ID,:TYPE,source");
    for (uint64_t c = 0; c < s.cities; ++c, ++edges) {
      province_of[c] = static_cast<uint32_t>(c < s.provinces ? c : random.Below(s.provinces));
      f.Row({Key("CT", c), Key("PR", province_of[c]), "PART_OF", source});
    }
    for (uint64_t d = 0; d < s.districts; ++d, ++edges) {
      const double u = random.Unit();
      city_of[d] = static_cast<uint32_t>(d < s.cities ? d : static_cast<uint64_t>(static_cast<double>(s.cities) * u * u));
      districts_in[city_of[d]].push_back(static_cast<uint32_t>(d));
      f.Row({Key("DT", d), Key("CT", city_of[d]), "PART_OF", source});
    }
    for (uint64_t g = 0; g < s.segments; ++g, ++edges) f.Row({Key("SG", g), Key("CH", g / 10), "PART_OF", source});
  }

  // Companies and their seats.
  std::vector<uint16_t> city(s.companies);
  std::vector<uint32_t> district(s.companies);
  std::vector<std::vector<uint32_t>> in_city(s.cities), in_province(s.provinces);
  {
    std::vector<double> upto(s.cities);
    double total = 0;
    for (uint64_t c = 1; c < s.cities; ++c) total += 1.0 / std::sqrt(static_cast<double>(c));
    double sum = upto[0] = 0.1;
    for (uint64_t c = 1; c < s.cities; ++c) upto[c] = sum += 0.9 / std::sqrt(static_cast<double>(c)) / total;
    File f(folder, "companies", "key:ID(Company),uscc,name,capital:int,founded:int,source");
    for (uint64_t i = 0; i < s.companies; ++i) {
      const auto at = std::upper_bound(upto.begin(), upto.end() - 1, random.Unit()) - upto.begin();
      city[i] = static_cast<uint16_t>(at);
      const auto& choice = districts_in[city[i]];
      district[i] = choice[random.Below(choice.size())];
      in_city[city[i]].push_back(static_cast<uint32_t>(i));
      in_province[province_of[city[i]]].push_back(static_cast<uint32_t>(i));
      const std::string name = "合成" + PlaceName(random) + Pick(kBrand, random) + Pick(kBrand, random) + Pick(kTrade, random) + Pick(kForm, random);
      const double u = random.Unit();
      f.Row({Key("CO", i), CreditCode(i, city[i]), name, std::to_string(10 + static_cast<uint64_t>(90 / (u * u + 1e-3))),
             std::to_string(1950 + random.Below(75)), source});
    }
  }
  {
    File f(folder, "located_in", ":START_ID,:END_ID(District),:TYPE,source");
    for (uint64_t i = 0; i < s.companies; ++i, ++edges) f.Row({Key("CO", i), Key("DT", district[i]), "LOCATED_IN", source});
    for (uint64_t p = 0; p < s.parks; ++p, ++edges) f.Row({Key("PK", p), Key("DT", random.Below(s.districts)), "LOCATED_IN", source});
  }
  const auto each = [&](const char* file, const char* header, const char* type, const char* prefix, uint64_t count, double share, bool company_first) {
    File f(folder, file, header);
    for (uint64_t i = 0; i < s.companies; ++i) {
      if (random.Unit() >= share) continue;
      const double u = random.Unit();
      const std::string other = Key(prefix, static_cast<uint64_t>(static_cast<double>(count) * u * std::sqrt(u)));
      const std::string company = Key("CO", i);
      company_first ? f.Row({company, other, type, source}) : f.Row({other, company, type, source});
      ++edges;
    }
  };
  each("hosts", ":START_ID(Park),:END_ID(Company),:TYPE,source", "HOSTS", "PK", s.parks, 0.6, false);
  each("member_of", ":START_ID(Company),:END_ID(Cluster),:TYPE,source", "MEMBER_OF", "CL", s.clusters, 0.9, true);
  each("operates_in", ":START_ID(Company),:END_ID(Segment),:TYPE,source", "OPERATES_IN", "SG", s.segments, 0.8, true);
  each("produces", ":START_ID(Company),:END_ID(Product),:TYPE,source", "PRODUCES", "PD", s.products, 0.9, true);
  {
    File f(folder, "leads", ":START_ID(Company),:END_ID(Cluster),:TYPE,source");
    for (uint64_t c = 0; c < s.clusters; ++c, ++edges) f.Row({Key("CO", random.Below(s.companies)), Key("CL", c), "LEADS", source});
  }
  {
    File f(folder, "upstream_of", ":START_ID,:END_ID,:TYPE,source");
    for (uint64_t g = 0; g + 1 < s.segments; ++g) {
      if (g % 10 == 9) continue;
      f.Row({Key("SG", g), Key("SG", g + 1), "UPSTREAM_OF", source});
      ++edges;
    }
    for (uint64_t p = 0; p + 1 < s.products; ++p, ++edges) f.Row({Key("PD", p), Key("PD", p + 1 + random.Below(s.products - p - 1)), "UPSTREAM_OF", source});
  }

  // SUPPLIES fills up to ten edges a node. Customers of one supplier are all different.
  const uint64_t ties = s.edges > edges ? s.edges - edges : 0;
  std::vector<double> pull(s.companies);
  double sum = 0;
  const double most = std::max(8.0, std::sqrt(static_cast<double>(s.companies)) * 4);
  for (double& p : pull) sum += p = std::min(std::pow(1.0 - random.Unit(), -1.0 / 1.2), most);
  File f(folder, "supplies", ":START_ID(Company),:END_ID(Company),:TYPE,share:float,year:int,source");
  double due = 0;
  uint64_t done = 0;
  std::vector<uint32_t> chosen;
  char share[16];
  for (uint64_t i = 0; i < s.companies; ++i) {
    due += pull[i] * static_cast<double>(ties) / sum;
    chosen.clear();
    const uint64_t upto = i + 1 == s.companies ? ties : std::min(ties, static_cast<uint64_t>(due));
    for (uint64_t tries = 0; done + chosen.size() < upto && tries < 8 * (upto - done); ++tries) {
      const double where = random.Unit(), u = random.Unit();
      const auto pick = [&](const std::vector<uint32_t>& from) { return from[static_cast<size_t>(static_cast<double>(from.size()) * u * u)]; };
      const uint32_t customer = where < 0.45   ? pick(in_city[city[i]])
                                : where < 0.65 ? pick(in_province[province_of[city[i]]])
                                               : static_cast<uint32_t>(static_cast<double>(s.companies) * u * u);
      if (customer == i || std::find(chosen.begin(), chosen.end(), customer) != chosen.end()) continue;
      chosen.push_back(customer);
    }
    for (const uint32_t customer : chosen) {
      std::snprintf(share, sizeof share, "0.%02llu", static_cast<unsigned long long>(1 + random.Below(99)));
      f.Row({Key("CO", i), Key("CO", customer), "SUPPLIES", share, std::to_string(2020 + random.Below(6)), source});
    }
    done += chosen.size();
  }
  std::printf("%llu nodes, %llu edges in %s\n", static_cast<unsigned long long>(s.nodes), static_cast<unsigned long long>(edges + done),
              folder.c_str());
}

}  // namespace

int main(int argc, char** argv) {
  const std::string scale = argc > 1 ? argv[1] : "";
  const uint64_t nodes = scale == "S" ? 100'000 : scale == "M" ? 1'000'000 : scale == "L" ? 5'000'000 : std::strtoull(scale.c_str(), nullptr, 10);
  char* end = nullptr;
  const uint64_t seed = argc > 2 ? std::strtoull(argv[2], &end, 10) : 0;
  if (argc != 4 || nodes < 300 || nodes > 100'000'000 || *end != '\0') {
    std::fprintf(stderr,
                 "usage: make_synthetic S|M|L|NODES SEED FOLDER\n"
                 "  S 100,000 nodes, M 1,000,000, L 5,000,000, or a number from 300 to 100,000,000; ten edges to a node\n"
                 "  SEED   a number; the same scale and seed give the same bytes\n"
                 "  FOLDER is made where it is missing; files are named synthetic_….csv\n");
    return 2;
  }
  std::error_code error;
  std::filesystem::create_directories(argv[3], error);
  if (error) {
    std::fprintf(stderr, "make_synthetic: cannot make %s: %s\n", argv[3], error.message().c_str());
    return 1;
  }
  Make(SizesFor(nodes), seed, argv[3]);
  return 0;
}
