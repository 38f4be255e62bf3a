// SPDX-License-Identifier: Apache-2.0
// What a page must be: every tag closed in order, every id once, every inner link with a target, nothing loaded from anywhere.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace liantu::report {

inline void ExpectWellFormed(const std::string& html) {
  std::vector<std::string> open;
  std::map<std::string, int> ids;
  std::vector<std::string> targets;
  for (size_t at = 0; (at = html.find('<', at)) != std::string::npos;) {
    const size_t end = html.find('>', at);
    ASSERT_NE(end, std::string::npos);
    const std::string tag = html.substr(at + 1, end - at - 1);
    at = end + 1;
    if (tag.starts_with("!doctype")) continue;
    const std::string name = tag.substr(tag[0] == '/' ? 1 : 0, tag.find_first_of(" />", 1) - (tag[0] == '/' ? 1 : 0));
    if (tag[0] == '/') {
      ASSERT_FALSE(open.empty()) << tag;
      EXPECT_EQ(open.back(), tag.substr(1));
      open.pop_back();
    } else if (tag.back() != '/' && name != "meta" && name != "img") {
      open.push_back(name);
      if (name == "style" || name == "script") {
        const std::string inside = html.substr(at, html.find("</" + name + ">", at) - at);
        EXPECT_EQ(inside.find('<'), std::string::npos) << name;
        EXPECT_EQ(inside.find("http"), std::string::npos) << name;
        at += inside.size();
      }
    }
    auto attribute = [&](const std::string& key) {
      const size_t begin = tag.find(" " + key + "=\"");
      return begin == std::string::npos ? std::string() : tag.substr(begin + key.size() + 3, tag.find('"', begin + key.size() + 3) - begin - key.size() - 3);
    };
    if (const std::string id = attribute("id"); !id.empty()) ++ids[id];
    if (const std::string href = attribute("href"); href.starts_with("#")) targets.push_back(href.substr(1));
    if (tag.starts_with("script")) {
      EXPECT_EQ(tag, "script") << "a script of its own alone, from nowhere else";
    }
    EXPECT_NE(name, "link");
    const std::string source = attribute("src");
    EXPECT_TRUE(source.empty() || source.starts_with("data:image/")) << tag.substr(0, 100);
  }
  EXPECT_TRUE(open.empty());
  for (const auto& [id, count] : ids) EXPECT_EQ(count, 1) << id;
  for (const std::string& target : targets) EXPECT_TRUE(ids.contains(target)) << target;
}

}  // namespace liantu::report
