// SPDX-License-Identifier: Apache-2.0
// Makes a synthetic industrial graph as CSV files that `liantu import` reads: for tests of speed and size, never as data
// about the world. Every file and the document that all rows cite are called synthetic; names are put together at random.
//
//   generate SCALE SEED FOLDER [NUMBER_OF_NODES EDGES_PER_NODE]     SCALE: S 100,000 nodes, M 1,000,000, L 5,000,000; ten
//                                                                   edges a node. The same arguments give the same bytes.
//
// Shape: 31 provinces, cities with a Zipf size of which the largest holds a tenth of all companies, districts in cities,
// parks in districts, clusters over cities, segments in tiers, products of segments. Forty segments in a row are a chain, its
// first third upstream; chains and their edges come on top of the numbers asked for. A company sits in one district, makes
// one or two products, works in one segment, belongs to one cluster of its city and stands in a park in six of ten cases.
// Supply ties take both ends by a power law (degree exponent about 2); 45 in 100 stay in the buyer's city, 20 more in
// its province.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace {

// xorshift64* over a SplitMix64 seed: the same on every machine, which the library's distributions are not.
class Random {
 public:
  explicit Random(uint64_t seed) {
    seed += 0x9E3779B97F4A7C15ull;
    seed = (seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9ull;
    seed = (seed ^ (seed >> 27)) * 0x94D049BB133111EBull;
    state_ = (seed ^ (seed >> 31)) | 1;
  }
  uint64_t Next() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return state_ * 0x2545F4914F6CDD1Dull;
  }
  uint64_t Below(uint64_t n) { return static_cast<uint64_t>((static_cast<unsigned __int128>(Next()) * n) >> 64); }
  double Share() { return static_cast<double>(Next() >> 11) * 0x1p-53; }
  // 0 … n-1, the smaller the likelier: density falls as x^-power (0 < power < 1).
  uint64_t Skewed(uint64_t n, double power) {
    return std::min(n - 1, static_cast<uint64_t>(static_cast<double>(n) * std::pow(Share(), 1 / (1 - power))));
  }

 private:
  uint64_t state_;
};

class CsvFile {
 public:
  CsvFile(const std::string& folder, const std::string& name, std::string_view header) {
    const std::string path = folder + "/synthetic-" + name + ".csv";
    file_ = std::fopen(path.c_str(), "wb");
    if (file_ == nullptr) {
      std::perror(path.c_str());
      std::exit(1);
    }
    Row({header});
  }
  CsvFile(const CsvFile&) = delete;
  ~CsvFile() {
    Flush();
    if (std::fclose(file_) != 0) {
      std::perror("generate");
      std::exit(1);
    }
  }
  void Row(std::initializer_list<std::string_view> cells) {
    bool first = true;
    for (const std::string_view cell : cells) {
      if (!first) held_ += ',';
      held_ += cell;
      first = false;
    }
    held_ += '\n';
    if (held_.size() > (1u << 20)) Flush();
  }

 private:
  void Flush() {
    if (std::fwrite(held_.data(), 1, held_.size(), file_) != held_.size()) {
      std::perror("generate");
      std::exit(1);
    }
    held_.clear();
  }
  std::FILE* file_;
  std::string held_;
};

constexpr std::array<int, 31> kProvinces = {11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41,
                                            42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63, 64, 65};
constexpr std::array<std::string_view, 24> kFirst = {"云", "星", "辰", "岚", "澜", "曜", "朗", "瑞", "恒", "启", "盛", "卓",
                                                     "凌", "腾", "宏", "博", "远", "睿", "晟", "翰", "铭", "泽", "沐", "朔"};
constexpr std::array<std::string_view, 24> kSecond = {"川", "桥", "山", "河", "峰", "林", "湖", "原", "港", "岭", "屿", "野",
                                                      "陵", "洲", "溪", "渡", "塘", "崖", "谷", "屏", "坪", "浦", "堤", "坞"};
constexpr std::array<std::string_view, 20> kTrade = {"机电", "光学", "材料", "电子", "软件", "装备", "能源", "化学", "医药", "食品",
                                                     "纺织", "仪器", "轻工", "环保", "航运", "钢构", "陶瓷", "家具", "印务", "农机"};
constexpr std::array<std::string_view, 5> kForm = {"有限公司", "科技有限公司", "股份有限公司", "集团有限公司", "制造有限公司"};
constexpr std::array<std::string_view, 16> kQuality = {"轻量", "耐热", "微型", "柔性", "高纯", "低温", "透明", "导电",
                                                       "复合", "防水", "静音", "快充", "抗菌", "阻燃", "车用", "船用"};
constexpr std::array<std::string_view, 16> kThing = {"齿轮", "镜头", "电缆", "板材", "涂层", "泵体", "导轨", "模块",
                                                     "薄片", "支架", "滤芯", "线圈", "外壳", "电源", "探头", "阀体"};

std::string Padded(char letter, uint64_t number, int digits) {
  std::string text(1, letter);
  const std::string plain = std::to_string(number);
  text.append(static_cast<size_t>(std::max(0, digits - static_cast<int>(plain.size()))), '0');
  return text + plain;
}

// A unified social credit code with both check characters (GB 32100-2015, GB 11714-1997).
std::string CreditCode(int region, uint64_t organization) {
  constexpr std::string_view kOrgan = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", kCredit = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  std::string code = "91" + std::to_string(region);
  std::string organ(8, '0');
  for (size_t i = 8; i-- > 0; organization /= 31) organ[i] = kCredit[organization % 31];
  constexpr int kOrganWeights[] = {3, 7, 9, 10, 5, 8, 4, 2};
  int sum = 0;
  for (size_t i = 0; i < 8; ++i) sum += kOrganWeights[i] * static_cast<int>(kOrgan.find(organ[i]));
  const int check = (11 - sum % 11) % 11;
  code += organ;
  code += check == 10 ? 'X' : static_cast<char>('0' + check);
  sum = 0;
  for (size_t i = 0, weight = 1; i < 17; ++i, weight = weight * 3 % 31) sum += static_cast<int>(weight * kCredit.find(code[i]));
  return code + kCredit[static_cast<size_t>((31 - sum % 31) % 31)];
}

template <size_t N>
std::string_view Pick(Random& random, const std::array<std::string_view, N>& words) {
  return words[random.Below(N)];
}
std::string PlaceName(Random& random) { return std::string(Pick(random, kFirst)) + std::string(Pick(random, kSecond)); }

}  // namespace

int main(int argc, char** argv) {
  uint64_t nodes = 0, per_node = 10;
  const std::string_view scale = argc > 1 ? argv[1] : "";
  if (scale == "S") nodes = 100'000;
  if (scale == "M") nodes = 1'000'000;
  if (scale == "L") nodes = 5'000'000;
  if (argc > 4) nodes = std::strtoull(argv[4], nullptr, 10);
  if (argc > 5) per_node = std::strtoull(argv[5], nullptr, 10);
  if (argc < 4 || nodes < 2000 || per_node < 6) {
    std::fprintf(stderr, "usage: generate S|M|L SEED FOLDER [NODES>=2000 EDGES_PER_NODE>=6]\n");
    return 2;
  }
  const std::string folder = argv[3];
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  Random random(std::strtoull(argv[2], nullptr, 10));

  const uint64_t cities = std::clamp<uint64_t>(nodes / 200, 31, 340), districts = std::clamp<uint64_t>(nodes / 40, 100, 2900);
  const uint64_t parks = nodes / 60, clusters = nodes / 500 + 5, segments = nodes / 400 + 12, products = nodes / 40 + 20;
  const uint64_t companies = nodes - 31 - cities - districts - parks - clusters - segments - products - 1;
  uint64_t edges = 0;

  CsvFile(folder, "document", "key:ID(Document),title,date").Row({"synthetic", "合成数据：随机生成，与现实无关", "2026-01-01"});
  constexpr std::string_view kSource = "synthetic";
  // Places. A city's code is that of its province and a number; the key is the code.
  std::vector<int> city_code(cities), district_code(districts);
  std::vector<uint64_t> district_city(districts), first_district(cities + 1, 0);
  std::vector<int> city_number(100, 0), district_number(cities, 0);
  {
    CsvFile out(folder, "province", "key:ID(Province),name,source");
    for (const int code : kProvinces) out.Row({std::to_string(code * 10000), PlaceName(random) + "省", kSource});
  }
  {
    CsvFile out(folder, "city", "key:ID(City),name,source"), in(folder, "city-province", ":START_ID(City),:END_ID(Province),:TYPE,source");
    for (uint64_t c = 0; c < cities; ++c) {
      const int province = kProvinces[c < 31 ? c : random.Below(31)];
      city_code[c] = province * 10000 + ++city_number[static_cast<size_t>(province)] * 100;
      out.Row({std::to_string(city_code[c]), PlaceName(random) + "市", kSource});
      in.Row({std::to_string(city_code[c]), std::to_string(province * 10000), "PART_OF", kSource});
    }
    edges += cities;
  }
  // City sizes: the first holds a tenth, the others follow Zipf's law.
  std::vector<double> city_until(cities);
  {
    double sum = 0, rest = 0;
    for (uint64_t c = 1; c < cities; ++c) rest += 1 / static_cast<double>(c + 1);
    for (uint64_t c = 0; c < cities; ++c) city_until[c] = sum += c == 0 ? 0.1 : 0.9 / static_cast<double>(c + 1) / rest;
  }
  const auto some_city = [&] {
    return static_cast<uint64_t>(std::lower_bound(city_until.begin(), city_until.end() - 1, random.Share()) - city_until.begin());
  };
  {
    for (uint64_t d = 0; d < districts; ++d) district_city[d] = d < cities ? d : some_city();
    std::sort(district_city.begin(), district_city.end());
    CsvFile out(folder, "district", "key:ID(District),name,source"), in(folder, "district-city", ":START_ID(District),:END_ID(City),:TYPE,source");
    for (uint64_t d = 0; d < districts; ++d) {
      const uint64_t city = district_city[d];
      district_code[d] = city_code[city] * 10 + ++district_number[city];
      out.Row({Padded('d', static_cast<uint64_t>(district_code[d]), 8), PlaceName(random) + "区", kSource});
      in.Row({Padded('d', static_cast<uint64_t>(district_code[d]), 8), std::to_string(city_code[city]), "PART_OF", kSource});
      ++first_district[city + 1];
    }
    for (uint64_t c = 0; c < cities; ++c) first_district[c + 1] += first_district[c];
    edges += districts;
  }
  const auto district_key = [&](uint64_t d) { return Padded('d', static_cast<uint64_t>(district_code[d]), 8); };
  const auto district_of = [&](uint64_t city) {
    return first_district[city] + random.Below(first_district[city + 1] - first_district[city]);
  };
  std::vector<std::vector<uint32_t>> city_parks(cities), city_clusters(cities);
  {
    CsvFile out(folder, "park", "key:ID(Park),name,level,area_km2:float,source");
    CsvFile in(folder, "park-district", ":START_ID(Park),:END_ID(District),:TYPE,source");
    constexpr std::array<std::string_view, 4> kLevel = {"national", "provincial", "municipal", "district"};
    for (uint64_t p = 0; p < parks; ++p) {
      const uint64_t city = some_city();
      city_parks[city].push_back(static_cast<uint32_t>(p));
      out.Row({Padded('p', p, 7), PlaceName(random) + std::string(Pick(random, kTrade)) + "产业园", Pick(random, kLevel),
               std::to_string(1 + random.Below(60)), kSource});
      in.Row({Padded('p', p, 7), district_key(district_of(city)), "LOCATED_IN", kSource});
    }
    edges += parks;
  }
  {
    CsvFile out(folder, "cluster", "key:ID(Cluster),name,source"), in(folder, "cluster-city", ":START_ID(Cluster),:END_ID(City),:TYPE,source");
    for (uint64_t c = 0; c < clusters; ++c) {
      out.Row({Padded('k', c, 6), PlaceName(random) + std::string(Pick(random, kTrade)) + "产业集群", kSource});
      uint64_t last = cities;
      for (int i = 0; i < 2; ++i) {
        const uint64_t city = c < cities && i == 0 ? c : some_city();
        if (city == last) continue;
        last = city;
        city_clusters[city].push_back(static_cast<uint32_t>(c));
        in.Row({Padded('k', c, 6), std::to_string(city_code[city]), "COVERS", kSource});
        ++edges;
      }
    }
  }
  {
    constexpr uint64_t kOfChain = 40;
    constexpr std::array<std::string_view, 3> kLevel = {"upstream", "midstream", "downstream"};
    CsvFile chain(folder, "chain", "key:ID(Chain),name,source"), of(folder, "segment-chain", ":START_ID(Segment),:END_ID(Chain),:TYPE,source");
    CsvFile out(folder, "segment", "key:ID(Segment),name,level,source"), next(folder, "segment-segment", ":START_ID(Segment),:END_ID(Segment),:TYPE,source");
    for (uint64_t s = 0; s < segments; ++s) {
      const uint64_t c = s / kOfChain, stage = s % kOfChain * kLevel.size() / kOfChain;
      if (s % kOfChain == 0) {
        chain.Row({Padded('h', c, 4), std::string(kQuality[c % kQuality.size()]) + std::string(kTrade[(c / kQuality.size() + c) % kTrade.size()]) + "产业链", kSource});
      }
      of.Row({Padded('s', s, 6), Padded('h', c, 4), "PART_OF", kSource});
      out.Row({Padded('s', s, 6), std::string(Pick(random, kQuality)) + std::string(Pick(random, kTrade)) + "环节", kLevel[stage], kSource});
      for (uint64_t i = 1; i <= 2 && s + i * 3 < segments; ++i, ++edges) next.Row({Padded('s', s, 6), Padded('s', s + i * 3, 6), "UPSTREAM_OF", kSource});
    }
  }
  {
    CsvFile out(folder, "product", "key:ID(Product),name,source"), of(folder, "product-segment", ":START_ID(Product),:END_ID(Segment),:TYPE,source");
    for (uint64_t p = 0; p < products; ++p) {
      out.Row({Padded('g', p, 7), std::string(Pick(random, kQuality)) + std::string(Pick(random, kThing)) + std::to_string(p % 97), kSource});
      of.Row({Padded('g', p, 7), Padded('s', p % segments, 6), "PART_OF", kSource});
    }
    edges += products;
  }
  // Companies, by city, so that neighbours of a number share a city.
  std::vector<uint32_t> company_city(companies);
  for (uint32_t& city : company_city) city = static_cast<uint32_t>(some_city());
  std::sort(company_city.begin(), company_city.end());
  std::vector<uint64_t> first_company(cities + 1, 0);
  for (const uint32_t city : company_city) ++first_company[city + 1];
  for (uint64_t c = 0; c < cities; ++c) first_company[c + 1] += first_company[c];
  const auto company_key = [](uint64_t c) { return Padded('c', c, 8); };
  {
    CsvFile out(folder, "company", "key:ID(Company),name,uscc,founded:int,source");
    CsvFile seat(folder, "company-district", ":START_ID(Company),:END_ID(District),:TYPE,source");
    CsvFile hosts(folder, "park-company", ":START_ID(Park),:END_ID(Company),:TYPE,source");
    CsvFile member(folder, "company-cluster", ":START_ID(Company),:END_ID(Cluster),:TYPE,source");
    CsvFile makes(folder, "company-product", ":START_ID(Company),:END_ID(Product),:TYPE,source");
    CsvFile works(folder, "company-segment", ":START_ID(Company),:END_ID(Segment),:TYPE,source");
    CsvFile leads(folder, "company-leads", ":START_ID(Company),:END_ID(Segment),:TYPE,wording,source");
    for (uint64_t c = 0; c < companies; ++c) {
      const uint64_t city = company_city[c];
      const std::string key = company_key(c);
      out.Row({key, PlaceName(random) + PlaceName(random) + std::string(Pick(random, kTrade)) + std::string(Pick(random, kForm)),
               CreditCode(city_code[city], 100'000'000 + c), std::to_string(1980 + random.Below(45)), kSource});
      seat.Row({key, district_key(district_of(city)), "LOCATED_IN", kSource});
      ++edges;
      if (!city_parks[city].empty() && random.Below(10) < 6) {
        const uint64_t park = city_parks[city][random.Skewed(city_parks[city].size(), 0.5)];
        hosts.Row({Padded('p', park, 7), key, "HOSTS", kSource});
        ++edges;
      }
      if (!city_clusters[city].empty()) {
        member.Row({key, Padded('k', city_clusters[city][random.Below(city_clusters[city].size())], 6), "MEMBER_OF", kSource});
        ++edges;
      }
      const uint64_t product = random.Skewed(products, 0.5);
      makes.Row({key, Padded('g', product, 7), "PRODUCES", kSource});
      works.Row({key, Padded('s', product % segments, 6), "OPERATES_IN", kSource});
      edges += 2;
      if (random.Below(400) == 0) {
        leads.Row({key, Padded('s', product % segments, 6), "LEADS", "链主", kSource});
        ++edges;
      }
    }
  }
  // Supply ties fill up to the number of edges asked for. Buyers in order, each with as many suppliers as its size draws.
  {
    CsvFile out(folder, "supplies", ":START_ID(Company),:END_ID(Company),:TYPE,amount:float,year:int,source");
    const uint64_t wanted = nodes * per_node, ties = wanted > edges ? wanted - edges : 0;
    const double mean = static_cast<double>(ties) / static_cast<double>(companies);
    uint64_t made = 0;
    for (uint64_t buyer = 0; buyer < companies && made < ties; ++buyer) {
      // Pareto with exponent 2 and the mean asked for, at most a hundredth of all.
      const double drawn = mean / 2 / std::sqrt(1 - random.Share());
      uint64_t count = std::min<uint64_t>({static_cast<uint64_t>(drawn + random.Share()), companies / 100 + 1, ties - made});
      if (buyer + 1 == companies) count = std::min(ties - made, companies - 1);
      const uint64_t city = company_city[buyer];
      std::unordered_set<uint64_t> taken = {buyer};
      for (; count > 0; --count, ++made) {
        const uint64_t where = random.Below(100);
        uint64_t low = 0, high = companies;
        if (where < 65) {
          uint64_t other = city;
          if (where >= 45) {  // the nearest city of the same province, by code
            for (int tries = 0; tries < 20 && (other == city || city_code[other] / 10000 != city_code[city] / 10000); ++tries) other = random.Below(cities);
          }
          low = first_company[other];
          high = first_company[other + 1];
          if (low == high) low = 0, high = companies;
        }
        uint64_t supplier = low + random.Skewed(high - low, 0.45);
        while (!taken.insert(supplier).second) supplier = (supplier + 1) % companies;
        out.Row({company_key(supplier), company_key(buyer), "SUPPLIES", std::to_string(1 + random.Skewed(5000, 0.7)),
                 std::to_string(2019 + random.Below(7)), kSource});
      }
    }
    edges += made;
  }
  std::printf("%llu nodes, %llu edges\n", static_cast<unsigned long long>(nodes), static_cast<unsigned long long>(edges));
}
