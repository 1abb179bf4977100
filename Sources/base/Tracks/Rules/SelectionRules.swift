/// What the playlist holds.
public struct SelectionRules: Sendable, Equatable, Codable {
  /// The number of best tracks that the playlist holds also where nothing can be promised; 0 for none.
  public var atLeast: Int
  /// The most tracks.
  public var atMost: Int
  /// The most tracks of one artist.
  public var perArtist: Int
  /// The most tracks of one album.
  public var perAlbum: Int
  /// The number of tracks beside that would teach the model most.
  public var explore: Int

  /// The shortest track, in seconds.
  public var shortest: Double

  /// Rules of these numbers; `atMost`, `perArtist` and `perAlbum` are at least 1.
  public init(
    atLeast: Int = 25, atMost: Int = 100, perArtist: Int = 3, perAlbum: Int = 2, explore: Int = 0,
    shortest: Double = 5
  ) {
    precondition(atLeast >= 0 && atMost >= 1 && perArtist >= 1 && perAlbum >= 1, "a playlist can hold a track")
    precondition(shortest >= 0, "no track is shorter than nothing")
    self.atLeast = atLeast
    self.atMost = atMost
    self.perArtist = perArtist
    self.perAlbum = perAlbum
    self.explore = explore
    self.shortest = shortest
  }
}
