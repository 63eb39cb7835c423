/// What import and inspect say.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "config/document.hpp"
#include "match.hpp"
#include "model_section.hpp"
#include "nn/parameters.hpp"

namespace pgt::weights {

/// How many there are of a kind, and the first of them; nothing where there are none.
void print_names(const char* what, const std::vector<std::string>& names);

/// What became of each tensor.
void print_match(const Match& match);

/// The section as lines for a run file.
void print_section(const ModelSection& section);

/// Where the run file contradicts the tensors: the lines that it should have. Where all tensors fit
/// (`fits`), of what shapes do not show alone.
void print_differences(const ModelSection& section, const config::Section& run_file, bool fits);

/// The classes that some rows of a loaded head are now, for people to compare with the list that the weights came with.
void print_rows(const Match& match, const std::vector<nn::Parameter>& backbone,
                const std::vector<std::string>& classes);

}  // namespace pgt::weights
