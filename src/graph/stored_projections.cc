// SPDX-License-Identifier: Apache-2.0
// Named projections in the catalog, as JSON.
#include "graph/database_state.h"
#include "graph/projection_json.h"
#include "text/suggest.h"

namespace liantu::graph {

Status Database::StoreProjection(const Projection& projection) {
  if (projection.name.empty() || projection.name.starts_with("{")) {
    return Status(Code::kInvalid, Text("'", projection.name, "' cannot be the name of a projection"));
  }
  if (state_->read_only) return Status(Code::kInvalid, Text("'", state_->uri, "' is open for reading only"));
  auto batch = state_->store->NewBatch();
  const Key key = keys::StoredProjection(projection.name);
  batch->Put(key.space, key.view(), ProjectionJson(projection));
  return state_->store->Write(batch.get()).status();
}

Result<std::vector<Projection>> Database::StoredProjections() const {
  std::vector<Projection> all;
  const auto view = state_->store->OpenView();
  const Key first = keys::StoredProjection("");
  const auto cursor = view->Scan(first.space, first.route, first.rest);
  for (; cursor->Valid(); cursor->Next()) {
    auto projection = ParseProjection(cursor->value(), Text("stored projection ", cursor->rest().substr(1)));
    if (!projection.ok()) return Status(Code::kDamaged, projection.status().message());
    all.push_back(*std::move(projection));
  }
  LT_TRY(cursor->status());
  return all;
}

Result<Projection> Database::StoredProjection(const std::string& name) const {
  LT_ASSIGN(const auto all, StoredProjections());
  std::vector<std::string> names;
  for (const Projection& p : all) {
    if (p.name == name) return p;
    names.push_back(p.name);
  }
  const auto near = text::Closest(name, names, 1);
  return Status(Code::kNotFound, Text("no projection is stored as '", name, "'", near.empty() ? "" : Text("; did you mean '", near[0], "'?"),
                                      "; liantu project list shows them all"));
}

Status Database::RemoveProjection(const std::string& name) {
  LT_TRY(StoredProjection(name).status());
  if (state_->read_only) return Status(Code::kInvalid, Text("'", state_->uri, "' is open for reading only"));
  auto batch = state_->store->NewBatch();
  const Key key = keys::StoredProjection(name);
  batch->Delete(key.space, key.view());
  return state_->store->Write(batch.get()).status();
}

}  // namespace liantu::graph
