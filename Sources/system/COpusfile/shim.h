#pragma once
#include <opusfile.h>

/* Swift cannot call what takes a variable number of arguments. */

/** A decoder of 48 kHz that mixes stereo down before the synthesis; NULL where there is no memory. */
static inline OpusDecoder *indexd_opus_mono_decoder(void) {
  int status = 0;
  OpusDecoder *decoder = opus_decoder_create(48000, 1, &status);
  /* By default a decoder of one channel plays channels of opposite phase as if they had the same. */
  if (decoder) opus_decoder_ctl(decoder, OPUS_SET_PHASE_INVERSION_DISABLED(0));
  return decoder;
}

/** Forgets what was decoded before. */
static inline void indexd_opus_reset(OpusDecoder *decoder) { opus_decoder_ctl(decoder, OPUS_RESET_STATE); }
