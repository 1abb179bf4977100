#include "CTagLib.h"

#include <exception>

#include <taglib/aifffile.h>
#include <taglib/apefile.h>
#include <taglib/apetag.h>
#include <taglib/asffile.h>
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
    for (const auto *frame : tag->frameList("POPM")) {
      const auto *rating = dynamic_cast<const TagLib::ID3v2::PopularimeterFrame *>(frame);
      if (!rating || rating->rating() <= 0) continue;
      visit(context, source, "POPM", TagLib::String::number(rating->rating()).toCString());
      break;
    }
    source += 1;
  }
};

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
    case CTAGLIB_ASF: return ::file<ASF::File>(stream, visitor);
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
