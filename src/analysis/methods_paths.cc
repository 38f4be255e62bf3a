// SPDX-License-Identifier: Apache-2.0
// Path methods in the registry.
#include "analysis/registry.h"

namespace liantu::analysis {

std::vector<Method> PathMethods() { return {}; }

}  // namespace liantu::analysis
