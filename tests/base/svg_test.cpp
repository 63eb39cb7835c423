#include "base/svg.hpp"

#include <gmock/gmock.h>

namespace pgt {
namespace {

using testing::HasSubstr;

TEST(Svg, TextStandsForItself) { EXPECT_EQ(svg_escaped("a<b> & \"c\"\x01"), "a&lt;b&gt; &amp; &quot;c&quot; "); }

TEST(Svg, TextIsUtf8) { EXPECT_EQ(svg_escaped("caf\xe9 é"), "caf\\xe9 é"); }

TEST(Svg, DocumentsSuitLightAndDarkGround) {
  const std::string svg = svg_document(300, 200.4, "A & B", svg_rect(1, 2, 3, 4, "class=\"frame\"", "x < y"));
  EXPECT_THAT(svg, testing::StartsWith("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 300 200\" "));
  EXPECT_THAT(svg, HasSubstr("prefers-color-scheme:dark"));
  EXPECT_THAT(svg, HasSubstr(">A &amp; B</text>"));
  EXPECT_THAT(svg, HasSubstr("<rect x=\"1.0\" y=\"2.0\" width=\"3.0\" height=\"4.0\" class=\"frame\">"
                             "<title>x &lt; y</title></rect>"));
  EXPECT_THAT(svg, testing::EndsWith("</svg>\n"));
}

/// The examples of RFC 4648, section 10.
TEST(Svg, ImagesHoldTheirBytes) {
  EXPECT_THAT(svg_image(0, 0, 1, 1, "f"), HasSubstr("base64,Zg==\""));
  EXPECT_THAT(svg_image(0, 0, 1, 1, "fo"), HasSubstr("base64,Zm8=\""));
  EXPECT_THAT(svg_image(0, 0, 1, 1, "foobar"), HasSubstr("base64,Zm9vYmFy\""));
  EXPECT_THAT(svg_image(0, 0, 1, 1, "\xff\xfe\xfd"), HasSubstr("base64,//79\""));
}

}  // namespace
}  // namespace pgt
