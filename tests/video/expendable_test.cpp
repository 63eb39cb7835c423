#include "video/expendable.hpp"

#include <gtest/gtest.h>

#include "video/make_video.hpp"
#include "video/packet_source.hpp"

namespace pgt::video {
namespace {

struct Count {
  int packets = 0;
  int expendable = 0;
  int expendable_keys = 0;
};

Count count(const Recipe& recipe, const std::string& name) {
  const ScratchFolder folder;
  make_video(folder / name, recipe);
  PacketSource source(folder / name, {}, {});
  const PacketPtr packet = new_packet();
  Count counted;
  while (source.next(*packet)) {
    const bool expendable = is_expendable(*packet, source.parameters());
    ++counted.packets;
    counted.expendable += expendable;
    counted.expendable_keys += expendable && (packet->flags & AV_PKT_FLAG_KEY);
  }
  return counted;
}

TEST(Expendable, FindsThePicturesThatNoOtherRefersTo) {
  const Recipe h264{.options = "b-pyramid=0:b_strategy=0", .frames = 60, .gop = 30, .b_frames = 2};
  for (const char* name : {"a.mp4", "a.mkv", "a.ts", "a.avi"}) {
    const Count counted = count(h264, name);
    EXPECT_NEAR(counted.expendable, 38, 3) << name;  // two of three, less what is at the ends of groups
    EXPECT_EQ(counted.expendable_keys, 0) << name;
  }
  const Count pyramid = count({.options = "b-pyramid=2:b_strategy=0", .frames = 60, .gop = 30, .b_frames = 3}, "a.mp4");
  EXPECT_GT(pyramid.expendable, 20);
  EXPECT_LT(pyramid.expendable, 35);  // one of three B pictures is referred to
  for (const auto& [codec, name] : {std::pair("mpeg4", "a.avi"), {"mpeg4", "a.mp4"}, {"mpeg2video", "a.ts"}}) {
    const Count counted = count({.codec = codec, .frames = 60, .gop = 30, .b_frames = 2}, name);
    EXPECT_NEAR(counted.expendable, 38, 3) << codec << " " << name;
    EXPECT_EQ(counted.expendable_keys, 0) << codec << " " << name;
  }
}

TEST(Expendable, FindsNoneWhereAllAreReferredTo) {
  EXPECT_EQ(count({.b_frames = 0}, "a.mp4").expendable, 0);
  EXPECT_EQ(count({.codec = "mpeg4", .b_frames = 0}, "a.avi").expendable, 0);
  EXPECT_EQ(count({.codec = "mjpeg", .b_frames = 0, .format = "yuvj420p"}, "a.avi").expendable, 0);
}

TEST(Expendable, KeepsWhatItDoesNotUnderstand) {
  const ParametersPtr parameters(avcodec_parameters_alloc());
  const PacketPtr packet = new_packet();
  ASSERT_EQ(av_new_packet(packet.get(), 9), 0);
  std::fill_n(packet->data, 9, std::uint8_t{0xFF});
  for (const AVCodecID codec : {AV_CODEC_ID_H264, AV_CODEC_ID_MPEG4, AV_CODEC_ID_MPEG2VIDEO, AV_CODEC_ID_VP9}) {
    parameters->codec_id = codec;
    for (int size = 0; size <= 9; ++size) {
      packet->size = size;
      EXPECT_FALSE(is_expendable(*packet, *parameters));
    }
  }
}

TEST(Expendable, KeepsAPictureWhoseLengthsAreWrong) {
  const ParametersPtr parameters(avcodec_parameters_alloc());
  parameters->codec_id = AV_CODEC_ID_H264;
  parameters->extradata = static_cast<std::uint8_t*>(av_mallocz(8 + AV_INPUT_BUFFER_PADDING_SIZE));
  parameters->extradata_size = 8;
  parameters->extradata[0] = 1;  // avcC …
  parameters->extradata[4] = 3;  // … with lengths of four bytes
  const PacketPtr packet = new_packet();
  ASSERT_EQ(av_new_packet(packet.get(), 6), 0);
  for (const int length : {0, 1, 2, 3, 255}) {
    const std::uint8_t bytes[6] = {0, 0, 0, static_cast<std::uint8_t>(length), 0x01, 0};
    std::copy_n(bytes, 6, packet->data);
    EXPECT_EQ(is_expendable(*packet, *parameters), length == 2) << length;
  }
}

}  // namespace
}  // namespace pgt::video
