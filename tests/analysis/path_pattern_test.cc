// SPDX-License-Identifier: Apache-2.0
// Patterns against std::regex over words in which a letter is an edge: a, b, c along, A, B, C against its direction.
#include "analysis/path_pattern.h"

#include <gtest/gtest.h>

#include <regex>

namespace liantu::analysis {
namespace {

std::optional<graph::TypeId> Types(std::string_view name) {
  if (name == "SUPPLIES") return graph::TypeId{1};
  if (name == "OWNS") return graph::TypeId{2};
  if (name == "位于 城市") return graph::TypeId{7};
  if (name == "a" || name == "b" || name == "c") return graph::TypeId{static_cast<uint32_t>(name[0] - 'a' + 1)};
  return std::nullopt;
}

bool Matches(const PathPattern& p, const std::string& word) {
  uint16_t state = PathPattern::start();
  for (char c : word) {
    const bool forward = c >= 'a';
    state = p.Next(state, static_cast<uint32_t>(forward ? c - 'a' : c - 'A') + 1, forward);
    if (state == PathPattern::kDead) return false;
  }
  return p.accepting(state);
}

TEST(PathPattern, AcceptsTheWordsOfTheSameRegularExpression) {
  const std::pair<const char*, const char*> cases[] = {
      {"a", "a"},           {"a b", "ab"},           {"a/b", "ab"},          {"a*", "a*"},
      {"a+<b?", "a+B?"},    {"(a|b)+ c", "[ab]+c"},  {".", "[abc]"},         {".*<a", "[abc]*A"},
      {"a{2}", "a{2}"},     {"a{1,3}b", "a{1,3}b"},  {"a{2,}", "a{2,}"},     {"a{0,2}b", "a{0,2}b"},
      {"(a<b){2,3}", "(aB){2,3}"}, {"a{0,}", "a*"},  {"<a>", "[aA]"},        {"<.>{3}", "[abcABC]{3}"},
      {"a>b>", "ab"},       {"(a?b?)+", "(a?b?)+"},  {"((a|b)?c){1,2}*", "(([ab]?c){1,2})*"}, {"a+{2}", "(a+){2}"}};
  std::vector<std::string> words{""};
  for (size_t i = 0; words[i].size() < 4; ++i) {
    for (char c : std::string("abAB")) words.push_back(words[i] + c);
  }
  for (const auto& w : {"abc", "cab", "aBaBaB", "ccc", "acbc", "AaBbC", "aaaaaa", "cA"}) words.push_back(w);
  for (const auto& [text, regex] : cases) {
    const auto p = PathPattern::Compile(text, graph::Direction::kOut, false, Types);
    ASSERT_TRUE(p.ok()) << text << ": " << p.status().message();
    const std::regex twin(regex, std::regex::extended);
    for (const std::string& word : words) EXPECT_EQ(Matches(*p, word), std::regex_match(word, twin)) << text << " on '" << word << "'";
  }
}

TEST(PathPattern, UnmarkedTypesFollowTheDefaultDirection) {
  const auto in = PathPattern::Compile("a b>", graph::Direction::kIn, false, Types);
  EXPECT_TRUE(Matches(*in, "Ab"));
  EXPECT_FALSE(Matches(*in, "ab"));
  const auto both = PathPattern::Compile("a", graph::Direction::kBoth, false, Types);
  EXPECT_TRUE(Matches(*both, "a") && Matches(*both, "A"));
  const auto undirected = PathPattern::Compile("<a", graph::Direction::kOut, true, Types);
  EXPECT_TRUE(Matches(*undirected, "a"));
  EXPECT_TRUE(in->walks(true) && in->walks(false));
  EXPECT_FALSE(PathPattern::Compile("a+", graph::Direction::kOut, false, Types)->walks(false));
}

TEST(PathPattern, BeforeIsTheReverseOfNext) {
  const auto p = PathPattern::Compile("(a|<b)* . c{2,4}", graph::Direction::kOut, false, Types);
  for (uint32_t type : {1u, 2u, 3u, 9u}) {
    for (bool forward : {true, false}) {
      for (uint16_t s = 0; s < p->state_count(); ++s) {
        for (uint16_t t = 0; t < p->state_count(); ++t) {
          const auto& before = p->Before(t, type, forward);
          EXPECT_EQ(p->Next(s, type, forward) == t, std::find(before.begin(), before.end(), s) != before.end());
        }
      }
    }
  }
}

TEST(PathPattern, MessagesQuoteTheTextAndPointToTheCharacter) {
  const std::pair<const char*, const char*> cases[] = {
      {"SUPPLIES+ <OWNZ?", "unknown edge type 'OWNZ' at character 12"},
      {"`位于 城市` X", "unknown edge type 'X' at character 9"},
      {"", "expected an edge type at character 1"},
      {"a|", "expected an edge type at character 3"},
      {"(a", "expected ')' at character 3"},
      {"a)", "unexpected ')' at character 2"},
      {"a{2", "expected '}' at character 4"},
      {"a{3,2}", "the most must be at least 1 and not below the least"},
      {"a{0}", "the most must be at least 1"},
      {"(a{9}b{9}){9}", "more than 63 edge types"},
      {"`a", "a back quote is not closed"},
      {"*", "expected an edge type at character 1"}};
  for (const auto& [text, message] : cases) {
    const auto p = PathPattern::Compile(text, graph::Direction::kOut, false, Types);
    ASSERT_FALSE(p.ok()) << text;
    EXPECT_NE(p.status().message().find(message), std::string::npos) << p.status().message();
    EXPECT_NE(p.status().message().find(Text("'", text, "'")), std::string::npos) << p.status().message();
  }
}

}  // namespace
}  // namespace liantu::analysis
