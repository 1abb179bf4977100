#!/bin/sh
# Makes the files beside it anew: 3 s of a rising tone in every format, each once more with other tags by a tool that
# did not make it. Needs ffmpeg, flac, lame, vorbis-tools, opus-tools, wavpack and python3-mutagen (Debian's names).
# The encoders are not deterministic across versions: the tests hold for any of their files, not for these bytes.
set -eu
cd "$(dirname "$0")"
# No free program writes TAK: dither.tak is silence-44-s.tak of mutagen's tests (GPL-2.0-or-later).
find . -type f ! -name "*.sh" ! -name "*.py" ! -name "*.tak" -delete
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

tone='sin(2*PI*(300*t+400*t*t))'
ffmpeg -v error -f lavfi -i "aevalsrc=0.5*$tone|0.3*$tone:s=16000:d=3" -c:a pcm_s16le "$work/tone.wav"
ffmpeg -v error -f lavfi -i "aevalsrc=0.5*$tone|0.3*$tone:s=44100:d=3" -c:a pcm_s16le "$work/cd.wav"
ffmpeg -v error -f lavfi -i "aevalsrc=0.4*$tone:s=8000:d=3" -c:a pcm_s16le "$work/small.wav"

quiet="ffmpeg -v error -fflags +bitexact -flags:a +bitexact"
title='title=Süßer Ton'
tags="artist=First"

flac -s --no-padding -8 -T "$title" -T "$tags" -T artist=Second -T PLAY_COUNT=7 -o tone.flac "$work/small.wav"
lame --quiet --noreplaygain -b 32 --resample 22.05 --tt 'Rising' --ta First --id3v2-only "$work/tone.wav" tone.mp3
lame --quiet -V 7 --resample 22.05 -t "$work/tone.wav" untagged.mp3
oggenc -Q -q 0 -t 'Süßer Ton' -a First -a Second -o tone.ogg "$work/tone.wav"
opusenc --quiet --bitrate 48 --title 'Süßer Ton' --artist First --artist Second "$work/tone.wav" tone.opus
wavpack -q -y "$work/small.wav" -o tone.wv -w Title='Süßer Ton' -w Artist=First
python3 make-ape.py "$work/small.wav" tone.ape
encode() { # codec file options...
  codec=$1 file=$2
  shift 2
  $quiet -i "$work/cd.wav" -c:a "$codec" "$@" -metadata "$title" -metadata "$tags" "$file"
}
encode aac tone.m4a -b:a 32k
encode alac alac.m4a -ar 8000 -ac 1
encode wmav2 tone.wma -b:a 48k
encode tta tone.tta -ar 8000 -ac 1
encode aac tone.aac -b:a 32k
encode libopus tone.webm -b:a 64k
encode libmp3lame muxed.mp3 -b:a 40k
encode libvorbis muxed.ogg -q:a 0
encode libopus muxed.opus -b:a 64k
encode pcm_s16be tone.aiff -ar 8000 -ac 1
encode pcm_s16le tone.wav -ar 8000 -ac 1
cat tone.ogg muxed.ogg > chained.ogg

retag() { # file options...
  file=$1
  shift
  $quiet -i "$file" -map 0:a -c copy -map_metadata -1 -metadata title=Other -metadata comment="$(printf '%0600d' 7)" \
    "$@" "retagged-$file"
}
for file in tone.mp3 tone.ogg tone.opus tone.m4a tone.wma; do retag "$file"; done
cp tone.flac retagged-tone.flac
metaflac --remove-all-tags --set-tag=TITLE=Other --add-padding=3000 retagged-tone.flac
cp tone.wv retagged-tone.wv
wvtag -q -y -w Title=Other -w Comment="$(printf '%0600d' 7)" retagged-tone.wv
cp tone.ape retagged-tone.ape
cp tone.wav retagged-tone.wav
cp tone.aiff retagged-tone.aiff
python3 - <<'PYTHON'
from mutagen.aiff import AIFF
from mutagen.apev2 import APEv2
from mutagen.id3 import ID3, TIT2, TXXX
from mutagen.wave import WAVE
for kind, name in (WAVE, "retagged-tone.wav"), (AIFF, "retagged-tone.aiff"):
    file = kind(name)
    if file.tags is None:
        file.add_tags()
    file.tags.add(TIT2(encoding=3, text=["Other"]))
    file.save()
# The tag of tone.ape has 131 bytes, so that it looks like an ID3v1 tag 128 bytes before the end.
for name, title in ("tone.ape", "Süßer Ton"), ("retagged-tone.ape", "Other"):
    ape = APEv2()
    ape["Title"], ape["Artist"] = title, "First"
    ape["Comment"] = "7" * (600 if title == "Other" else 6)
    ape.save(name)
ape = APEv2()
ape["Title"] = "Other"
ape["LAST_PLAYED_TIMESTAMP"] = "132174539906814579"
ape.save("muxed.mp3")
PYTHON
ls -l
