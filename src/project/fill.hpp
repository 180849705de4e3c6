/// From a validated tree to a Project.
#pragma once

#include "data/node.hpp"
#include "project/project.hpp"

namespace bedstone {

/// Fills in what the document says; what it leaves open keeps its value. URLs are the loader's.
/// Appends errors for values that fit their keys but not one another.
void fill_project(const data::Document& document, Project& project, Errors& errors);

}  // namespace bedstone
