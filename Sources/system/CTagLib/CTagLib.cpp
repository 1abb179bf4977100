#include "CTagLib.h"

#include <algorithm>
#include <exception>
#include <string>

#include <taglib/aifffile.h>
#include <taglib/apefile.h>
#include <taglib/apetag.h>
#include <taglib/asffile.h>
#include <taglib/asftag.h>
#include <taglib/flacfile.h>
#include <taglib/id3v1tag.h>
#include <taglib/id3v2framefactory.h>
#include <taglib/id3v2tag.h>
#include <taglib/infotag.h>
#include <taglib/mp4file.h>
#include <taglib/mp4tag.h>
#include <taglib/mpcfile.h>
#include <taglib/mpegfile.h>
#include <taglib/oggflacfile.h>
#include <taglib/opusfile.h>
#include <taglib/popularimeterframe.h>
#include <taglib/speexfile.h>
#include <taglib/tdebuglistener.h>
#include <taglib/tfilestream.h>
#include <taglib/tpropertymap.h>
#include <taglib/trueaudiofile.h>
#include <taglib/unknownframe.h>
#include <taglib/vorbisfile.h>
#include <taglib/wavfile.h>
#include <taglib/wavpackfile.h>
#include <taglib/xiphcomment.h>

namespace {

// TagLib reports every oddity of a file on the error output; here a file without tags is no news.
class Silence : public TagLib::DebugListener {
  void printMessage(const TagLib::String &) override {}
} silence;

struct Visitor {
  void *context;
  ctaglib_visitor visit;
  int source = 0;

  void properties(const TagLib::PropertyMap &properties) {
    for (const auto &property : properties) {
      const auto name = property.first.upper().to8Bit(true);
      for (const auto &value : property.second) visit(context, source, name.c_str(), value.to8Bit(true).c_str());
    }
    source += 1;
  }

  // `properties` is not virtual: it must be called on the tag's own class.
  template <typename Tag>
  void tag(const Tag *tag) {
    if (tag) properties(tag->properties());
  }

  void id3v2(const TagLib::ID3v2::Tag *tag) {
    if (!tag) return;
    properties(tag->properties());
    int stars = 0;
    unsigned long long plays = 0;
    for (const auto *frame : tag->frameList("POPM")) {
      const auto *meter = dynamic_cast<const TagLib::ID3v2::PopularimeterFrame *>(frame);
      if (!meter) continue;
      if (stars <= 0) stars = meter->rating();
      plays = std::max<unsigned long long>(plays, meter->counter());
    }
    for (const auto *frame : tag->frameList("PCNT")) {
      const auto *counter = dynamic_cast<const TagLib::ID3v2::UnknownFrame *>(frame);
      if (!counter || counter->data().size() > 8) continue;
      unsigned long long number = 0;
      for (const char byte : counter->data()) number = number << 8 | static_cast<unsigned char>(byte);
      plays = std::max(plays, number);
    }
    if (stars > 0) visit(context, source, "POPM", std::to_string(stars).c_str());
    if (plays > 0) visit(context, source, "PLAY_COUNTER", std::to_string(plays).c_str());
    source += 1;
  }

  // The property map leaves out attributes that it has no name for; some programs put their own before a name.
  void attributes(const TagLib::ASF::Tag *tag) {
    if (!tag) return;
    for (const auto &entry : tag->attributeListMap()) {
      auto name = entry.first.upper();
      const auto slash = name.rfind("/");
      if (slash >= 0) name = name.substr(slash + 1);
      for (const auto &attribute : entry.second) {
        const auto value = text(attribute);
        if (!value.isEmpty()) visit(context, source, name.to8Bit(true).c_str(), value.to8Bit(true).c_str());
      }
    }
    source += 1;
  }

  static TagLib::String text(const TagLib::ASF::Attribute &attribute) {
    switch (attribute.type()) {
      case TagLib::ASF::Attribute::UnicodeType: return attribute.toString();
      case TagLib::ASF::Attribute::DWordType: return std::to_string(attribute.toUInt());
      case TagLib::ASF::Attribute::QWordType: return std::to_string(attribute.toULongLong());
      case TagLib::ASF::Attribute::WordType: return std::to_string(attribute.toUShort());
      default: return TagLib::String();
    }
  }
};

// A file of any kind, of which only tags at known places are wanted; it is opened for reading alone.
class Bare : public TagLib::File {
 public:
  explicit Bare(TagLib::IOStream *stream) : File(stream) {}
  TagLib::Tag *tag() const override { return nullptr; }
  TagLib::AudioProperties *audioProperties() const override { return nullptr; }
  bool save() override { return false; }
};

void readTag(TagLib::IOStream *stream, ctaglib_tag kind, long offset, Visitor &visitor) {
  Bare file(stream);
  switch (kind) {
    case CTAGLIB_ID3V2: {
      const TagLib::ID3v2::Tag tag(&file, offset);
      visitor.id3v2(&tag);
      return;
    }
    case CTAGLIB_APEV2: {
      const TagLib::APE::Tag tag(&file, offset);
      visitor.tag(&tag);
      return;
    }
    case CTAGLIB_ID3V1: {
      const TagLib::ID3v1::Tag tag(&file, offset);
      visitor.tag(&tag);
      return;
    }
  }
}

template <typename File>
bool file(TagLib::IOStream *stream, Visitor &visitor) {
  File file(stream, false);
  if (!file.isValid()) return false;
  visitor.properties(file.properties());
  return true;
}

bool read(TagLib::IOStream *stream, ctaglib_kind kind, Visitor &visitor) {
  using namespace TagLib;
  switch (kind) {
    case CTAGLIB_MPEG: {
      MPEG::File file(stream, ID3v2::FrameFactory::instance(), false);
      if (!file.isValid()) return false;
      visitor.id3v2(file.ID3v2Tag());
      visitor.tag(file.APETag());
      visitor.tag(file.ID3v1Tag());
      return true;
    }
    case CTAGLIB_FLAC: {
      FLAC::File file(stream, ID3v2::FrameFactory::instance(), false);
      if (!file.isValid()) return false;
      if (file.hasXiphComment()) visitor.tag(file.xiphComment());
      if (file.hasID3v2Tag()) visitor.id3v2(file.ID3v2Tag());
      if (file.hasID3v1Tag()) visitor.tag(file.ID3v1Tag());
      return true;
    }
    case CTAGLIB_WAV: {
      RIFF::WAV::File file(stream, false);
      if (!file.isValid()) return false;
      visitor.id3v2(file.ID3v2Tag());
      visitor.tag(file.InfoTag());
      return true;
    }
    case CTAGLIB_AIFF: {
      RIFF::AIFF::File file(stream, false);
      if (!file.isValid()) return false;
      visitor.id3v2(file.tag());
      return true;
    }
    case CTAGLIB_TRUE_AUDIO: {
      TrueAudio::File file(stream, false);
      if (!file.isValid()) return false;
      visitor.id3v2(file.ID3v2Tag());
      visitor.tag(file.ID3v1Tag());
      return true;
    }
    case CTAGLIB_OGG_VORBIS: return ::file<Ogg::Vorbis::File>(stream, visitor);
    case CTAGLIB_OGG_OPUS: return ::file<Ogg::Opus::File>(stream, visitor);
    case CTAGLIB_OGG_FLAC: return ::file<Ogg::FLAC::File>(stream, visitor);
    case CTAGLIB_OGG_SPEEX: return ::file<Ogg::Speex::File>(stream, visitor);
    case CTAGLIB_MP4: {
      MP4::File file(stream, false);
      if (!file.isValid() || !file.tag()) return false;
      visitor.tag(file.tag());
      // The property map leaves out free-form atoms that it has no name for.
      const String prefix("----:com.apple.iTunes:");
      for (const auto &item : file.tag()->itemMap()) {
        if (!item.first.startsWith(prefix)) continue;
        const auto name = item.first.substr(prefix.size()).upper().to8Bit(true);
        for (const auto &value : item.second.toStringList())
          visitor.visit(visitor.context, visitor.source, name.c_str(), value.to8Bit(true).c_str());
      }
      return true;
    }
    case CTAGLIB_ASF: {
      ASF::File file(stream, false);
      if (!file.isValid()) return false;
      visitor.tag(file.tag());
      visitor.attributes(file.tag());
      return true;
    }
    case CTAGLIB_APE: return ::file<APE::File>(stream, visitor);
    case CTAGLIB_WAVPACK: return ::file<WavPack::File>(stream, visitor);
    case CTAGLIB_MUSEPACK: return ::file<MPC::File>(stream, visitor);
  }
  return false;
}

}  // namespace

int ctaglib_read(int descriptor, ctaglib_kind kind, void *context, ctaglib_visitor visit) {
  TagLib::setDebugListener(&silence);
  Visitor visitor{context, visit};
  try {
    // It closes the descriptor, whose position others may have moved.
    TagLib::FileStream stream(descriptor, true);
    stream.seek(0);
    return read(&stream, kind, visitor) ? 1 : 0;
  } catch (const std::exception &) {
    return 0;
  }
}

int ctaglib_read_tag(
    int descriptor, ctaglib_tag kind, long offset, int source, void *context, ctaglib_visitor visit) {
  TagLib::setDebugListener(&silence);
  Visitor visitor{context, visit, source};
  try {
    TagLib::FileStream stream(descriptor, true);
    stream.seek(0);
    readTag(&stream, kind, offset, visitor);
    return 1;
  } catch (const std::exception &) {
    return 0;
  }
}
