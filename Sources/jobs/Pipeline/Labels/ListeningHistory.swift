import Labelling

/// What labels know of a track's plays; Foobar2000 has a type of the same name.
typealias ListeningHistory = TrackHistory
