#include "options.hpp"

#include "models/resnet3d/c2d_options.hpp"

namespace recurrent {

using pgt::models::Cell;
using pgt::models::NormKind;
using resnet3d::StemKind;

void Options::describe(pgt::sdk::Options& o) {
  o("depth", depth).one_of({18, 34, 50}).help("layers of the network that sees each frame");
  o("blocks", blocks).range(1, 100).help("blocks per stage, instead of those that depth implies");
  o("width", width)
      .range(1, 4096)
      .unit("channels")
      .help("channels of the stem and the first stage; doubles with every stage");
  o("strides", strides).range(1, 8).unit("pixels").help("spatial stride of each stage");
  o("stem", stem, {{"imagenet", StemKind::imagenet}, {"unpooled", StemKind::unpooled}, {"small", StemKind::small}})
      .help("imagenet: 7×7 and max pooling; unpooled: 7×7 only; small: 3×3 only, for pictures under 100 pixels");
  o("norm", norm, {{"frozen", NormKind::frozen}, {"group", NormKind::group}})
      .help("frozen: with pre-trained weights, whose statistics it keeps; group: to train from scratch");
  o("norm_groups", norm_groups).range(1, 4096).help("number of channel groups, for norm = \"group\"");
  o("cell", cell, {{"gru", Cell::gru}, {"lstm", Cell::lstm}}).help("what remembers");
  o("state_width", state_width).range(1, 8192).unit("channels").help("numbers that the state has in each layer");
  o("state_layers", state_layers).range(1, 8).help("layers of the recurrent network");
  o("head", head, {{"basic", Head::basic}, {"moments", Head::moments}})
      .help("basic: scores each video, by the state after a step's last frame; moments: scores every frame");
  o("dropout", dropout).range(0.0, 1.0).help("dropout rate before the classifier");
}

resnet3d::ResNetOptions Options::pictures() const {
  resnet3d::ResNetOptions pictures;
  pictures.depth = depth;
  pictures.blocks = blocks;
  pictures.width = width;
  pictures.strides = strides;
  pictures.stem = stem;
  pictures.norm.kind = norm;
  pictures.norm.groups = norm_groups;
  return pictures;
}

void Options::check(pgt::sdk::Problems& problems) const { pictures().check(problems); }

resnet3d::Layout Options::layout() const {
  resnet3d::C2dOptions options;
  static_cast<resnet3d::ResNetOptions&>(options) = pictures();
  return options.layout(1);
}

}  // namespace recurrent
