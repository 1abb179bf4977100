/// The file name extensions that are taken for music; everything else in a music folder is passed over.
package enum AudioExtensions {
  /// Lower-case extensions without the dot.
  package static let all: Set<String> = [
    "aac", "ac3", "aif", "aifc", "aiff", "alac", "ape", "au", "caf", "dff", "dsf", "dts", "eac3", "flac", "m4a", "m4b",
    "m4p", "mka", "mp1", "mp2", "mp3", "mp4", "mpc", "mp+", "mpp", "oga", "ofr", "ofs", "ogg", "opus", "rf64", "snd",
    "spx", "tak", "tta", "w64", "wav", "webm", "wma", "wv",
  ]
}
