/// What plugins answer, as lines of text "field = value": two answers are the same if their lines are, and otherwise
/// the first line that differs says where.
#pragma once

#include <string>
#include <vector>

#include <pgt/sdk/dataset.hpp>
#include <pgt/sdk/schedule.hpp>

namespace pgt::plugin {

using Lines = std::vector<std::string>;

Lines lines_of(const sdk::Plan& plan);
Lines lines_of(const sdk::DatasetInfo& info);
Lines lines_of(const sdk::Sample& sample);
Lines lines_of(const sdk::Target& target);
Lines lines_of(const std::vector<sdk::Segment>& segments);

/// "steps[1].frames[0] is [8, 16), then [9, 17)"; empty where there is none.
std::string difference(const Lines& first, const Lines& second);

std::string text_of(const sdk::FrameRange& range);
/// All digits that tell it from its neighbours.
std::string text_of(double number);
std::string text_of(float number);

}  // namespace pgt::plugin
