// SPDX-License-Identifier: Apache-2.0
// A graph drawn in a line of text, for tests of every module. Nodes are named by their key; a label is given where a node
// is first met (or not at all); properties stand in braces: integers, floats, true, false, else strings.
//
//   auto g = TinyGraph("byd:Company {city: Shenzhen} -MEMBER_OF-> nev:Cluster; byd -SUPPLIES {share: 0.5}-> gac:Company");
//   g.view().Expand(g["byd"], Direction::kOut);
//
// Statements are separated by ';', a statement is a node or a path of any length; <-T- draws an edge from right to
// left. Every node has the properties key and name (equal unless {name: …} says otherwise), every edge is a new one.
#pragma once

#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "graph/database.h"

namespace liantu::graph {

class Tiny {
 public:
  Tiny(std::string_view drawing, std::shared_ptr<const Ontology> ontology) {
    database_ = Get(Database::Open("memory:", {.create = true, .ontology = std::move(ontology)}));
    Add(drawing);
  }
  Database& database() { return *database_; }
  // A view of what is drawn so far.
  ReadView view(const ReadOptions& options = {}) const { return Get(database_->Read(options)); }
  // The node of that key; a failed test if it is not in the drawing.
  NodeId operator[](const std::string& key) const {
    const auto at = nodes_.find(key);
    if (at == nodes_.end()) Fail("no node '" + key + "' is drawn");
    return at->second;
  }
  const std::string& name(NodeId id) const {
    const auto at = keys_.find(id);
    if (at == keys_.end()) Fail("no such node is drawn");
    return at->second;
  }
  const std::vector<EdgeId>& edges() const { return edges_; }  // in the order of the drawing

  // Draws more, as a batch of its own.
  void Add(std::string_view drawing) {
    text_ = drawing;
    at_ = 0;
    auto tx = Get(database_->Begin({.who = "test", .origin = "drawing"}));
    while (Skip(), at_ < text_.size()) {
      NodeId left = ReadNode(*tx);
      while (Skip(), at_ < text_.size() && text_[at_] != ';') left = ReadEdge(*tx, left);
      if (at_ < text_.size()) ++at_;
    }
    Get(tx->Commit());
  }

 private:
  template <class T>
  static T Get(Result<T> result) {
    if (!result.ok()) Fail(result.status().message());
    return *std::move(result);
  }
  [[noreturn]] static void Fail(const std::string& why) {
    std::fprintf(stderr, "TinyGraph: %s\n", why.c_str());
    std::abort();
  }
  void Skip() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_]))) ++at_;
  }
  bool Take(std::string_view what) {
    Skip();
    if (!text_.substr(at_).starts_with(what)) return false;
    at_ += what.size();
    return true;
  }
  std::string ReadUntil(std::string_view stops) {
    Skip();
    const size_t begin = at_;
    while (at_ < text_.size() && stops.find(text_[at_]) == std::string_view::npos) ++at_;
    size_t end = at_;
    while (end > begin && std::isspace(static_cast<unsigned char>(text_[end - 1]))) --end;
    if (end == begin) Fail("a name is missing before '" + std::string(text_.substr(at_, 20)) + "'");
    return std::string(text_.substr(begin, end - begin));
  }
  static Value ToValue(const std::string& s) {
    if (s == "true" || s == "false") return Value(s == "true");
    char* end;
    const long long n = std::strtoll(s.c_str(), &end, 10);
    if (*end == 0) return Value(static_cast<int64_t>(n));
    const double d = std::strtod(s.c_str(), &end);
    return *end == 0 ? Value(d) : Value(s);
  }
  Properties ReadProperties() {
    Properties properties;
    if (!Take("{")) return properties;
    while (!Take("}")) {
      std::string name = ReadUntil(":");
      ++at_;
      properties.emplace_back(std::move(name), ToValue(ReadUntil(",}")));
      Take(",");
    }
    return properties;
  }
  NodeId ReadNode(Transaction& tx) {
    const std::string key = ReadUntil(":;{-< \n\t");
    std::vector<std::string> labels;
    while (Take(":")) labels.push_back(ReadUntil(":;{-< \n\t"));
    Properties properties = ReadProperties();
    const auto at = nodes_.find(key);
    if (at != nodes_.end()) return at->second;
    bool named = false;
    for (const auto& [name, value] : properties) named = named || name == "name";
    if (!named) properties.emplace_back("name", key);
    properties.emplace_back("key", key);
    const NodeId id = Get(tx.CreateNode(labels, properties, {}));
    nodes_[key] = id;
    keys_[id] = key;
    return id;
  }
  NodeId ReadEdge(Transaction& tx, NodeId left) {
    const bool back = Take("<-");
    if (!back && !Take("-")) Fail("an edge is expected before '" + std::string(text_.substr(at_, 20)) + "'");
    const std::string type = ReadUntil("-{");
    const Properties properties = ReadProperties();
    if (!Take(back ? "-" : "->")) Fail("an edge '" + type + "' has no end");
    const NodeId right = ReadNode(tx);
    edges_.push_back(Get(tx.CreateEdge(type, back ? right : left, back ? left : right, properties, {})));
    return right;
  }

  std::unique_ptr<Database> database_;
  std::string_view text_;
  size_t at_ = 0;
  std::map<std::string, NodeId> nodes_;
  std::map<NodeId, std::string> keys_;
  std::vector<EdgeId> edges_;
};

// `ontology` null: none, every label and type is then unknown and allowed.
inline Tiny TinyGraph(std::string_view drawing, std::shared_ptr<const Ontology> ontology = nullptr) {
  return Tiny(drawing, std::move(ontology));
}

}  // namespace liantu::graph
