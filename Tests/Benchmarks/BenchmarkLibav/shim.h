#pragma once
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>

/** Decodes the first audio stream of a file from its start to its end with one thread; the frames, or -1. */
static inline long long benchmark_decode(const char *path) {
  AVFormatContext *file = NULL;
  AVCodecContext *decoder = NULL;
  long long frames = -1;
  av_log_set_level(AV_LOG_QUIET);
  if (avformat_open_input(&file, path, NULL, NULL) < 0) return -1;
  AVPacket *packet = av_packet_alloc();
  AVFrame *frame = av_frame_alloc();
  const AVCodec *codec = NULL;
  int stream = -1;
  if (avformat_find_stream_info(file, NULL) >= 0)
    stream = av_find_best_stream(file, AVMEDIA_TYPE_AUDIO, -1, -1, &codec, 0);
  if (stream >= 0 && (decoder = avcodec_alloc_context3(codec))) {
    avcodec_parameters_to_context(decoder, file->streams[stream]->codecpar);
    decoder->pkt_timebase = file->streams[stream]->time_base;
    decoder->thread_count = 1;
    int is_open = avcodec_open2(decoder, codec, NULL) >= 0;
    for (frames = is_open ? 0 : -1; is_open;) {
      is_open = av_read_frame(file, packet) >= 0;
      if (is_open && packet->stream_index != stream) {
        av_packet_unref(packet);
        continue;
      }
      avcodec_send_packet(decoder, is_open ? packet : NULL);
      if (is_open) av_packet_unref(packet);
      while (avcodec_receive_frame(decoder, frame) >= 0) frames += frame->nb_samples;
    }
  }
  avcodec_free_context(&decoder);
  av_frame_free(&frame);
  av_packet_free(&packet);
  avformat_close_input(&file);
  return frames;
}
