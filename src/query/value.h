// SPDX-License-Identifier: Apache-2.0
// A value of the query language: everything a storable property can be (graph/value.h), and besides lists of anything,
// maps, nodes, relationships and paths. 16 bytes: a kind and either the scalar itself or a shared, immutable box, so rows
// copy cheaply. Nodes and relationships are ids; what they carry is looked up late, in the statement's view.
// Here too: the three comparisons of openCypher (equality, order of <, order of ORDER BY) and the text forms.
// Values are immutable; copies may be used from several threads.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "graph/ids.h"
#include "graph/value.h"

namespace liantu::query {

using graph::EdgeId;
using graph::NodeId;

enum class Kind : uint8_t {
  kNull, kBoolean, kInteger, kFloat, kString, kDate, kLocalTime, kTime, kLocalDateTime, kDateTime, kDuration, kPoint,
  kList, kMap, kNode, kRelationship, kPath
};
const char* KindName(Kind kind);  // as messages say it: "Integer", "List", …

constexpr uint32_t kMaxNesting = 500;  // of lists and maps in each other

class Value;
using ValueList = std::vector<Value>;
using ValueMap = std::vector<std::pair<std::string, Value>>;  // ascending by key, keys unique
struct PathValue {
  std::vector<NodeId> nodes;  // one more than edges
  std::vector<EdgeId> edges;
};

class Value {
 public:
  Value() = default;
  Value(const Value& other) : kind_(other.kind_), bits_(other.bits_) { if (Boxed()) Box()->refs.fetch_add(1, std::memory_order_relaxed); }
  Value(Value&& other) noexcept : kind_(other.kind_), bits_(other.bits_) { other.kind_ = Kind::kNull; }
  Value& operator=(const Value& other) { Value copy(other); Swap(copy); return *this; }
  Value& operator=(Value&& other) noexcept { Swap(other); return *this; }
  ~Value() { if (Boxed()) Release(); }

  static Value Boolean(bool v) { return Value(Kind::kBoolean, Bits{.integer = v}); }
  static Value Integer(int64_t v) { return Value(Kind::kInteger, Bits{.integer = v}); }
  static Value Float(double v) { return Value(Kind::kFloat, Bits{.number = v}); }
  static Value String(std::string v);
  static Value List(ValueList v);
  static Value Map(ValueMap v);               // sorts by key; of equal keys the last one stays
  static Value Node(NodeId id) { return Value(Kind::kNode, Bits{.integer = static_cast<int64_t>(id.raw)}); }
  static Value Relationship(EdgeId id) { return Value(Kind::kRelationship, Bits{.integer = static_cast<int64_t>(id.raw)}); }
  static Value Path(PathValue v);
  static Value Of(const graph::Value& v);     // any storable value, temporal ones and points too
  static Value Of(graph::Value&& v);
  static Value Of(graph::Date v);
  static Value Of(graph::LocalTime v);
  static Value Of(graph::Time v);
  static Value Of(graph::LocalDateTime v);
  static Value Of(graph::DateTime v);
  static Value Of(graph::Duration v);
  static Value Of(graph::Point v);

  Kind kind() const { return kind_; }
  bool is_null() const { return kind_ == Kind::kNull; }
  bool is_true() const { return kind_ == Kind::kBoolean && bits_.integer != 0; }
  bool is_number() const { return kind_ == Kind::kInteger || kind_ == Kind::kFloat; }
  // Each only for its kind (a bug otherwise).
  bool boolean() const { LT_ASSERT(kind_ == Kind::kBoolean); return bits_.integer != 0; }
  int64_t integer() const { LT_ASSERT(kind_ == Kind::kInteger); return bits_.integer; }
  double real() const { LT_ASSERT(kind_ == Kind::kFloat); return bits_.number; }
  double number() const { return kind_ == Kind::kInteger ? static_cast<double>(bits_.integer) : real(); }
  NodeId node() const { LT_ASSERT(kind_ == Kind::kNode); return NodeId{static_cast<uint64_t>(bits_.integer)}; }
  EdgeId relationship() const { LT_ASSERT(kind_ == Kind::kRelationship); return EdgeId{static_cast<uint64_t>(bits_.integer)}; }
  const std::string& string() const { LT_ASSERT(kind_ == Kind::kString); return Get<std::string>(); }
  const ValueList& list() const { LT_ASSERT(kind_ == Kind::kList); return Get<ValueList>(); }
  const ValueMap& map() const { LT_ASSERT(kind_ == Kind::kMap); return Get<ValueMap>(); }
  const PathValue& path() const { LT_ASSERT(kind_ == Kind::kPath); return Get<PathValue>(); }
  const graph::Date& date() const { LT_ASSERT(kind_ == Kind::kDate); return Get<graph::Date>(); }
  const graph::LocalTime& local_time() const { LT_ASSERT(kind_ == Kind::kLocalTime); return Get<graph::LocalTime>(); }
  const graph::Time& time() const { LT_ASSERT(kind_ == Kind::kTime); return Get<graph::Time>(); }
  const graph::LocalDateTime& local_date_time() const { LT_ASSERT(kind_ == Kind::kLocalDateTime); return Get<graph::LocalDateTime>(); }
  const graph::DateTime& date_time() const { LT_ASSERT(kind_ == Kind::kDateTime); return Get<graph::DateTime>(); }
  const graph::Duration& duration() const { LT_ASSERT(kind_ == Kind::kDuration); return Get<graph::Duration>(); }
  const graph::Point& point() const { LT_ASSERT(kind_ == Kind::kPoint); return Get<graph::Point>(); }
  // The entry of a map; null pointer: not there.
  const Value* Find(std::string_view key) const;
  // How deep lists and maps nest: 0 for anything else, 1 for [1], 2 for [[1]]. Who builds them refuses more than
  // kMaxNesting, so that code that walks a value may recurse.
  uint32_t depth() const { return kind_ == Kind::kList || kind_ == Kind::kMap ? Box()->depth : 0; }
  // About how many bytes the value holds beyond its own 16, for memory budgets. What several values share counts for each
  // of them. Cost: constant; lists and maps know it from when they were made.
  size_t HeapBytes() const;

 private:
  union Bits { int64_t integer = 0; double number; void* box; };
  struct BoxHead { std::atomic<uint32_t> refs{1}; uint32_t depth = 0; };
  template <class T>
  struct BoxOf : BoxHead { explicit BoxOf(T v) : value(std::move(v)) {} T value; };
  template <class T>
  struct NestedBox : BoxOf<T> { NestedBox(T v, size_t b) : BoxOf<T>(std::move(v)), bytes(b) {} size_t bytes; };  // lists and maps

  Value(Kind kind, Bits bits) : kind_(kind), bits_(bits) {}
  template <class T>
  static Value Make(Kind kind, T v) { return Value(kind, Bits{.box = static_cast<BoxHead*>(new BoxOf<T>(std::move(v)))}); }
  template <class T>
  const T& Get() const { return static_cast<const BoxOf<T>*>(Box())->value; }
  bool Boxed() const { return kind_ >= Kind::kString && kind_ != Kind::kNode && kind_ != Kind::kRelationship; }
  BoxHead* Box() const { return static_cast<BoxHead*>(bits_.box); }
  void Release();
  void Swap(Value& other) noexcept { std::swap(kind_, other.kind_); std::swap(bits_, other.bits_); }

  Kind kind_ = Kind::kNull;
  Bits bits_;
};

// a = b in three-valued logic: null where the answer is unknown (null inside, too).
std::optional<bool> Equals(const Value& a, const Value& b);
// a < b where the two are comparable: negative, 0, positive; none where they are not (different kinds, null, NaN, maps …).
// Lists compare element by element. Whether NaN makes the answer false or null is the caller's (operators <, <= give false).
std::optional<int> CompareForInequality(const Value& a, const Value& b);
// The total order of ORDER BY, min and max: maps, nodes, relationships, lists, paths, temporal values, strings, booleans, numbers, NaN,
// null last. Numbers by value, integers and floats together.
int CompareForOrder(const Value& a, const Value& b);
// The equivalence of DISTINCT, grouping and set operations: null is null, NaN is NaN, 1 is 1.0.
bool Equivalent(const Value& a, const Value& b);
size_t Hash(const Value& value);  // agrees with Equivalent

// elementId() of an entity, the same in the language, Bolt and JSON: opaque to users, different for nodes and relationships.
inline std::string ElementId(NodeId id) { return "n:" + std::to_string(id.raw); }
inline std::string ElementId(EdgeId id) { return "r:" + std::to_string(id.raw); }

// As toString() shows a scalar: floats by their shortest digits with at least one decimal, temporal values in ISO form.
std::string ToText(const Value& value);
// Cypher literal form for messages, plans and tests: 'text', [1, 2], {a: 1}; nodes and relationships as (#id), [#id].
std::string ToLiteral(const Value& value);
// As a property can hold it. TypeError InvalidPropertyType for maps, entities, paths, and lists that no property can hold.
Result<graph::Value> ToStorable(const Value& value);

}  // namespace liantu::query
