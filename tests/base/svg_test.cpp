#include "base/svg.hpp"

#include <gmock/gmock.h>

namespace pgt {
namespace {

using testing::HasSubstr;

TEST(Svg, TextStandsForItself) { EXPECT_EQ(svg_escaped("a<b> & \"c\"\x01"), "a&lt;b&gt; &amp; &quot;c&quot; "); }

/// The examples of RFC 4648, section 10.
TEST(Svg, ImagesHoldTheirBytes) {
  EXPECT_THAT(svg_image(0, 0, 1, 1, "f"), HasSubstr("base64,Zg==\""));
  EXPECT_THAT(svg_image(0, 0, 1, 1, "fo"), HasSubstr("base64,Zm8=\""));
  EXPECT_THAT(svg_image(0, 0, 1, 1, "foobar"), HasSubstr("base64,Zm9vYmFy\""));
  EXPECT_THAT(svg_image(0, 0, 1, 1, "\xff\xfe\xfd"), HasSubstr("base64,//79\""));
}

}  // namespace
}  // namespace pgt
