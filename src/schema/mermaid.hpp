/// Mermaid: tables and their foreign keys as an entity relationship diagram.
#pragma once

#include <string>

#include "schema/model.hpp"

namespace bedstone::schema {

/// An erDiagram for https://mermaid.js.org/syntax/entityRelationshipDiagram.html; the same for
/// equal schemas. Names that Mermaid does not take are quoted or have their odd characters
/// replaced.
std::string mermaid(const Schema& schema);

}  // namespace bedstone::schema
