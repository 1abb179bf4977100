#pragma once

// TagLib's own C interface knows neither property maps nor cue sheets; these functions do.

#ifdef __cplusplus
extern "C" {
#endif

/// The kind of file, as its bytes tell it. TagLib itself goes by the extension.
typedef enum {
  CTAGLIB_MPEG,
  CTAGLIB_FLAC,
  CTAGLIB_OGG_VORBIS,
  CTAGLIB_OGG_OPUS,
  CTAGLIB_OGG_FLAC,
  CTAGLIB_OGG_SPEEX,
  CTAGLIB_WAV,
  CTAGLIB_AIFF,
  CTAGLIB_MP4,
  CTAGLIB_ASF,
  CTAGLIB_APE,
  CTAGLIB_WAVPACK,
  CTAGLIB_MUSEPACK,
  CTAGLIB_TRUE_AUDIO
} ctaglib_kind;

/// Gets each value of each tag as UTF-8: the upper-case name as in TagLib's property map, then the value. A name comes
/// once for each of its values; the values of the tag that counts more come first, and `source` numbers the tag.
typedef void (*ctaglib_visitor)(void *context, int source, const char *name, const char *value);

/// Reads the tags of a file, without its audio, and closes its descriptor. Returns 0 where the file or its tags cannot be
/// read.
int ctaglib_read(int descriptor, ctaglib_kind kind, void *context, ctaglib_visitor visit);

/// The kinds of tags that stand before or behind the audio of any file, the ones that count more first.
typedef enum { CTAGLIB_ID3V2, CTAGLIB_APEV2, CTAGLIB_ID3V1 } ctaglib_tag;

/// Reads the one tag of a kind at an offset of a file: where an ID3 tag begins, or the footer of an APEv2 tag. `source`
/// numbers the tag. Closes the descriptor. Returns 0 where it cannot be read.
int ctaglib_read_tag(
    int descriptor, ctaglib_tag kind, long offset, int source, void *context, ctaglib_visitor visit);

#ifdef __cplusplus
}
#endif
