#include "video/mp4_claims.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace pgt::video {
namespace {

class BoxWalk {
 public:
  explicit BoxWalk(InputFile& file) : file_(file) {}

  Mp4Claims claims() {
    walk(0, file_.bytes(), 0);
    claims_.samples = std::max(claims_.samples, fragments_);
    return claims_;
  }

 private:
  /// `box`: its name; its content is [begin, end).
  void enter(std::string_view box, std::int64_t begin, std::int64_t end, int depth) {
    constexpr std::array<std::string_view, 8> holders{"moov", "trak", "mdia", "minf", "stbl", "dinf", "moof", "traf"};
    if (std::ranges::find(holders, box) != holders.end()) {
      if (box == "trak") track_ = {};
      walk(begin, end, depth + 1);
      if (box == "trak" && !track_.is_plain_sound()) claims_.samples = std::max(claims_.samples, track_.samples);
    } else if (box == "hdlr") {
      track_.sound = track_.sound || number(begin + 8, end) == ('s' << 24 | 'o' << 16 | 'u' << 8 | 'n');
    } else if (box == "stsz" || box == "stz2") {
      track_.samples = number(begin + 8, end);
    } else if (box == "stts") {
      track_.ticks = number(begin + 4, end) == 1 ? number(begin + 12, end) : 0;
    } else if (box == "trun") {
      constexpr std::int64_t fields_of_each = 0xf00;  // without them a sample takes no byte of the file
      if ((number(begin, end) & fields_of_each) == 0) fragments_ += number(begin + 4, end);
    } else if (box == "dref") {
      in_references_ = true;
      walk(begin + 8, end, depth + 1);
      in_references_ = false;
    } else if (in_references_) {
      const bool own = (number(begin, end) & 1) != 0;
      const bool names_another = end - begin > 5;  // more than the flags and an empty text
      claims_.elsewhere = claims_.elsewhere || (!own && names_another);
    }
  }

  void walk(std::int64_t begin, std::int64_t end, int depth) {
    constexpr int deepest = 8;
    if (depth > deepest) return;
    while (begin + 8 <= end) {
      std::array<char, 8> head{};
      if (!read(begin, head)) return;
      const std::string name(head.data() + 4, 4);
      std::int64_t size = big_endian(head.data(), 4), header = 8;
      if (size == 1) {
        std::array<char, 8> wide{};
        if (!read(begin + 8, wide)) return;
        size = big_endian(wide.data(), 8);
        header = 16;
      }
      if (size == 0) size = end - begin;
      if (size < header || size > end - begin) return;
      enter(name, begin + header, begin + size, depth);
      begin += size;
    }
  }

  static std::int64_t big_endian(const char* bytes, int count) {
    std::uint64_t value = 0;
    for (int i = 0; i < count; ++i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
    return static_cast<std::int64_t>(value);
  }

  template <std::size_t count>
  bool read(std::int64_t at, std::array<char, count>& bytes) {
    return file_.read(at, bytes.data(), count) == static_cast<std::int64_t>(count);
  }

  /// Of four bytes; 0 beyond the box.
  std::int64_t number(std::int64_t at, std::int64_t end) {
    std::array<char, 4> bytes{};
    return at + 4 <= end && read(at, bytes) ? big_endian(bytes.data(), 4) : 0;
  }

  struct Track {
    std::int64_t samples = 0;
    std::int64_t ticks = 0;  ///< of each sample, where all have as many
    bool sound = false;
    bool is_plain_sound() const { return sound && ticks == 1; }
  };

  InputFile& file_;
  Mp4Claims claims_;
  Track track_;
  std::int64_t fragments_ = 0;  ///< samples in them
  bool in_references_ = false;
};

}  // namespace

Mp4Claims mp4_claims(InputFile& file) { return BoxWalk(file).claims(); }

}  // namespace pgt::video
