/// The moments of a video as a picture.
#pragma once

#include <string>

#include "eval/moment_metrics.hpp"

namespace pgt::eval {

/// An SVG document: time from left to right, what is true above, what is predicted below. One class a moment: a band
/// each, coloured by class; several: a pair of bands for each class that occurs, up to 20 of them. Moments that nobody
/// labelled are left empty in the true band.
std::string timeline_svg(const std::string& title, const MomentEvaluation& evaluation, const MomentTrack& track);

}  // namespace pgt::eval
