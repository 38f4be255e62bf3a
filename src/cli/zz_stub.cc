#include "cli/command.h"
namespace liantu::graph { 
Result<uint64_t> ReadView::EstimateSnapBytes(const Projection&) const { return 0; } Result<SnapshotPtr> ReadView::Snap(const Projection&, const Budget&) const { return Status(Code::kIo,"x"); }
Result<SnapshotPtr> ReadView::SnapAround(const Projection&, std::span<const NodeId>, int, uint64_t,const Budget&) const { return Status(Code::kIo,"x"); } }
