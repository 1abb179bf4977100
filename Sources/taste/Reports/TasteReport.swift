public import TasteModel
public import Tracks

/// Everything that the report shows: values in, one HTML file out (`html`).
public struct TasteReport: Sendable {
  /// When it was made, in seconds since 1970.
  public var madeAt: Double
  /// The program's version.
  public var version: String
  /// The number of files of the library.
  public var files = 0
  /// The number of files whose audio was analysed.
  public var analysed = 0
  /// How many files have which label for which reason.
  public var reasons: [ReasonCount] = []
  /// What the owner should know or do, as sentences.
  public var advice: [String] = []
  /// The model in use.
  public var model: Model?
  /// The probabilities of the unheard tracks.
  public var unheard: [Double] = []
  /// The playlist, best first.
  public var recommended: [Recommendation] = []
  /// Whether the promised share holds for the playlist.
  public var targetMet = false
  /// What may be said of the playlist, in sentences; `nil` for an empty one.
  public var standing: String?
  /// What a score must be for the playlist, in a sentence; `nil` where none is asked for.
  public var limits: String?
  /// What became of the tracks of lists with a promise, in a sentence; `nil` where none is judged.
  public var kept: String?
  /// What became of everything that was ever recommended.
  public var record = Record()
  /// All models, the newest first.
  public var models: [ModelLine] = []
  /// The library in two dimensions.
  public var map = Map()
  /// What was found out about the owner's data beside how good the model is.
  public var studies = Studies()
  /// The dear studies in the form in which the file keeps them for the next report, letters and digits of base 64; `nil`
  /// for a file that keeps none.
  public var keptStudies: String?

  /// A report without content yet.
  public init(madeAt: Double, version: String) {
    self.madeAt = madeAt
    self.version = version
  }

  /// How many files have a label for a reason.
  public struct ReasonCount: Sendable, Equatable {
    /// The label.
    public var label: TrackLabel
    /// The rule that decided, as one word.
    public var reason: String
    /// The number of files.
    public var count: Int

    /// A count of these values.
    public init(label: TrackLabel, reason: String, count: Int) {
      self.label = label
      self.reason = reason
      self.count = count
    }
  }

  /// The model in use.
  public struct Model: Sendable {
    /// Its number.
    public var id: Int64
    /// The learner's name.
    public var learner: String
    /// When it was trained, in seconds since 1970.
    public var trainedAt: Double
    /// How good it is on songs that it had not seen.
    public var figures: ModelMetrics
    /// For each judged song the probability that a model gave which had not seen it.
    public var probabilities: [Double]
    /// Whether the owner likes each of these songs.
    public var liked: [Bool]
    /// Whether it is in use because the owner chose it.
    public var isChosen: Bool
    /// What it is made of, and how it does with other evidence; `nil` where that is not known.
    public var breakdown: ModelBreakdown?

    /// A model of these values; as many opinions as probabilities.
    public init(
      id: Int64, learner: String, trainedAt: Double, figures: ModelMetrics, probabilities: [Double], liked: [Bool],
      isChosen: Bool
    ) {
      precondition(probabilities.count == liked.count, "an opinion for every song")
      self.id = id
      self.learner = learner
      self.trainedAt = trainedAt
      self.figures = figures
      self.probabilities = probabilities
      self.liked = liked
      self.isChosen = isChosen
    }
  }

  /// A track of the playlist, and why it is there.
  public struct Recommendation: Sendable, Equatable {
    /// What the track is called.
    public var name: String
    /// Where it is, in the form for people.
    public var path: String
    /// The probability that the owner likes it.
    public var probability: Double
    /// What raises its score, the strongest first.
    public var speaksFor: [String]
    /// What lowers its score, the strongest first.
    public var speaksAgainst: [String]
    /// The liked track that sounds most like it.
    public var nearestLiked: String?
    /// When it was first recommended, in seconds since 1970.
    public var since: Double?
    /// Whether it is on the list to teach the model.
    public var explores = false

    /// A recommendation of these values.
    public init(
      name: String, path: String, probability: Double, speaksFor: [String] = [], speaksAgainst: [String] = [],
      nearestLiked: String? = nil, since: Double? = nil
    ) {
      self.name = name
      self.path = path
      self.probability = probability
      self.speaksFor = speaksFor
      self.speaksAgainst = speaksAgainst
      self.nearestLiked = nearestLiked
      self.since = since
    }
  }

  /// What became of everything that was ever recommended.
  public struct Record: Sendable {
    /// Tracks that were ever recommended.
    public var recommended = 0
    /// Those that the owner has come to like.
    public var liked = 0
    /// Those that the owner has thrown out.
    public var rejected = 0
    /// Those that are not judged yet.
    public var open = 0
    /// Tracks that were only ever listed to teach the model, the liked and the rejected ones among them.
    public var explored = (tracks: 0, liked: 0, rejected: 0)

    /// A record of these counts.
    public init(recommended: Int = 0, liked: Int = 0, rejected: Int = 0, open: Int = 0) {
      self.recommended = recommended
      self.liked = liked
      self.rejected = rejected
      self.open = open
    }
  }

  /// A trained model with its figures.
  public struct ModelLine: Sendable {
    /// Its number.
    public var id: Int64
    /// The learner's name.
    public var learner: String
    /// When it was trained, in seconds since 1970.
    public var trainedAt: Double
    /// How good it is.
    public var figures: ModelMetrics
    /// What the gate said.
    public var verdict: String
    /// Whether it is in use.
    public var isActive: Bool

    /// A line of these values.
    public init(
      id: Int64, learner: String, trainedAt: Double, figures: ModelMetrics, verdict: String, isActive: Bool
    ) {
      self.id = id
      self.learner = learner
      self.trainedAt = trainedAt
      self.figures = figures
      self.verdict = verdict
      self.isActive = isActive
    }
  }

  /// The library in two dimensions.
  public struct Map: Sendable {
    /// A track on the map.
    public struct Point: Sendable, Equatable {
      /// What it is on the map.
      public enum Kind: String, Sendable, CaseIterable {
        /// Neither judged nor recommended.
        case other
        /// Thrown out.
        case bad
        /// Liked.
        case good
        /// On the playlist.
        case listed
      }

      /// Its place.
      public var x: Double
      /// Its place.
      public var y: Double
      /// What the track is called.
      public var name: String
      /// What it is on the map.
      public var kind: Kind
      /// The probability that the owner likes it.
      public var probability: Double?

      /// A point of these values.
      public init(x: Double, y: Double, name: String, kind: Kind, probability: Double?) {
        self.x = x
        self.y = y
        self.name = name
        self.kind = kind
        self.probability = probability
      }
    }

    /// The tracks on the map.
    public var points: [Point] = []
    /// The number of analysed tracks, of which the map shows some or all.
    public var tracks = 0

    /// An empty map.
    public init() {}
  }
}
