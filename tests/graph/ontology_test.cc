// SPDX-License-Identifier: Apache-2.0
// The industry ontology is read whole; a broken one is refused with every fault named by its place; codes are checked.
#include "graph/ontology.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "graph/code_check.h"

namespace liantu::graph {
namespace {

std::string Faults(std::string_view json) {
  Result<std::shared_ptr<const Ontology>> o = Ontology::Parse(json, "o.json");
  return o.ok() ? "none" : o.status().message();
}

// A document with these labels and edge types.
std::string Document(const std::string& labels, const std::string& types = "") {
  return R"({"name": "t", "version": 1, "common_properties": [{"name": "key", "type": "string"}], "labels": [)" + labels + R"(], "edge_types": [)" + types + "]}";
}

TEST(Ontology, TheIndustryOntologyIsWithoutFault) {
  const std::string json = *ReadFile(std::string(LIANTU_SOURCE_DIR) + "/schema/industry.json");
  Result<std::shared_ptr<const Ontology>> parsed = Ontology::Parse(json, "schema/industry.json");
  ASSERT_TRUE(parsed.ok()) << parsed.status().message();
  const Ontology& o = **parsed;
  EXPECT_EQ(o.name(), "industry");
  EXPECT_EQ(o.json(), json);
  const LabelSpec* company = o.Label("Company");
  ASSERT_NE(company, nullptr);
  EXPECT_TRUE(company->key);
  EXPECT_EQ(o.Label(company->zh), company);
  EXPECT_EQ(o.Label(company->en), company);
  EXPECT_EQ(o.Label("Firm"), nullptr);
  EXPECT_EQ(company->Property("uscc")->format, "uscc");
  EXPECT_EQ(company->Property("aliases")->type, (ValueType{Value::Type::kString, true}));
  EXPECT_EQ(company->Property("nothing"), nullptr);
  const EdgeTypeSpec* supplies = o.EdgeType("SUPPLIES");
  ASSERT_NE(supplies, nullptr);
  EXPECT_EQ(supplies->identity, (std::vector<std::string>{"product", "year"}));
  EXPECT_TRUE(supplies->Allows({"Company"}, {"Company"}));
  EXPECT_FALSE(supplies->Allows({"Company"}, {"City"}));
  EXPECT_TRUE(o.EdgeType("MENTIONED_IN")->Allows({"Policy"}, {"Document"}));
  EXPECT_EQ(o.EconomicTypes(), (std::vector<std::string>{"PRODUCES", "USES", "SUPPLIES", "UPSTREAM_OF", "OWNS"}));
  EXPECT_EQ(o.SearchOf({"Company"}, "name"), PropertySpec::Search::kName);
  EXPECT_EQ(o.SearchOf({"Company"}, "aliases"), PropertySpec::Search::kAlias);
  EXPECT_EQ(o.SearchOf({"Company"}, "note"), PropertySpec::Search::kNo);
  EXPECT_EQ(o.SearchOf({"Unheard"}, "name"), PropertySpec::Search::kName);
}

TEST(Ontology, NoneIsReadableAndAllowsEverything) {
  const std::shared_ptr<const Ontology> none = Ontology::None();
  EXPECT_TRUE(none->labels().empty());
  EXPECT_EQ(none->SearchOf({"Anything"}, "name"), PropertySpec::Search::kName);
  Result<std::shared_ptr<const Ontology>> again = Ontology::Parse(none->json(), "none");
  ASSERT_TRUE(again.ok());
  EXPECT_EQ((*again)->name(), none->name());
}

TEST(Ontology, EveryFaultIsNamedWithItsPlaceInOneGo) {
  EXPECT_EQ(Faults(Document(R"({"name": "A", "properties": [{"name": "p", "type": "string"}, {"name": "q", "typ": "integer"}]},
                               {"name": "A", "key": 1, "unique": ["r"], "properties": [{"name": "2x", "type": "date", "format": "uscc"}]})",
                            R"({"name": "T", "ends": [["A", "B"], ["A"]], "identity": ["z"], "symmetric": true, "tree": true})")),
            "o.json: labels[0].properties[1]: 'typ' is not a field here; did you mean 'type'?\n"
            "o.json: labels[0].properties[1]: 'type' is missing\n"
            "o.json: labels[1].key: expected true or false, found 1\n"
            "o.json: labels[1].properties[0].name: '2x' is not a name: letters, digits and '_' only, not beginning with a digit\n"
            "o.json: labels[1].properties[0].format: only a string has a format, not a date\n"
            "o.json: labels[1].unique[0]: 'r' is not a property of A\n"
            "o.json: labels[1]: the label 'A' is named twice\n"
            "o.json: labels[1]: another label is called 'A' too\n"
            "o.json: edge_types[0].tree: a symmetric type cannot be a tree\n"
            "o.json: edge_types[0].identity[0]: 'z' is not a property of T\n"
            "o.json: edge_types[0].ends[0][1]: there is no label 'B'\n"
            "o.json: edge_types[0].ends[1]: expected two labels such as [\"Park\", \"Company\"], found [\"A\"]");
}

TEST(Ontology, MisspeltWordsGetASuggestion) {
  EXPECT_EQ(Faults(Document(R"({"name": "A", "properties": [{"name": "p", "type": "sting"}]})")),
            "o.json: labels[0].properties[0].type: 'sting' is not a type; did you mean 'string'?");
  EXPECT_EQ(Faults(Document(R"({"name": "Company"})", R"({"name": "T", "ends": [["Compny", "*"]]})")),
            "o.json: edge_types[0].ends[0][0]: there is no label 'Compny'; did you mean 'Company'?");
  EXPECT_EQ(Faults(Document(R"({"name": "A", "properties": [{"name": "p", "type": "string", "format": "usc"}]})")),
            "o.json: labels[0].properties[0].format: 'usc' is not a format; did you mean 'uscc'?; formats are uscc, gbt2260, gbt4754, stock_code");
}

TEST(Ontology, AllowedValuesMustBeOfTheirType) {
  EXPECT_EQ(Faults(Document(R"({"name": "A", "properties": [{"name": "p", "type": "integer", "values": ["1", "x", {"value": "1"}]}]})")),
            "o.json: labels[0].properties[0].values[1]: expected an integer, found 'x'\n"
            "o.json: labels[0].properties[0].values[2]: the value '1' is named twice");
}

TEST(Ontology, WhatIsNotAnOntologyIsRefused) {
  EXPECT_EQ(Faults("[]"), "o.json: expected an object, found []");
  EXPECT_EQ(Faults("{}"), "o.json: 'name' is missing\no.json: 'version' is missing");
  EXPECT_EQ(Faults("{\"name\": \"a\",").substr(0, 18), "o.json: not JSON: ");
  EXPECT_EQ(Faults(R"({"name": "a", "name": "b", "version": 1})"), "o.json: the field 'name' is given twice in one object");
  EXPECT_EQ(Faults(std::string("\xff\xfe")).substr(0, 18), "o.json: not JSON: ");
  EXPECT_NE(Faults(std::string(100000, '[')), "none");
}

TEST(CodeCheck, CodesAreCheckedByFormAndClosedLists) {
  const auto fault = [](const char* format, const char* text) {
    Result<std::string> r = CheckFormat(format, text);
    return r.ok() ? std::string("ok") : r.status().message();
  };
  for (const char* code : {"440000", "440100", "440106", "810000", "711234"}) EXPECT_EQ(fault("gbt2260", code), "ok") << code;
  EXPECT_EQ(fault("gbt2260", "990000"), "expected a division code of GB/T 2260 (six digits), found '990000'; no province has the code 99");
  for (const char* code : {"", "44", "44010", "4401061", "44010a", "440001"}) EXPECT_NE(fault("gbt2260", code), "ok") << code;
  for (const char* code : {"C", "36", "C36", "3612", "01", "T97", "K70"}) EXPECT_EQ(fault("gbt4754", code), "ok") << code;
  EXPECT_EQ(fault("gbt4754", "B36"),
            "expected an industry code of GB/T 4754-2017 (a section A to T, or 2 to 4 digits), found 'B36'; division 36 belongs to section C");
  for (const char* code : {"", "U", "3", "36123", "00", "98", "c36", "C3"}) EXPECT_NE(fault("gbt4754", code), "ok") << code;
  for (const char* code : {"002594.SZ", "600019.SH", "835185.BJ", "0285.HK", "09888.HK", "BABA.N"}) EXPECT_EQ(fault("stock_code", code), "ok") << code;
  for (const char* code : {"", "002594", "002594.SH", "600019.SZ", "2594.SZ", "123.HK", "ba.N", "002594.XX", ".SZ"}) EXPECT_NE(fault("stock_code", code), "ok") << code;
  EXPECT_NE(fault("nothing", "1"), "ok");
}

TEST(CodeCheck, CreditCodesComeOutCanonicalAndRetiredCodesAreRefused) {
  EXPECT_EQ(*CheckFormat("uscc", "91350100m000100y43"), "91350100M000100Y43");  // the example of GB 32100-2015
  EXPECT_FALSE(CheckFormat("uscc", "91350100M000100Y44").ok());
  const RetiredCodes retired = {{"440116", "440112"}};
  EXPECT_EQ(CheckFormat("gbt2260", "440116", &retired).status().message(), "expected a code in force, found '440116'; it was replaced by 440112");
  EXPECT_TRUE(CheckFormat("gbt2260", "440112", &retired).ok());
}

}  // namespace
}  // namespace liantu::graph
