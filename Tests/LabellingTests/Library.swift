import Labelling
import Tracks

/// The day that the fixtures' active playlist was exported.
let exportDay = 1_700_000_000.0
/// A day in seconds.
let day = 86_400.0

/// A track of a made-up library: a FLAC file of 200 s that came 100 days before the export.
func track(
  _ id: Int64, _ path: String? = nil, title: String? = nil, artist: String? = nil, album: String? = nil,
  number: String? = nil, duration: Double = 200, identity: UInt8? = nil, codec: String = "flac",
  bitRate: Int = 900_000, plays: Int? = nil, arrival: Double = exportDay - 100 * day, word: Correction? = nil
) -> LabellingFile {
  LabellingFile(
    id: id, path: FilePath(path ?? "/m/\(id).flac"),
    identity: identity.map { AudioIdentity(scheme: .flacMD5, digest: [UInt8](repeating: $0, count: 16)) },
    tags: TrackTags(title: title, artist: artist, album: album, trackNumber: number), duration: duration, codec: codec,
    bitRate: bitRate, arrival: arrival, history: TrackHistory(plays: plays), correction: word)
}

/// An active playlist of these tracks.
func activeSet(_ ids: [Int64], name: String = "Active") -> ImportedSets {
  ImportedSets(playlists: [playlist(ids, name: name)])
}

/// A playlist of these tracks, all of whose entries match.
func playlist(
  _ ids: [Int64], name: String = "Active", exportedAt: Double = exportDay, importedAt: Double = exportDay + day
) -> PlaylistImport {
  PlaylistImport(
    name: name, exportedAt: exportedAt, importedAt: importedAt, entries: ids.count, matched: ids.count, fileIDs: ids)
}

/// `label/reason` of every track, by its number.
func labels(
  _ files: [LabellingFile], _ imports: ImportedSets = ImportedSets(), rules: LabelRules = LabelRules(),
  evidence: [PairEvidence] = []
) -> [Int64: String] {
  let result = assignLabels(files: files, imports: imports, rules: rules, evidence: evidence)
  return Dictionary(
    uniqueKeysWithValues: result.assignments.map { ($0.id, "\($0.label.rawValue)/\($0.reason.rawValue)") })
}
