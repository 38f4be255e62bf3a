// SPDX-License-Identifier: Apache-2.0
// The table from codes to names and exit statuses.
#include "base/result.h"

namespace liantu {

int ExitStatus(Code code) {
  switch (code) {
    case Code::kOk: return 0;
    case Code::kAmbiguous:
    case Code::kUsage: return 2;
    case Code::kRejected: return 3;
    case Code::kLocked: return 4;
    case Code::kDamaged:
    case Code::kTooNew: return 5;
    default: return 1;
  }
}

const char* CodeName(Code code) {
  switch (code) {
    case Code::kOk: return "ok";
    case Code::kInvalid: return "invalid";
    case Code::kNotFound: return "not_found";
    case Code::kAmbiguous: return "ambiguous";
    case Code::kConflict: return "conflict";
    case Code::kOutdated: return "outdated";
    case Code::kLocked: return "locked";
    case Code::kDamaged: return "damaged";
    case Code::kTooNew: return "too_new";
    case Code::kIo: return "io";
    case Code::kBudget: return "budget";
    case Code::kCancelled: return "cancelled";
    case Code::kRejected: return "rejected";
    case Code::kUsage: return "usage";
  }
  return "unknown";
}

}  // namespace liantu
