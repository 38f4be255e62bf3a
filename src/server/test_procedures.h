// SPDX-License-Identifier: Apache-2.0
// Test mode: procedures by which a client makes procedures that answer from a table, as openCypher's TCK asks of an
// implementation ("there exists a procedure …"). Never offered unless asked for.
#pragma once

#include "base/result.h"
#include "query/procedure.h"

namespace liantu::server {

// Adds to the registry, which must outlive what it holds:
//   liantu.test.register(step, columns, rows): `step` is the text of the step or just the signature, `columns` the header of the
//     table, `rows` a list of lists (or of maps by column). A cell is a value, or text as the TCK writes it: 'text', 1, 2.5, true, null.
//     A procedure of the same name is replaced.
//   liantu.test.clear(): takes back all that were registered.
Status OfferTestProcedures(query::ProcedureRegistry& registry);

}  // namespace liantu::server
