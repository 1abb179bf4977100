import CLibav

/// What of libavformat and libavcodec may look at a file of unknown origin: all that is not named stays unused.
enum LibavLists {
  /// The demuxers of files that hold music, without playlists, subtitles, pictures, devices and networks.
  static let formats = """
    3g2,3gp,aa,aac,aax,ac3,ace,act,adx,aea,aiff,alp,amr,amrnb,amrwb,ape,apm,aptx,aptx_hd,asf,asf_o,ast,au,avi,avr,bfstm,\
    bit,bonk,brstm,caf,codec2,daud,dfpwm,dhav,dsf,dss,dts,dtshd,dv,eac3,fsb,flac,flv,g722,g723_1,g729,genh,gsm,gxf,hca,\
    hcom,iff,ilbc,ircam,kvag,libgme,libopenmpt,live_flv,lmlm4,loas,lvf,lxf,matroska,mca,mj2,mlp,mmf,mov,mp3,mp4,m4a,mpc,\
    mpc8,mpeg,mpegts,msf,mtaf,musx,mxf,nistsphere,nsp,nut,nuv,ogg,oma,osq,paf,pvf,qcp,rm,rso,s337m,sbc,sbg,sdr2,sds,shn,\
    smjpeg,sol,sox,spdif,svag,svs,swf,tak,truehd,tta,ty,vag,viv,voc,vqf,w64,wav,webm,wsd,wtv,wv,wve,xa,xvag,xwma
    """

  /// The decoders of audio: pictures and films beside the music are not decoded.
  static let decoders: String = {
    var names: [String] = []
    var place: UnsafeMutableRawPointer?
    while let codec = av_codec_iterate(&place) {
      if codec.pointee.type == AVMEDIA_TYPE_AUDIO, av_codec_is_decoder(codec) != 0 {
        names.append(String(cString: codec.pointee.name))
      }
    }
    return names.joined(separator: ",")
  }()
}
