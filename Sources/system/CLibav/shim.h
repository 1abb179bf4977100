#pragma once
#include <libavcodec/avcodec.h>
#include <libavcodec/vorbis_parser.h>
#include <libavformat/avformat.h>

// Swift cannot see what macros make out of others, nor call what takes a variable number of arguments.

/** No time. */
static const int64_t libav_no_time = AV_NOPTS_VALUE;
/** Nothing more comes. */
static const int libav_end = AVERROR_EOF;
/** More is needed before something comes. */
static const int libav_again = AVERROR(EAGAIN);
/** The system cannot read. */
static const int libav_unreadable = AVERROR(EIO);

/** Opens nothing: what a file names beside itself stays closed. */
static inline int libav_refuse(
    AVFormatContext *context, AVIOContext **bytes, const char *url, int flags, AVDictionary **options) {
  (void)context, (void)bytes, (void)url, (void)flags, (void)options;
  return AVERROR(EPERM);
}
